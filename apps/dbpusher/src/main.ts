import { readDbpusherConfig } from '@repo/config/roles'
import { openDatabase } from '@repo/db/database'
import { migrate } from '@repo/db/migrate'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { dbpusherServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readDbpusherConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('dbpusher', config.LOG_LEVEL)
  const { redis } = resources.use(await openRedis(config.REDIS_URL, { onError: (err) => log.warn({ err }, 'redis') }))
  const backend = createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm'))
  await migrate(config.DATABASE_URL)
  const { sql } = resources.use(
    openDatabase(config.DATABASE_URL, {
      connections: config.DATABASE_CONNECTIONS,
      onError: (err) => log.warn({ err }, 'database'),
    }),
  )
  await runAll(dbpusherServices({ sql, backend, clock: systemClock, log, name: processName() }), signal)
})
