import { mailOf } from '@repo/config/mail'
import { redisOptions } from '@repo/config/redis'
import { readNotifierConfig } from '@repo/config/roles'
import { webPushOf } from '@repo/config/web-push'
import { openDatabase } from '@repo/db/database'
import { migrate } from '@repo/db/migrate'
import { createMailer } from '@repo/notifiers/mailer'
import { createChannels } from '@repo/notifiers/registry'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { systemResolve } from '@repo/probes/resolve'
import { createKeyring } from '@repo/secrets/keyring'
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
import { notifierServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readNotifierConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('notifier', config.LOG_LEVEL)
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
  const mail = mailOf(config)
  const webPush = webPushOf(config.WEB_PUSH_KEY, { publicUrl: config.PUBLIC_URL, mail })
  const send = createGuardedRequests({
    egress: createEgressPolicy({ allowedCidrs: config.PROBE_ALLOWED_CIDRS }),
    resolve: systemResolve,
  })
  const services = notifierServices({
    sql,
    backend,
    clock,
    log,
    operator,
    name: processName(),
    send,
    channels: createChannels({ send, mailer: mail && createMailer(mail), webPush }),
    mail,
    keyring: createKeyring(config.INSTANCE_KEYS),
    publicUrl: config.PUBLIC_URL,
    faultPoint: createFaultPoint(config.FAULT_POINT),
  })
  const operatorServer = createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log })
  await runAll({ ...services, sharedClock: clock.service, operatorServer }, signal)
})
