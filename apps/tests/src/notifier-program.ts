import { readNotifierConfig } from '@repo/config/roles'
import { openDatabase } from '@repo/db/database'
import { plainWebhook } from '@repo/notifiers/testing/plain-webhook'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createFaultPoint } from '@repo/service/fault-point'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { createOperator } from '@repo/service/operator-server'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { notifierServices } from 'notifier/services'

/** The notifier of a distributed instance, but the channel that it knows is that of the tests. */
await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readNotifierConfig(process.env)
  const log = createLog('notifier', config.LOG_LEVEL)
  const { redis } = resources.use(await openRedis(config.REDIS_URL, { onError: () => {} }))
  const { sql } = resources.use(openDatabase(config.DATABASE_URL, { connections: 4, onError: () => {} }))
  const services = notifierServices({
    ...{ sql, backend: createRedisBackend(redis, () => {}), clock: systemClock, log, operator: createOperator() },
    ...{ name: processName(), channels: new Map([[plainWebhook.kind, plainWebhook]]), publicUrl: config.PUBLIC_URL },
    keyring: createKeyring(config.INSTANCE_KEYS),
    faultPoint: createFaultPoint(config.FAULT_POINT),
  })
  log.info({}, 'notifier at work')
  await runAll(services, terminationSignal())
})
