import { redisOptions } from '@repo/config/redis'
import { readDbpusherConfig, watchdogOf } from '@repo/config/roles'
import { openDatabase } from '@repo/db/database'
import { migrate } from '@repo/db/migrate'
import { systemClock } from '@repo/service/clock'
import { createFaultPoint } from '@repo/service/fault-point'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { createOperator, createOperatorServer } from '@repo/service/operator-server'
import { createSharedClock } from '@repo/service/shared-clock'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { serverTimeMs } from '@repo/streams/server-time'
import { dbpusherServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readDbpusherConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('dbpusher', config.LOG_LEVEL)
  const { redis } = resources.use(
    await openRedis(config.REDIS_URL, { ...redisOptions(config), onError: (err) => log.warn({ err }, 'redis') }),
  )
  const backend = createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm'))
  const operator = createOperator()
  const clock = createSharedClock({ own: systemClock, askMs: () => serverTimeMs(redis), log })
  await clock.ask()
  await migrate(config.DATABASE_URL)
  const { sql } = resources.use(
    openDatabase(config.DATABASE_URL, {
      connections: config.DATABASE_CONNECTIONS,
      onError: (err) => log.warn({ err }, 'database'),
    }),
  )
  const services = dbpusherServices({
    sql,
    backend,
    clock,
    log,
    operator,
    name: processName(),
    rawDays: config.RETENTION_DAYS,
    watchdog: watchdogOf(config),
    nameServers: config.NAME_SERVERS,
    faultPoint: createFaultPoint(config.FAULT_POINT),
  })
  const operatorServer = createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log })
  await runAll({ ...services, sharedClock: clock.service, operatorServer }, signal)
})
