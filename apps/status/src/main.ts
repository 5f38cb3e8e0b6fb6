import { readStatusConfig } from '@repo/config/roles'
import { openDatabase } from '@repo/db/database'
import { createKeyring } from '@repo/secrets/keyring'
import { systemClock } from '@repo/service/clock'
import { runAll, terminationSignal } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import { runMain } from '@repo/service/main'
import { createOperator, createOperatorServer } from '@repo/service/operator-server'
import { statusServices } from './services.ts'

// It asks for nothing before it serves: neither the database nor anything else has to be there.
await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readStatusConfig(process.env)
  const signal = terminationSignal()
  const log = createLog('status', config.LOG_LEVEL)
  const { sql } = resources.use(
    openDatabase(config.DATABASE_URL, {
      connections: config.DATABASE_CONNECTIONS,
      onError: (err) => log.warn({ err }, 'database'),
    }),
  )
  const operator = createOperator()
  const services = statusServices({
    ...{ sql, clock: systemClock, log, operator },
    host: config.HOST,
    port: config.PORT,
    ...{ trustedProxies: config.TRUSTED_PROXIES, publicUrl: config.PUBLIC_URL },
    subscribing: { byMail: config.STATUS_MAIL, keyring: createKeyring(config.INSTANCE_KEYS) },
    snapshotDirectory: config.STATUS_SNAPSHOTS,
    onListening: (url) => log.info({ url }, 'listening'),
  })
  const operatorServer = createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log })
  await runAll({ ...services, operatorServer }, signal)
})
