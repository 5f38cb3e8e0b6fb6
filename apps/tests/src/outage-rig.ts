import { join, relative } from 'node:path'
import { createMonitors } from '@repo/db/queries/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWorkspace, makeMonitor } from '@repo/db/testing/populate'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import type { MonitorId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import { makeResult, makeTick } from '@repo/domain/testing'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { startRedis } from '@repo/streams/testing'
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.ts'
import { type Program, root, startProgram } from './program.ts'
import { addWebhookChannels, notifierEnv } from './webhook-channels.ts'

/** A distributed instance of three regions with websites whose outages are scripted, to the second. */
export interface OutageRig {
  readonly sites: readonly Site[]
  readonly database: TestDatabase
  /** Who is told of all of them. */
  readonly receiver: AlertReceiver
  /** Takes a website down, or brings it back. */
  turn(site: Site, isDown: boolean): void
  /** When the next check of a website is due. */
  nextSlotMs(site: Site): number
  /** Ends a dbpusher in the middle of whatever it does, and starts another one. */
  killDbpusher(): void
  /** Puts another process in the place of each in turn: the new one works before the old one is told to stop. Gives how those ended. */
  replaceEach(): Promise<number[]>
  /** Puts another worker in the place of a region's, of another source. */
  replaceConsumer(region: string, productRoot: string): Promise<void>
  readonly requests: () => number
  stop(): Promise<void>
}

export interface Site {
  readonly number: number
  readonly name: string
  readonly id: MonitorId
  readonly monitorKey: number
  readonly intervalMs: number
}

const regions = ['a', 'b', 'c'].map(parseRegion)

export async function startOutageRig(intervalsMs: readonly number[]): Promise<OutageRig> {
  const redis = await startRedis()
  const database = await openTestDatabase()
  const down = new Set<number>()
  let requests = 0
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch({ url }) {
      requests += 1
      const number = Number(new URL(url).pathname.slice(1))
      return down.has(number) ? new Response('broken', { status: 500 }) : new Response('ok')
    },
  })
  const receiver = startAlertReceiver()
  const sites = await watch({ database, receiver, port: Number(server.port) }, intervalsMs)
  await tellThatAllIsWell(redis.url, sites)
  const shared = { REDIS_URL: redis.url, LOG_LEVEL: 'info' }
  const withDatabase = { ...shared, DATABASE_URL: database.url }
  const startRole = (role: string, env: Record<string, string> = {}) =>
    startProgram(`apps/${role}/src/main.ts`, [], { ...withDatabase, ...env })
  const startConsumer = (region: Region, productRoot = root) =>
    startProgram(relative(root, join(productRoot, 'apps/consumer/src/main.ts')), [], {
      ...{ ...shared, REGION: region, PROBE_ALLOWED_CIDRS: 'private', PROBE_PER_HOST: '500', REGION_CANARIES: 'self' },
    })
  const ways = new Map<string, () => Program>([
    ...[1, 2].map((number) => [`publisher ${number}`, () => startRole('publisher')] as const),
    ...[1, 2].map((number) => [`dbpusher ${number}`, () => startRole('dbpusher')] as const),
    ...[1, 2].map((number) => [`notifier ${number}`, () => startRole('notifier', notifierEnv)] as const),
    ...regions.map((region) => [`consumer ${region}`, () => startConsumer(region)] as const),
  ])
  const running = new Map([...ways].map(([name, start]) => [name, start()]))
  await Promise.any([running.get('publisher 1'), running.get('publisher 2')].map((one) => one?.until(/"leading"/)))
  return {
    sites,
    database,
    receiver,
    turn: ({ number }, isDown) => void (isDown ? down.add(number) : down.delete(number)),
    nextSlotMs: ({ id, intervalMs }) => nextSlotMs(gridOf(id, intervalMs), Date.now()),
    killDbpusher() {
      running.get('dbpusher 1')?.kill('SIGKILL')
      running.set('dbpusher 1', startRole('dbpusher'))
    },
    async replaceEach() {
      const codes: number[] = []
      for (const [name, start] of ways) {
        const next = start()
        await next.until(/"metrics and health"/)
        const old = running.get(name)
        running.set(name, next)
        // One that has just come in the place of a killed one would not know yet how to end well.
        await old?.until(/"metrics and health"/)
        codes.push((await old?.stop()) ?? Number.NaN)
      }
      return codes
    },
    async replaceConsumer(region, productRoot) {
      await running.get(`consumer ${region}`)?.stop()
      running.set(`consumer ${region}`, startConsumer(parseRegion(region), productRoot))
    },
    requests: () => requests,
    async stop() {
      await Promise.all([...running.values()].map((program) => program.stop()))
      await Promise.all([server.stop(true), receiver.stop()])
      await redis.stop()
      await database[Symbol.asyncDispose]()
    },
  }
}

interface Surroundings {
  readonly database: TestDatabase
  readonly receiver: AlertReceiver
  readonly port: number
}

/** Each website has a workspace of its own: what fails together in one would be told together. */
async function watch({ database, receiver, port }: Surroundings, intervalsMs: readonly number[]): Promise<Site[]> {
  const { sql } = database
  const hooks = [{ name: 'hook', url: receiver.urlOf('hook'), afterSeconds: 0 }]
  const made = await Promise.all(
    intervalsMs.map(async (intervalMs, number) => {
      const workspaceId = await addWorkspace(sql)
      await addWebhookChannels(sql, workspaceId, hooks)
      const url = `http://127.0.0.1:${port}/${number}`
      const name = `site ${number}`
      return makeMonitor(workspaceId, { name, spec: { kind: 'http', url }, target: url, intervalMs, regions })
    }),
  )
  // Long ago: none of them has a first look that is off its grid.
  await createMonitors(sql, made, Date.now() - 600_000)
  const { rows } = await sql.execute<{ id: string; monitor_key: number }>('select id, monitor_key from monitor')
  const keys = new Map(rows.map((row) => [row.id, row.monitor_key]))
  return made.map(({ id, name, intervalMs }, number) => ({
    ...{ number, name, id, intervalMs },
    monitorKey: keys.get(id) ?? 0,
  }))
}

/** As if each had been checked a moment ago: what is checked every five minutes is not to be waited for. */
async function tellThatAllIsWell(redisUrl: string, sites: readonly Site[]): Promise<void> {
  await using opened = await openRedis(redisUrl, { onError: () => {} })
  const { results } = createRedisBackend(opened.redis, () => {})
  const atMs = Date.now() - 5_000
  for (const region of regions)
    await results.publish(sites.map((site) => makeResult(site, makeTick(region, atMs, 'up'))))
}
