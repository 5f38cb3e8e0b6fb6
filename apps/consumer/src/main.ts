import { redisOptions } from '@repo/config/redis'
import { readConsumerConfig } from '@repo/config/roles'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { createOperator, createOperatorServer } from '@repo/service/operator-server'
import { createSharedClock } from '@repo/service/shared-clock'
import { version } from '@repo/service/version'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { serverTimeMs } from '@repo/streams/server-time'
import { readFlags } from './flags.ts'
import { consumerServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readConsumerConfig(process.env, readFlags(process.argv))
  const signal = terminationSignal()
  const log = createLog('consumer', config.LOG_LEVEL)
  const { redis } = resources.use(
    await openRedis(config.REDIS_URL, { ...redisOptions(config), onError: (err) => log.warn({ err }, 'redis') }),
  )
  const operator = createOperator()
  const clock = createSharedClock({ own: systemClock, askMs: () => serverTimeMs(redis), log })
  await clock.ask()
  const services = consumerServices({
    backend: createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm')),
    clock,
    clockOffsetMs: () => clock.offsetMs,
    log,
    operator,
    region: config.REGION,
    name: processName(),
    version,
    keyring: createKeyring(config.INSTANCE_KEYS),
    probing: {
      concurrency: config.PROBE_CONCURRENCY,
      perHost: config.PROBE_PER_HOST,
      egressAllow: config.PROBE_ALLOWED_CIDRS,
      canaries: config.REGION_CANARIES,
      rdapBootstrapUrl: config.RDAP_BOOTSTRAP_URL,
    },
  })
  const operatorServer = createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log })
  await runAll({ ...services, sharedClock: clock.service, operatorServer }, signal)
})
