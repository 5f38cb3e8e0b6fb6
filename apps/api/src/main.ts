import { accessOf } from '@repo/config/access'
import { mailOf } from '@repo/config/mail'
import { oidcOf } from '@repo/config/oidc'
import { redisOptions } from '@repo/config/redis'
import { readApiConfig } from '@repo/config/roles'
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
import { runMain } from '@repo/service/main'
import { createOperator, createOperatorServer } from '@repo/service/operator-server'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { apiServices } from './services.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readApiConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('api', config.LOG_LEVEL)
  const { redis } = resources.use(
    await openRedis(config.REDIS_URL, { ...redisOptions(config), onError: (err) => log.warn({ err }, 'redis') }),
  )
  const backend = createRedisBackend(redis, (alarm) => log.error({ alarm }, 'stream alarm'))
  const operator = createOperator()
  await migrate(config.DATABASE_URL)
  const { sql } = resources.use(
    openDatabase(config.DATABASE_URL, {
      connections: config.DATABASE_CONNECTIONS,
      onError: (err) => log.warn({ err }, 'database'),
    }),
  )
  const mail = mailOf(config)
  const webPush = webPushOf(config.WEB_PUSH_KEY, { publicUrl: config.PUBLIC_URL, mail })
  const services = await apiServices({
    sql,
    backend,
    clock: systemClock,
    log,
    host: config.HOST,
    port: config.PORT,
    instanceSecret: config.INSTANCE_SECRET,
    keyring: createKeyring(config.INSTANCE_KEYS),
    channels: createChannels({
      send: createGuardedRequests({
        egress: createEgressPolicy({ allowedCidrs: config.PROBE_ALLOWED_CIDRS }),
        resolve: systemResolve,
      }),
      mailer: mail && createMailer(mail),
      webPush,
    }),
    access: accessOf(config, { isOwn: false, isAlone: false }),
    mail,
    webPush,
    oidc: oidcOf(config),
    regions: config.REGIONS,
    egressAllow: config.PROBE_ALLOWED_CIDRS,
    nameServers: config.NAME_SERVERS,
    webOrigin: config.WEB_ORIGIN,
    statusOrigin: () => (config.STATUS_ORIGIN ? { url: config.STATUS_ORIGIN } : undefined),
    operator,
    faultPoint: createFaultPoint(config.FAULT_POINT),
    onListening: (url) => log.info({ url }, 'listening'),
  })
  const operatorServer = createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log })
  await runAll({ ...services, operatorServer }, signal)
})
