// Starts every role of a distributed instance on this machine, each as a process of its own. The same commands, one per
// role, start them on many machines: see docs/distributed.md.
import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { accessShape } from '@repo/config/access'
import { list, port, postgresUrl, readEnvironment, redisUrl, secret } from '@repo/config/environment'
import { formatInstanceKey, instanceKeys } from '@repo/config/instance-keys'
import { mailEnvironment, mailOf, mailShape } from '@repo/config/mail'
import { nameServersShape, rdapBootstrapUrl, regionList, watchdogShape } from '@repo/config/roles'
import { loadOrCreateSecrets, type Secrets } from '@repo/config/secrets'
import { isLoopback } from '@repo/config/standalone'
import { webPushShape } from '@repo/config/web-push'
import { terminationSignal } from '@repo/service/lifecycle'
import { runMain } from '@repo/service/main'
import { Command, InvalidArgumentError } from 'commander'
import { type Role, superviseRoles } from './supervise.ts'

const root = dirname(import.meta.dir)

interface Flags {
  readonly publishers: number
  readonly consumers: number
  readonly dbpushers: number
  readonly notifiers: number
  readonly regions: string
  readonly host: string
  readonly port: string
  readonly data: string
}

function readFlags(): Flags {
  return new Command('bun run distributed')
    .description('Every role as a process of its own, over the Redis of REDIS_URL and the PostgreSQL of DATABASE_URL.')
    .option('--publishers <count>', 'how many publishers; one leads', count, 1)
    .option('--consumers <count>', 'how many consumers in each region', count, 1)
    .option('--dbpushers <count>', 'how many dbpushers', count, 1)
    .option('--notifiers <count>', 'how many notifiers', count, 1)
    .option('--regions <names>', 'the regions, comma-separated', process.env.REGIONS ?? 'local')
    .option('--host <address>', 'where the API listens', process.env.HOST ?? '127.0.0.1')
    .option('--port <number>', 'its port', process.env.PORT ?? '3000')
    .option(
      '--data <directory>',
      'where the secrets of the instance are kept',
      process.env.BETTERUPTIME_DATA ?? './data',
    )
    .parse()
    .opts<Flags>()
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 100) throw new InvalidArgumentError('a number from 0 to 100')
  return value
}

await runMain(async () => {
  const flags = readFlags()
  const { REDIS_URL, DATABASE_URL, REGIONS, ...given } = readEnvironment(
    { ...process.env, REGIONS: flags.regions, PORT: flags.port },
    {
      REDIS_URL: redisUrl,
      DATABASE_URL: postgresUrl,
      REGIONS: regionList,
      PORT: port,
      STATUS_PORT: port.default(3_002),
      INSTANCE_SECRET: secret.optional(),
      INSTANCE_KEYS: instanceKeys.optional(),
      PROBE_ALLOWED_CIDRS: list.optional(),
      RDAP_BOOTSTRAP_URL: rdapBootstrapUrl,
      PUBLIC_URL: accessShape.PUBLIC_URL,
      ...webPushShape,
      ...watchdogShape,
      ...nameServersShape,
      ...mailShape,
    },
  )
  const stored = { REDIS_URL, DATABASE_URL }
  const watchdog = given.WATCHDOG_URL && {
    WATCHDOG_URL: given.WATCHDOG_URL,
    WATCHDOG_INTERVAL_SECONDS: String(given.WATCHDOG_INTERVAL_SECONDS),
  }
  const nameServers = given.NAME_SERVERS && { NAME_SERVERS: given.NAME_SERVERS.join(',') }
  const mail = mailEnvironment(mailOf(given))
  const publicUrl = given.PUBLIC_URL && { PUBLIC_URL: given.PUBLIC_URL }
  const kept = given.INSTANCE_SECRET && given.INSTANCE_KEYS ? undefined : secretsIn(resolve(flags.data))
  const INSTANCE_KEYS = (given.INSTANCE_KEYS ?? kept?.instanceKeys ?? []).map(formatInstanceKey).join(',')
  const webPushKey = given.WEB_PUSH_KEY ?? kept?.webPushKey
  const webPush = webPushKey && { WEB_PUSH_KEY: webPushKey.privateKey }
  const egressAllow = given.PROBE_ALLOWED_CIDRS ?? (isLoopback(flags.host) ? ['private'] : [])
  const many = (number: number, role: Omit<Role, 'name'>, name: string): Role[] =>
    Array.from({ length: number }, (_, index) => ({ ...role, name: `${name} ${index + 1}` }))

  const web = { name: 'web', script: join(root, 'apps/web/src/main.ts'), env: { PORT: '0', NODE_ENV: 'production' } }
  const api = (webOrigin: string): Role => ({
    name: 'api',
    script: join(root, 'apps/api/src/main.ts'),
    env: {
      ...stored,
      HOST: flags.host,
      PORT: String(given.PORT),
      REGIONS: REGIONS.join(','),
      INSTANCE_SECRET: given.INSTANCE_SECRET ?? kept?.instanceSecret ?? '',
      INSTANCE_KEYS,
      ...webPush,
      ...nameServers,
      ...publicUrl,
      ...mail,
      PROBE_ALLOWED_CIDRS: egressAllow.join(','),
      WEB_ORIGIN: webOrigin,
      STATUS_ORIGIN: `http://127.0.0.1:${given.STATUS_PORT}`,
    },
  })
  const workers = [
    statusRole({
      DATABASE_URL,
      PORT: String(given.STATUS_PORT),
      STATUS_SNAPSHOTS: join(resolve(flags.data), 'status'),
      INSTANCE_KEYS,
      ...(mail && { STATUS_MAIL: 'true' }),
      ...publicUrl,
    }),
    ...many(flags.publishers, { script: join(root, 'apps/publisher/src/main.ts'), env: stored }, 'publisher'),
    ...REGIONS.flatMap((region) =>
      many(
        flags.consumers,
        {
          script: join(root, 'apps/consumer/src/main.ts'),
          env: {
            REDIS_URL,
            REGION: region,
            INSTANCE_KEYS,
            PROBE_ALLOWED_CIDRS: egressAllow.join(','),
            ...(given.RDAP_BOOTSTRAP_URL && { RDAP_BOOTSTRAP_URL: given.RDAP_BOOTSTRAP_URL }),
          },
        },
        `consumer ${region}`,
      ),
    ),
    ...many(
      flags.dbpushers,
      { script: join(root, 'apps/dbpusher/src/main.ts'), env: { ...stored, ...watchdog, ...nameServers } },
      'dbpusher',
    ),
    ...many(
      flags.notifiers,
      {
        script: join(root, 'apps/notifier/src/main.ts'),
        env: {
          ...stored,
          INSTANCE_KEYS,
          ...webPush,
          PROBE_ALLOWED_CIDRS: egressAllow.join(','),
          ...publicUrl,
          ...mail,
        },
      },
      'notifier',
    ),
  ]
  await superviseRoles({ web, api, workers }, terminationSignal())
})

function statusRole(env: Readonly<Record<string, string>>): Role {
  return { name: 'status', script: join(root, 'apps/status/src/main.ts'), env }
}

function secretsIn(directory: string): Secrets {
  mkdirSync(directory, { recursive: true, mode: 0o711 })
  return loadOrCreateSecrets(directory)
}
