import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@repo/db/database'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { listMonitors, type MonitorCursor } from '@repo/db/queries/monitor-list'
import { ensureTickPartitions } from '@repo/db/queries/partitions'
import { readSeries, summariseRegions } from '@repo/db/queries/series'
import { listTicks, recentMarks } from '@repo/db/queries/ticks'
import { listDayStatuses, summariseStatuses } from '@repo/db/queries/uptime'
import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import pg from 'pg'
import { cpuMicrosOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'
import { seedMonitors } from '../seed-monitors.ts'
import { seedRollups } from '../seed-rollups.ts'
import { seedTicks } from '../seed-ticks.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ticksPerSecondAsked = 1_000_000
const minutesSeeded = 5_000
const regionCount = 2
const readings = 200
const pageSize = 100

/** What each page asks of a database that holds a million ticks for each second that was asked for: 100 make the whole. */
export const readsBench: Trial = {
  name: 'reads',
  summary: 'page queries over 1 M ticks for each of --seconds (100: 10,000 monitors, 2 regions, a tick a minute)',
  async run(seconds, progress) {
    const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
    const server = await openEmbeddedPostgres({
      dataDirectory: directory,
      password: crypto.randomUUID(),
      onProgress: progress,
      // How it is filled, not how it is read: with these the seed writes no log.
      settings: ['wal_level=minimal', 'max_wal_senders=0', 'fsync=off', 'max_wal_size=8GB'],
    })
    try {
      const monitors = Math.max(100, Math.round((seconds * ticksPerSecondAsked) / (minutesSeeded * regionCount)))
      const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
      await using database = openDatabase(server.url, { connections: 4, onError: () => {} })
      const seeded = await seed(database, { url: server.url, monitors, nowMs, progress })
      const { workspaceId, row } = seeded
      return [row, ...(await measureReads(database, { workspaceId, monitors, nowMs, serverPid: server.pid, progress }))]
    } finally {
      await server[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

export interface Seeded {
  readonly workspaceId: WorkspaceId
  readonly monitors: number
  readonly nowMs: number
  readonly serverPid: number
  readonly progress: (line: string) => void
}

/** Each page query some hundred times, for monitors drawn by lot, after a quarter as many to get warm. */
export async function measureReads(database: Database, seeded: Seeded): Promise<Row[]> {
  const rows: Row[] = []
  for (const [name, read] of Object.entries(pageQueries(database, seeded))) {
    const row = await measure(name, read, () => cpuMicrosOf(seeded.serverPid))
    rows.push(row)
    seeded.progress(`${name}  ${JSON.stringify(row.figures)}`)
  }
  return rows
}

interface Seeding {
  readonly url: string
  readonly monitors: number
  readonly nowMs: number
  readonly progress: (line: string) => void
}

export async function seed(database: Database, { url, monitors, nowMs, progress }: Seeding) {
  await migrate(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const startedAt = performance.now()
  const workspaceId = parseWorkspaceId(await seedMonitors(client, monitors, nowMs))
  await seedTicks(url, { monitors, fromMs: nowMs - minutesSeeded * MINUTE_MS, toMs: nowMs }, progress)
  await ensureTickPartitions(database.sql, { nowMs, daysAhead: 7 })
  const seededMs = performance.now() - startedAt
  const ticks = monitors * regionCount * minutesSeeded
  progress(`${ticks.toLocaleString('en-US')} ticks in ${Math.round(seededMs / 1_000)} s`)
  const summedMs = await seedRollups(database, { client, nowMs })
  progress(`summed up in ${Math.round(summedMs / 1_000)} s`)
  const figures = {
    ticks,
    monitors,
    ticksSummedPerSecond: Math.round((1_000 * ticks) / summedMs),
    ...(await sizes(client)),
  }
  await client.end()
  const row = { name: 'seed', perSecond: Math.round((1_000 * ticks) / seededMs), cpuMicrosPerOp: 0, rounds: 1, figures }
  return { workspaceId, row }
}

async function sizes(client: pg.Client): Promise<Record<string, number>> {
  const { rows } = await client.query<Record<string, number>>(`
    with size as (
      select case when relname ~ '^tick_[0-9]+$' then 'tick' else relname end as kind, sum(reltuples) as rows,
        sum(pg_relation_size(oid)) as heap, sum(pg_indexes_size(oid)) as indexes
      from pg_class where relkind = 'r' and (relname ~ '^tick_[0-9]+$' or relname in ('rollup_hour', 'rollup_day')) group by 1
    )
    select jsonb_object_agg(kind || what, bytes) as sizes from (
      select kind, 'HeapBytes' as what, round(heap / nullif(rows, 0)::numeric, 1) as bytes from size
      union all select kind, 'IndexBytes', round(indexes / nullif(rows, 0)::numeric, 1) from size
    ) s`)
  return (rows[0] as unknown as { sizes: Record<string, number> }).sizes
}

type Read = () => Promise<number>

/** What the pages ask, each answering how much it got, so that nothing is measured that found nothing. */
function pageQueries(
  { sql }: Database,
  { workspaceId, monitors, nowMs }: Pick<Seeded, 'workspaceId' | 'monitors' | 'nowMs'>,
): Record<string, Read> {
  const any = () => 1 + Math.floor(Math.random() * monitors)
  const somePage = () => Array.from({ length: pageSize }, any)
  const series =
    (days: number, bucketMs: number): Read =>
    async () => {
      const toMs = Math.ceil(nowMs / bucketMs) * bucketMs
      return (await readSeries(sql, any(), { fromMs: toMs - days * DAY_MS, toMs, bucketMs })).buckets.length
    }
  const uptime = { timeZone: 'Europe/Berlin', nowMs, days: 90 }
  const marksWindow = { sinceMs: nowMs - 60 * MINUTE_MS - DAY_MS, untilMs: nowMs + MINUTE_MS }
  let cursor: MonitorCursor | undefined
  return {
    'series 1 h': series(1 / 24, MINUTE_MS),
    'series 24 h': series(1, 5 * MINUTE_MS),
    'series 24 h from sums': series(1, HOUR_MS),
    'series 7 d': series(7, HOUR_MS),
    'series 30 d': series(30, 3 * HOUR_MS),
    'series 90 d': series(90, DAY_MS),
    'regions 30 d': async () => (await summariseRegions(sql, any(), { fromMs: nowMs - 30 * DAY_MS, toMs: nowMs })).size,
    'ticks, first page of 50': async () => (await listTicks(sql, any(), { limit: 50 })).items.length,
    'uptime 24 h, 100 monitors': async () =>
      (await summariseStatuses(sql, somePage(), { fromMs: nowMs - DAY_MS, toMs: nowMs })).size,
    'uptime of 90 days, 1 monitor': async () => (await listDayStatuses(sql, [any()], uptime)).size,
    'uptime of 90 days, 100 monitors': async () => (await listDayStatuses(sql, somePage(), uptime)).size,
    'last 60 slots, 100 monitors': async () => {
      const page = somePage().map((monitorKey) => ({ monitorKey, ...marksWindow }))
      return (await recentMarks(sql, page, 60)).size
    },
    'list, a page of 100 with its slots': async () => {
      const { items, next } = await listMonitors(sql, workspaceId, { limit: pageSize, cursor })
      cursor = next ?? undefined
      const page = items.map(({ monitorKey }) => ({ monitorKey, ...marksWindow }))
      return (await recentMarks(sql, page, 60)).size
    },
  }
}

async function measure(name: string, read: Read, serverCpuMicros: () => number): Promise<Row> {
  for (let warm = 0; warm < readings / 4; warm += 1) await read()
  const cpuBefore = process.cpuUsage()
  const serverBefore = serverCpuMicros()
  const timesMs: number[] = []
  for (let index = 0; index < readings; index += 1) {
    const startedAt = performance.now()
    const found = await read()
    timesMs.push(performance.now() - startedAt)
    if (found === 0) throw new Error(`${name} found nothing`)
  }
  const cpu = process.cpuUsage(cpuBefore)
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (share: number) => roundedTo(sorted[Math.ceil(share * readings) - 1] ?? 0, 2)
  return {
    name,
    perSecond: Math.round((1_000 * readings) / timesMs.reduce((sum, ms) => sum + ms, 0)),
    cpuMicrosPerOp: roundedTo((cpu.user + cpu.system) / readings, 1),
    otherCpuMicrosPerOp: roundedTo((serverCpuMicros() - serverBefore) / readings, 1),
    rounds: readings,
    figures: { p50Ms: at(0.5), p95Ms: at(0.95) },
  }
}
