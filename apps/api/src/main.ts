import { readApiConfig } from '@repo/config/roles'
import { openDatabase } from '@repo/db/database'
import { migrate } from '@repo/db/migrate'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { runMain } from '@repo/service/main'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { apiServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readApiConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('api', config.LOG_LEVEL)
  const { redis } = resources.use(await openRedis(config.REDIS_URL, { onError: (err) => log.warn({ err }, 'redis') }))
  const backend = createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm'))
  await migrate(config.DATABASE_URL)
  const { sql } = resources.use(
    openDatabase(config.DATABASE_URL, {
      connections: config.DATABASE_CONNECTIONS,
      onError: (err) => log.warn({ err }, 'database'),
    }),
  )
  const services = await apiServices({
    sql,
    backend,
    clock: systemClock,
    log,
    host: config.HOST,
    port: config.PORT,
    instanceSecret: config.INSTANCE_SECRET,
    regions: config.REGIONS,
    webOrigin: config.WEB_ORIGIN,
    onListening: (url) => log.info({ url }, 'listening'),
  })
  await runAll(services, signal)
})
