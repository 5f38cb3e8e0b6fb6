import { join } from 'node:path'
import { loadOrCreateSecrets } from '@repo/config/secrets'
import { readStandaloneConfig } from '@repo/config/standalone'
import { webPushOf } from '@repo/config/web-push'
import { openDatabase } from '@repo/db/database'
import { openEmbeddedPostgres } from '@repo/db/embedded'
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
import { version } from '@repo/service/version'
import { apiServices } from 'api/services'
import { consumerServices } from 'consumer/services'
import { dbpusherServices } from 'dbpusher/services'
import { notifierServices } from 'notifier/services'
import { publisherServices } from 'publisher/services'
import { statusServices } from 'status/services'
import { openDataDirectory } from './data-directory.ts'
import { readFlags } from './flags.ts'
import { say, sayReady } from './say.ts'
import { openTransport } from './transport.ts'
import { endsWithUs, openWebProcess } from './web-process.ts'

await runMain(async () => {
  await using resources = new AsyncDisposableStack()
  const config = readStandaloneConfig(process.env, readFlags(process.argv))
  const signal = terminationSignal()
  const log = createLog('standalone', config.LOG_LEVEL)
  openDataDirectory(config.dataDirectory)
  const secrets = loadOrCreateSecrets(config.dataDirectory)

  const web = resources.use(await openWebProcess())
  const postgres = config.DATABASE_URL
    ? undefined
    : resources.use(
        await openEmbeddedPostgres({
          dataDirectory: config.dataDirectory,
          password: secrets.databasePassword,
          onProgress: say,
        }),
      )
  const databaseUrl = config.DATABASE_URL ?? postgres?.url ?? ''
  const migrations = await migrate(databaseUrl)
  if (migrations.length > 0) say('brought the database up to date')
  const { sql } = resources.use(
    openDatabase(databaseUrl, { connections: 10, onError: (err) => log.warn({ err }, 'database') }),
  )

  const { backend, sharedClock } = resources.use(await openTransport(config, log))

  const name = processName()
  const operator = createOperator()
  const faultPoint = createFaultPoint(config.FAULT_POINT)
  const keyring = createKeyring(secrets.instanceKeys)
  const { mail, NAME_SERVERS: nameServers } = config
  const webPush = webPushOf(secrets.webPushKey, { publicUrl: config.access.publicUrl, mail })
  const send = createGuardedRequests({
    egress: createEgressPolicy({ allowedCidrs: config.egressAllow }),
    resolve: systemResolve,
  })
  const channels = createChannels({ send, mailer: mail && createMailer(mail), webPush })
  const door = { token: crypto.randomUUID(), url: '' }
  const shared = { sql, backend, clock: sharedClock ?? systemClock, log, operator, faultPoint }
  await runAll(
    {
      ...publisherServices({ ...shared, holder: name }),
      ...consumerServices({
        ...shared,
        region: config.region,
        name,
        version,
        keyring,
        probing: {
          concurrency: config.PROBE_CONCURRENCY,
          perHost: config.PROBE_PER_HOST,
          egressAllow: config.egressAllow,
          canaries: config.REGION_CANARIES,
          rdapBootstrapUrl: config.RDAP_BOOTSTRAP_URL,
        },
      }),
      ...dbpusherServices({ ...shared, name, nameServers, rawDays: config.RETENTION_DAYS, watchdog: config.watchdog }),
      ...notifierServices({ ...shared, name, keyring, channels, send, mail, publicUrl: config.access.publicUrl }),
      ...(await apiServices({
        ...shared,
        host: config.HOST,
        port: config.PORT,
        instanceSecret: secrets.instanceSecret,
        keyring,
        channels,
        access: config.access,
        ...{ mail, webPush, nameServers },
        oidc: config.oidc,
        regions: config.REGIONS,
        egressAllow: config.egressAllow,
        webOrigin: web.origin,
        statusOrigin: () => (door.url ? door : undefined),
        onListening: (url) => sayReady(url, config),
      })),
      ...statusServices({
        ...shared,
        host: config.HOST,
        port: config.STATUS_PORT,
        ...{ trustedProxies: config.access.trustedProxies, publicUrl: config.access.publicUrl, doorToken: door.token },
        subscribing: { byMail: mail !== undefined, keyring },
        snapshotDirectory: join(config.dataDirectory, 'status'),
        onListening: (url) => {
          door.url = url
        },
      }),
      ...(sharedClock && { sharedClock: sharedClock.service }),
      operatorServer: createOperatorServer({ operator, host: config.METRICS_HOST, port: config.METRICS_PORT, log }),
      dashboard: endsWithUs(web.exited, 'the dashboard process ended'),
      ...(postgres && { database: endsWithUs(postgres.exited, 'the database ended') }),
    },
    signal,
  )
})
