import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase } from '@repo/db/testing'
import { copyCluster } from '@repo/db/testing/cluster'
import { startRedis } from '@repo/streams/testing'
import { type Program, startProgram } from './program.ts'

/** A running BetterUptime, whatever it is made of. */
export interface Instance {
  readonly url: string
  readonly regions: readonly string[]
  stop(): Promise<void>
}

/** All in one process, which shows its figures and its health at an address of its own. */
export interface Standalone extends Instance {
  readonly operatorUrl: string
}

/** The whole system in one process, with its own database and dashboard, in a data directory in which nobody has been yet. */
export async function startStandalone(env: Record<string, string> = {}): Promise<Standalone> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-e2e-'))
  const secrets = { instanceSecret: crypto.randomUUID(), databasePassword: await copyCluster(dataDirectory) }
  writeFileSync(join(dataDirectory, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 })
  const program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', dataDirectory], {
    REGION_CANARIES: 'self',
    // It names the address of the figures.
    LOG_LEVEL: 'info',
    ...env,
  })
  const [, url = ''] = await program.until(/is ready: (http:\S+)/)
  const [, operatorUrl = ''] = await program.until(/"operatorUrl":"(http:[^"]+)"/)
  return {
    url,
    operatorUrl,
    regions: ['local'],
    async stop() {
      await program.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

export interface Distributed extends Instance {
  readonly redisUrl: string
  readonly databaseUrl: string
  readonly publishers: Program[]
  readonly consumers: Record<string, Program[]>
  readonly dbpushers: Program[]
  startConsumer(region: string): Program
}

/** Every role as processes of its own: two publishers, two consumers in each of two regions, two dbpushers, one API. */
export async function startDistributed(given: { keys?: string; webPushKey?: string } = {}): Promise<Distributed> {
  const { keys, webPushKey } = given
  const regions = ['eu', 'us']
  const redis = await startRedis()
  const database = await openTestDatabase()
  const shared = { REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: 'info' }
  const start = (role: string, env: Record<string, string> = {}) =>
    startProgram(`apps/${role}/src/main.ts`, [], { ...shared, ...env })
  const startConsumer = (region: string) =>
    // Nothing but these two words: no database, no secret.
    startProgram('apps/consumer/src/main.ts', ['--region', region, '--redis-url', redis.url], {
      LOG_LEVEL: 'info',
      PROBE_ALLOWED_CIDRS: 'private',
      // The name servers of the machine are beyond it, and are none of a test's business.
      REGION_CANARIES: 'self',
    })

  const api = start('api', {
    PORT: '0',
    REGIONS: regions.join(','),
    INSTANCE_SECRET: crypto.randomUUID(),
    ...(keys !== undefined && { INSTANCE_KEYS: keys }),
    ...(webPushKey !== undefined && { WEB_PUSH_KEY: webPushKey }),
    // The people of the tests come by themselves, and do not want to wait for ticks.
    SIGN_UP: 'open',
    PROBE_ALLOWED_CIDRS: 'private',
    WORKSPACE_INTERVAL_FLOOR_SECONDS: '1',
    API_REQUESTS_PER_MINUTE: '1000000',
  })
  const publishers = [start('publisher'), start('publisher')]
  const dbpushers = [start('dbpusher'), start('dbpusher')]
  const consumers = Object.fromEntries(
    regions.map((region) => [region, [startConsumer(region), startConsumer(region)]]),
  )
  const [, url = ''] = await api.until(/"url":"(http:[^"]+)"/)
  await Promise.any(publishers.map((publisher) => publisher.until(/"leading"/)))
  return {
    url,
    regions,
    redisUrl: redis.url,
    databaseUrl: database.url,
    publishers,
    consumers,
    dbpushers,
    startConsumer,
    async stop() {
      await Promise.all(
        [api, ...publishers, ...dbpushers, ...Object.values(consumers).flat()].map((program) => program.stop()),
      )
      await database[Symbol.asyncDispose]()
      await redis.stop()
    },
  }
}
