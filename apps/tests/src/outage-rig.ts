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
import { type Program, root, startProgram } from './program.ts'

/** A distributed instance of three regions with websites whose outages are scripted, to the second. */
export interface OutageRig {
  readonly sites: readonly Site[]
  readonly database: TestDatabase
  readonly dbpushers: Program[]
  /** Takes a website down, or brings it back. */
  turn(site: Site, isDown: boolean): void
  /** When the next check of a website is due. */
  nextSlotMs(site: Site): number
  startDbpusher(): Program
  /** Puts another worker in the place of a region's, of another source where one is given. */
  replaceConsumer(region: string, productRoot?: string): Promise<void>
  readonly requests: () => number
  stop(): Promise<void>
}

export interface Site {
  readonly number: number
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
  const sites = await watch(database, intervalsMs, Number(server.port))
  await tellThatAllIsWell(redis.url, sites)
  const shared = { REDIS_URL: redis.url, LOG_LEVEL: 'info' }
  const withDatabase = { ...shared, DATABASE_URL: database.url }
  const startConsumer = (region: Region, productRoot = root) =>
    startProgram(relative(root, join(productRoot, 'apps/consumer/src/main.ts')), [], {
      ...{ ...shared, REGION: region, PROBE_ALLOWED_CIDRS: 'private', PROBE_PER_HOST: '500', REGION_CANARIES: 'self' },
    })
  const startDbpusher = () => startProgram('apps/dbpusher/src/main.ts', [], withDatabase)
  const publisher = startProgram('apps/publisher/src/main.ts', [], withDatabase)
  const dbpushers = [startDbpusher(), startDbpusher()]
  const consumers = new Map<string, Program>(regions.map((region) => [region, startConsumer(region)]))
  await publisher.until(/"leading"/)
  return {
    sites,
    database,
    dbpushers,
    turn: ({ number }, isDown) => void (isDown ? down.add(number) : down.delete(number)),
    nextSlotMs: ({ id, intervalMs }) => nextSlotMs(gridOf(id, intervalMs), Date.now()),
    startDbpusher,
    async replaceConsumer(region, productRoot) {
      await consumers.get(region)?.stop()
      consumers.set(region, startConsumer(parseRegion(region), productRoot))
    },
    requests: () => requests,
    async stop() {
      await Promise.all([publisher, ...consumers.values(), ...dbpushers].map((program) => program.stop()))
      await server.stop(true)
      await redis.stop()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function watch({ sql }: TestDatabase, intervalsMs: readonly number[], port: number): Promise<Site[]> {
  const workspaceId = await addWorkspace(sql)
  const made = intervalsMs.map((intervalMs, number) => {
    const url = `http://127.0.0.1:${port}/${number}`
    return makeMonitor(workspaceId, {
      name: `site ${number}`,
      spec: { kind: 'http', url },
      target: url,
      intervalMs,
      regions,
    })
  })
  // Long ago: none of them has a first look that is off its grid.
  await createMonitors(sql, made, Date.now() - 600_000)
  const { rows } = await sql.execute<{ id: string; monitor_key: number }>('select id, monitor_key from monitor')
  const keys = new Map(rows.map((row) => [row.id, row.monitor_key]))
  return made.map(({ id, intervalMs }, number) => ({ number, id, intervalMs, monitorKey: keys.get(id) ?? 0 }))
}

/** As if each had been checked a moment ago: what is checked every five minutes is not to be waited for. */
async function tellThatAllIsWell(redisUrl: string, sites: readonly Site[]): Promise<void> {
  await using opened = await openRedis(redisUrl, { onError: () => {} })
  const { results } = createRedisBackend(opened.redis, () => {})
  const atMs = Date.now() - 5_000
  for (const region of regions)
    await results.publish(sites.map((site) => makeResult(site, makeTick(region, atMs, 'up'))))
}
