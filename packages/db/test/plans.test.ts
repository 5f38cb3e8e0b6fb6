import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { makeResult, makeTick } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { ensureTickPartitions } from '../src/queries/partitions.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { rollUpDay, rollUpHour } from '../src/queries/rollups.ts'
import { readSeries, summariseRegions } from '../src/queries/series.ts'
import { listTicks, recentMarks } from '../src/queries/ticks.ts'
import { listDayStatuses, summariseStatuses } from '../src/queries/uptime.ts'
import { leaveOutLate } from '../src/queries/verdicts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { explaining, type PlanNode } from '../testing/explaining.ts'
import { addWorkspace } from '../testing/populate.ts'

/**
 * How the queries of the pages are carried out, on days with as many ticks that the planner chooses as it does in earnest: by
 * index, in the days concerned alone, and never by reading a day from end to end.
 */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const graceMs = 300_000
const monitorCount = 120
/** Five days have ticks, the last of them twenty minutes past noon. */
const firstDayMs = Date.UTC(2026, 5, 1)
const nowMs = firstDayMs + 4 * DAY_MS + 12 * HOUR_MS + 20 * MINUTE_MS
const seedingMs = 120_000

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  await seed(database.sql)
}, seedingMs)
afterAll(() => database[Symbol.asyncDispose]())

async function seed(sql: Sql): Promise<void> {
  for (let day = 0; day < 5; day += 1)
    await ensureTickPartitions(sql, { nowMs: firstDayMs + day * DAY_MS, daysAhead: 1 })
  await getRegionKeys(sql, ['a', 'b'].map(parseRegion))
  await sql.execute(text`
    insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
    select gen_random_uuid(), ${workspaceId}, 'shop ' || n, '{}', 'shop ' || n, 300000, array['a', 'b'], now(), now(), now()
    from generate_series(1, ${monitorCount}::integer) n`)
  await sql.execute(text`insert into monitor_state (monitor_key) select monitor_key from monitor`)
  // In the order in which they come: all monitors of one instant, then those of the next.
  await sql.execute(text`
    insert into tick (scheduled_at, monitor_key, total_us, region_key, verdict, code, start_lag_ms, redirects, message)
    select at, monitor_key, 1000 + (random() * 9000)::integer, region_key, 0, 0, 1, 0, ''
    from generate_series(to_timestamp(${firstDayMs}::float8 / 1000), to_timestamp(${nowMs}::float8 / 1000), interval '5 minutes') at, monitor, region
    order by at`)
  await sql.execute(text`
    insert into state_interval (monitor_key, began_at, ended_at, status)
    select monitor_key, at, case when at < ${new Date(nowMs)}::timestamptz - interval '1 day' then at + interval '1 day' end, 'up'
    from monitor, generate_series(${new Date(nowMs - 90 * DAY_MS)}::timestamptz, ${new Date(nowMs)}::timestamptz - interval '1 day', interval '1 day') at`)
  while ((await rollUpHour(sql, { nowMs, graceMs })) === 'done');
  while ((await rollUpDay(sql)) === 'done');
  for (const [table, days] of Object.entries({ rollup_hour: 20, rollup_day: 90 }))
    await repeatIntoThePast(sql, table, days)
  await sql.execute(text`vacuum (analyze)`)
}

/** The sums of the first day once more for each day before it. */
async function repeatIntoThePast(sql: Sql, table: string, days: number): Promise<void> {
  const { rows } = await sql.execute<{ name: string }>(text`
    select attname as name from pg_attribute where attrelid = 'rollup_hour'::regclass and attnum > 0 and attname <> 'at' order by attnum`)
  const columns = rows.map((row) => row.name).join(', ')
  await sql.execute(
    text.raw(`insert into ${table} (at, ${columns}) select at - n * interval '1 day', ${columns} from generate_series(1, ${days}) n, ${table}
      where at < '${new Date(firstDayMs + DAY_MS).toISOString()}' order by 1`),
  )
}

/** What was scanned, and by which index, and which days that hold ticks. What was planned and then left out is not there. */
interface Shape {
  readonly scans: string[]
  readonly days: string[]
}

interface Found extends Shape {
  /** How many ticks were read for it, those included that were not wanted. */
  readonly ticks: number
}

/** Tables of one row for a monitor at most, and those that hold next to nothing. */
const small = new Set(['region', 'rollup_progress', 'rollup_dirty', 'monitor', 'monitor_state', 'monitor_region'])

async function shapeOf(read: (sql: Sql) => Promise<unknown>): Promise<Found> {
  const scans = new Set<string>()
  const days = new Set<string>()
  let ticks = 0
  const look = (node: PlanNode) => {
    if (node['Actual Loops'] === 0) return
    for (const child of node.Plans ?? []) look(child)
    const relation = node['Relation Name']
    if (!relation || small.has(relation)) return
    const day = /^tick_2026060([1-5])$/.exec(relation)?.[1]
    if (day) days.add(day)
    if (day) ticks += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
    if (day || !relation.startsWith('tick_')) scans.add(`${day ? 'ticks' : relation} ${waysOf(node).join(' and ')}`)
  }
  await read(explaining(database.sql, look))
  return { scans: [...scans].sort(), days: [...days].sort(), ticks }
}

/** Whether straight or by a bitmap is a matter of taste; by which index is not, nor whether that is all that is read. */
function waysOf(node: PlanNode): string[] {
  const index = node['Index Name']
  if (node['Node Type'] === 'Index Only Scan') return ['by key alone']
  if (index) return [index.endsWith('_pkey') ? 'by key' : 'by time']
  if (node['Node Type'] === 'Seq Scan') return ['from end to end']
  return (node.Plans ?? []).flatMap(waysOf)
}

const monitorKey = 77
const page = Array.from({ length: 100 }, (_, index) => index + 1)
const series = (days: number, bucketMs: number) => (sql: Sql) => {
  const toMs = Math.ceil(nowMs / bucketMs) * bucketMs
  return readSeries(sql, monitorKey, { fromMs: toMs - days * DAY_MS, toMs, bucketMs })
}

describe('a page reads by index, and the days concerned alone:', () => {
  const cases: [string, (sql: Sql) => Promise<unknown>, Shape, mostTicks: number][] = [
    ['a series of an hour', series(1 / 24, MINUTE_MS), { scans: ['ticks by key alone'], days: ['5'] }, 30],
    ['a series of a day', series(1, 5 * MINUTE_MS), { scans: ['ticks by key alone'], days: ['4', '5'] }, 600],
    [
      'a series of seven days, by the hour',
      series(7, HOUR_MS),
      { scans: ['rollup_hour by key', 'ticks by key'], days: ['5'] },
      30,
    ],
    [
      'a series of ninety days, by the day',
      series(90, DAY_MS),
      { scans: ['rollup_day by key', 'rollup_hour by key', 'ticks by key'], days: ['5'] },
      30,
    ],
    [
      'regions side by side',
      (sql) => summariseRegions(sql, monitorKey, { fromMs: nowMs - 30 * DAY_MS, toMs: nowMs }),
      { scans: ['rollup_day by key', 'rollup_hour by key', 'ticks by key'], days: ['5'] },
      60,
    ],
    [
      'the last slots of a hundred monitors',
      (sql) =>
        recentMarks(
          sql,
          page.map((key) => ({ monitorKey: key, sinceMs: nowMs - 5 * HOUR_MS })),
          60,
        ),
      { scans: ['ticks by key alone'], days: ['5'] },
      6400,
    ],
    [
      'the newest ticks of a monitor',
      (sql) => listTicks(sql, monitorKey, { limit: 50 }),
      { scans: ['ticks by key'], days: ['1', '2', '3', '4', '5'] },
      120,
    ],
    [
      'older ticks of a monitor',
      (sql) => listTicks(sql, monitorKey, { limit: 50, cursor: { scheduledAtMs: firstDayMs + DAY_MS, regionKey: 1 } }),
      { scans: ['ticks by key'], days: ['1', '2'] },
      120,
    ],
    [
      'ninety days of a hundred monitors',
      (sql) => listDayStatuses(sql, page, { timeZone: 'Europe/Berlin', nowMs, days: 90 }),
      { scans: ['state_interval by key', 'state_interval by key alone'], days: [] },
      0,
    ],
    [
      'a day of a hundred monitors',
      (sql) => summariseStatuses(sql, page, { fromMs: nowMs - DAY_MS, toMs: nowMs }),
      { scans: ['state_interval by key', 'state_interval by key alone'], days: [] },
      0,
    ],
  ]
  test.each(cases)('%s', async (_page, read, expected, mostTicks) => {
    const { ticks, ...shape } = await shapeOf(read)
    expect(shape).toEqual(expected)
    expect(ticks).toBeLessThanOrEqual(mostTicks)
  })
})

describe('summing up', () => {
  test('an hour reads its part of the day, by an index over time', async () => {
    const shape = await shapeOf(async (sql) => {
      await sql.execute(text`
        select count(*) from tick where scheduled_at >= ${new Date(firstDayMs + DAY_MS)}::timestamptz and scheduled_at < ${new Date(firstDayMs + DAY_MS + HOUR_MS)}::timestamptz`)
    })
    expect(shape).toMatchObject({ scans: ['ticks by time'], days: ['2'] })
    // A third of the day at most: the index knows the pages by the thirty-two.
    expect(shape.ticks).toBeLessThan((monitorCount * 2 * 288) / 3)
  })
})

describe('a writer', () => {
  test('finds whether results are late by index', async () => {
    const keys = await getRegionKeys(database.sql, [parseRegion('a')])
    const results = page.map((key) =>
      makeResult({ id: crypto.randomUUID() as never, monitorKey: key }, makeTick('a', nowMs, 'down')),
    )
    expect(await shapeOf((sql) => leaveOutLate(sql, results, keys))).toMatchObject({
      scans: ['ticks by key alone'],
      days: ['5'],
    })
  })
})
