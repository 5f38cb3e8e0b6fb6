import { readConsumerConfig } from '@repo/config/roles'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { consumerServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readConsumerConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('consumer', config.LOG_LEVEL)
  const { redis } = resources.use(await openRedis(config.REDIS_URL, { onError: (err) => log.warn({ err }, 'redis') }))
  const backend = createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm'))
  const services = consumerServices({
    backend,
    clock: systemClock,
    log,
    region: config.REGION,
    name: processName(),
    concurrency: config.PROBE_CONCURRENCY,
    egressAllow: config.PROBE_ALLOWED_CIDRS,
    rdapBootstrapUrl: config.RDAP_BOOTSTRAP_URL,
  })
  await runAll(services, signal)
})
