import { openDatabase } from '@repo/db/database'
import { plainWebhook } from '@repo/notifiers/testing/plain-webhook'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { createFaultPoint } from '@repo/service/fault-point'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { processName, runMain } from '@repo/service/main'
import { createOperator } from '@repo/service/operator-server'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { notifierServices } from '../src/services.ts'
import { unguarded } from './unguarded.ts'

/** A notifier that knows the channel of the tests: the database, the key, where it is to die, and the mail server are its arguments. */
await runMain(async () => {
  const [url = '', key = '', faultPoint, mailUrl] = process.argv.slice(2)
  const log = createLog('notifier', 'info')
  await using database = openDatabase(url, { connections: 4, onError: () => {} })
  const services = notifierServices({
    ...{
      sql: database.sql,
      backend: createMemoryBackend(() => {}),
      clock: systemClock,
      log,
      operator: createOperator(),
    },
    send: unguarded,
    ...{ name: processName(), channels: new Map([[plainWebhook.kind, plainWebhook]]), publicUrl: undefined },
    mail: mailUrl ? { url: mailUrl, from: 'us@example.com', ca: undefined } : undefined,
    keyring: createKeyring([{ id: 'k1', key: Buffer.from(key, 'base64url') }]),
    ...{ settledMs: 0, leaseMs: 1_000, faultPoint: createFaultPoint(faultPoint) },
  })
  log.info({}, 'notifier at work')
  await runAll(services, terminationSignal())
})
