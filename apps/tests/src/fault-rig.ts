import { join, relative } from 'node:path'
import { openDatabase } from '@repo/db/database'
import { gridOf } from '@repo/domain/grid'
import { type MonitorId, parseMonitorId, parseUserId, parseWorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { type RedisServer, startRedis } from '@repo/streams/testing'
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.ts'
import { type RedisFailOver, startRedisFailOver } from './fault-fail-over.ts'
import { startTargetFarm, type TargetFarm, type TruthKind } from './fault-farm.ts'
import type { LedgerMonitor } from './fault-ledger.ts'
import { type OwnPostgres, startOwnPostgres } from './fault-postgres.ts'
import { type PostgresPair, type PostgresPairOptions, startPostgresPair } from './fault-postgres-pair.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import type { Random } from './fault-random.ts'
import { type Program, root, startProgram } from './program.ts'
import { addWebhookChannels, notifierEnv, type WebhookChannel } from './webhook-channels.ts'

export const roles = ['publisher', 'consumer', 'dbpusher', 'notifier'] as const
export type Role = (typeof roles)[number]

/** A link is named by who uses it: each role reaches each server over a link of its own, consumers one a region. */
export interface Links {
  readonly publisherRedis: FaultProxy
  readonly publisherPostgres: FaultProxy
  readonly dbpusherRedis: FaultProxy
  readonly dbpusherPostgres: FaultProxy
  readonly notifierRedis: FaultProxy
  readonly notifierPostgres: FaultProxy
  readonly consumerRedis: ReadonlyMap<string, FaultProxy>
}

export interface RigOptions {
  readonly random: Random
  /** Where the source of the product lies: the project itself, or a copy that was harmed. */
  readonly productRoot: string
  readonly intervalMs: number
  readonly regions: readonly string[]
  readonly kinds: readonly TruthKind[]
  readonly flipMs: number
  readonly redisArgs: readonly string[]
  /** A replica follows Redis, and everybody finds the master through Sentinels instead of a link. */
  readonly hasSentinels?: true
  /** A primary and a replica in place of one PostgreSQL. */
  readonly postgresPair?: PostgresPairOptions
  /** What the farm answers, and what each monitor asks of the answer. */
  readonly body?: string
  readonly specOf: (target: number, url: string) => unknown
  /** A webhook for each, which is told so long after an outage began. Without any there is nobody to tell, and no notifier. */
  readonly tellAfterSeconds: readonly number[]
}

/** A whole distributed instance under test: real processes, real servers, links that can fail, targets that know the truth. */
export interface Rig extends Omit<RigOptions, 'kinds' | 'redisArgs' | 'tellAfterSeconds'> {
  readonly farm: TargetFarm
  /** The master at the beginning. */
  readonly redis: RedisServer
  readonly failOver: RedisFailOver | undefined
  /** Leads to the master of now, past the links. */
  readonly redisUrl: string
  readonly postgres: OwnPostgres
  readonly pair: PostgresPair | undefined
  readonly links: Links
  /** Who is told; undefined where nobody is. */
  readonly receiver: AlertReceiver | undefined
  readonly channels: readonly WebhookChannel[]
  readonly monitors: readonly LedgerMonitor[]
  readonly programs: RunningProgram[]
  /** Starts one more process of a role. */
  start(role: Role, options?: StartOptions): RunningProgram
  /** The living processes of a role, of one region where it is given. */
  alive(role: Role, region?: string): RunningProgram[]
  stop(): Promise<readonly string[]>
}

export interface StartOptions {
  readonly region?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface RunningProgram {
  readonly name: string
  readonly role: Role
  readonly region: string | undefined
  readonly program: Program
  hasEnded: boolean
  exitCode: number | undefined
}

export async function startRig(options: RigOptions): Promise<Rig> {
  const redis = await startRedis({ args: options.redisArgs })
  const pair = options.postgresPair && (await startPostgresPair(options.postgresPair))
  const postgres = pair ?? (await startOwnPostgres())
  const failOver = options.hasSentinels && (await startRedisFailOver(redis))
  const redisUrl = failOver?.sentinels.url ?? redis.url
  const { kinds, flipMs, body, tellAfterSeconds } = options
  const farm = await startTargetFarm({ kinds, flipMs, ...(body !== undefined && { body }) })
  const links = await startLinks(options, { redis, postgres })
  const receiver = tellAfterSeconds.length > 0 ? startAlertReceiver() : undefined
  const channels = tellAfterSeconds.map((afterSeconds, place) => {
    const name = `hook-${place}`
    return { name, url: receiver?.urlOf(name) ?? '', afterSeconds }
  })
  const monitors = await seed(options, { farm, postgres, channels })
  const programs: RunningProgram[] = []

  const start: Rig['start'] = (role, { region, env = {} } = {}) => {
    const script = relative(root, join(options.productRoot, 'apps', role, 'src', 'main.ts'))
    const program = startProgram(script, [], {
      ...environmentOf(role, region, { links, postgres }),
      // A Sentinel tells where the master is, and no link is on the way there.
      ...(failOver && { REDIS_URL: redisUrl }),
      ...env,
    })
    const running: RunningProgram = {
      name: `${region ? `${role}:${region}` : role}-${program.pid}`,
      role,
      region,
      program,
      hasEnded: false,
      exitCode: undefined,
    }
    void program.exited.then((code) => {
      running.hasEnded = true
      running.exitCode = code
    })
    programs.push(running)
    return running
  }
  return {
    ...options,
    farm,
    redis,
    failOver,
    redisUrl,
    postgres,
    pair,
    links,
    receiver,
    channels,
    monitors,
    programs,
    start,
    alive: (role, region) =>
      programs.filter((one) => one.role === role && !one.hasEnded && (region === undefined || one.region === region)),
    async stop() {
      const complaints = await stopPrograms(programs)
      for (const link of [...Object.values(links)].flatMap((one) => (one instanceof Map ? [...one.values()] : [one])))
        await link.stop()
      await Promise.all([farm.stop(), receiver?.stop()])
      await failOver?.stop()
      await Promise.all([redis.stop(), postgres.remove()])
      return complaints
    },
  }
}

interface Servers {
  readonly redis: RedisServer
  readonly postgres: OwnPostgres
}

async function startLinks({ random, regions }: RigOptions, { redis, postgres }: Servers): Promise<Links> {
  const chance = () => random.between(0, 1)
  const toRedis = () => startFaultProxy({ upstreamPort: Number(new URL(redis.url).port), chance })
  const toPostgres = () => startFaultProxy({ upstreamPort: postgres.port, chance })
  const consumers = await Promise.all(regions.map(async (region) => [region, await toRedis()] as const))
  return {
    publisherRedis: await toRedis(),
    publisherPostgres: await toPostgres(),
    dbpusherRedis: await toRedis(),
    dbpusherPostgres: await toPostgres(),
    notifierRedis: await toRedis(),
    notifierPostgres: await toPostgres(),
    consumerRedis: new Map(consumers),
  }
}

/** All targets are on one address, and nobody here may ask the name servers of the machine. */
const probing = { PROBE_ALLOWED_CIDRS: 'private', PROBE_PER_HOST: '500', REGION_CANARIES: 'self' }

function environmentOf(
  role: Role,
  region: string | undefined,
  { links, postgres }: { links: Links; postgres: OwnPostgres },
): Record<string, string> {
  const shared = { LOG_LEVEL: 'info' }
  const redisUrl = (link: FaultProxy | undefined) => `redis://127.0.0.1:${link?.port}`
  const databaseUrl = (link: FaultProxy) => Object.assign(new URL(postgres.url), { port: String(link.port) }).href
  switch (role) {
    case 'publisher':
      return {
        ...shared,
        REDIS_URL: redisUrl(links.publisherRedis),
        DATABASE_URL: databaseUrl(links.publisherPostgres),
      }
    case 'dbpusher':
      return { ...shared, REDIS_URL: redisUrl(links.dbpusherRedis), DATABASE_URL: databaseUrl(links.dbpusherPostgres) }
    case 'notifier':
      return {
        ...{ ...shared, ...notifierEnv },
        REDIS_URL: redisUrl(links.notifierRedis),
        DATABASE_URL: databaseUrl(links.notifierPostgres),
      }
    case 'consumer': {
      if (region === undefined) throw new Error('a consumer belongs to a region')
      const link = links.consumerRedis.get(region)
      return { ...shared, ...probing, REDIS_URL: redisUrl(link), REGION: region }
    }
  }
}

/**
 * The monitors, made by the queries of the product under test. Their schedules began long enough ago that none of them is
 * new: every slot lies on the grid.
 */
async function seed(
  options: RigOptions,
  { farm, postgres, channels }: { farm: TargetFarm; postgres: OwnPostgres; channels: readonly WebhookChannel[] },
): Promise<LedgerMonitor[]> {
  const queries = join(options.productRoot, 'packages/db/src')
  const { migrate } = (await import(join(queries, 'migrate.ts'))) as typeof import('@repo/db/migrate')
  const { createMonitor } = (await import(
    join(queries, 'queries/monitors.ts')
  )) as typeof import('@repo/db/queries/monitors')
  const { createUser } = (await import(join(queries, 'queries/users.ts'))) as typeof import('@repo/db/queries/users')
  await migrate(postgres.url)
  await using database = openDatabase(postgres.url, { connections: 4, onError: () => {} })
  const { sql } = database
  const workspaceId = parseWorkspaceId(crypto.randomUUID())
  await createUser(sql, { id: parseUserId(crypto.randomUUID()), workspaceId, username: 'faults', passwordHash: 'none' })
  if (channels.length > 0) await addWebhookChannels(sql, workspaceId, channels)
  // Keys before theirs stay free for what a fault puts in front of them.
  await sql.execute('alter table monitor alter column monitor_key restart with 101')
  const beganAtMs = Date.now() - 45_000
  const made = options.kinds.map((kind, target) => ({ kind, target, id: seededId(options.random) }))
  for (const { id, target } of made) {
    const url = farm.urlOf(target)
    const monitor = { id, workspaceId, name: `target ${target}`, spec: options.specOf(target, url), target: url }
    const schedule = { intervalMs: options.intervalMs, regions: options.regions.map(parseRegion) }
    await createMonitor(sql, { ...monitor, ...schedule }, beganAtMs)
  }
  const { rows } = await sql.execute<{ monitor_key: number; id: string }>('select monitor_key, id from monitor')
  const keys = new Map(rows.map((row) => [row.id, row.monitor_key]))
  return made.map(({ kind, target, id }) => ({
    key: keys.get(id) ?? 0,
    target,
    kind,
    grid: gridOf(id, options.intervalMs),
  }))
}

/** Chosen by the seed, for the phase of a monitor follows from its id. */
function seededId(random: Random): MonitorId {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random.between(0, 16)).toString(16)).join('')
  return parseMonitorId(`${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`)
}

/** How long a role may take to stop; what is frozen is woken first. */
const stopWithinMs = 12_000

async function stopPrograms(programs: readonly RunningProgram[]): Promise<string[]> {
  const complaints = await Promise.all(
    programs.map(async ({ name, program, hasEnded }) => {
      if (hasEnded) return []
      program.kill('SIGCONT')
      const code = await Promise.race([program.stop(), Bun.sleep(stopWithinMs)])
      if (code === 0) return []
      program.kill('SIGKILL')
      await program.exited
      return [
        code === undefined ? `${name} did not stop within ${stopWithinMs / 1_000} s` : `${name} ended with ${code}`,
      ]
    }),
  )
  return complaints.flat()
}
