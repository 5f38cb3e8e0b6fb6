import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { relativeError } from '@repo/domain/histogram'
import type { WorkspaceId } from '@repo/domain/ids'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { type Look, makeOutcome, makeTick } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { markDirtyBuckets } from '../src/queries/rollup-marks.ts'
import { refreshDirtyHour, rollUpDay, rollUpHour } from '../src/queries/rollups.ts'
import { listPhases, readSeries, type SeriesBucket, summariseRegions } from '../src/queries/series.ts'
import { planSeries, type Seam, type SeriesPlan } from '../src/queries/series-plan.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The first instant of a day. */
const dayMs = Date.UTC(2026, 5, 1)
const graceMs = 300_000

describe('the plan of a series', () => {
  const hour = (from: number, to: number) => ({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS })
  const all = hour(0, 96)
  const seam = (hours: number, days: number, ...dirty: number[]): Seam => ({
    hoursThroughMs: hours * HOUR_MS,
    daysThroughMs: days * DAY_MS,
    dirtyHoursMs: dirty.map((at) => at * HOUR_MS),
  })
  const none = { hoursThroughMs: Number.NEGATIVE_INFINITY, daysThroughMs: Number.NEGATIVE_INFINITY, dirtyHoursMs: [] }
  const cases: [string, number, Seam, SeriesPlan][] = [
    ['reads ticks where nothing is summed up', DAY_MS, none, { days: [], hours: [], ticks: [all] }],
    ['reads ticks for short buckets', 60_000, seam(96, 4), { days: [], hours: [], ticks: [all] }],
    [
      'reads hours, and ticks after them',
      HOUR_MS,
      seam(90, 3),
      { days: [], hours: [hour(0, 90)], ticks: [hour(90, 96)] },
    ],
    [
      'reads days, hours after them, and ticks after those',
      DAY_MS,
      seam(90, 3),
      { days: [hour(0, 72)], hours: [hour(72, 90)], ticks: [hour(90, 96)] },
    ],
    ['reads sums alone where all is summed up', DAY_MS, seam(500, 20), { days: [all], hours: [], ticks: [] }],
    [
      'reads the ticks of a marked hour',
      HOUR_MS,
      seam(90, 3, 7),
      { days: [], hours: [hour(0, 7), hour(8, 90)], ticks: [hour(7, 8), hour(90, 96)] },
    ],
    [
      'reads the other hours of a day with a marked one',
      DAY_MS,
      seam(96, 4, 25),
      { days: [hour(0, 24), hour(48, 96)], hours: [hour(24, 25), hour(26, 48)], ticks: [hour(25, 26)] },
    ],
  ]
  test.each(cases)('%s', (_sentence, bucketMs, known, expected) => {
    expect(planSeries({ ...all, bucketMs }, known)).toEqual(expected)
  })

  test('reads the torn hours at the ends of a window from ticks', () => {
    const window = { fromMs: 0.5 * HOUR_MS, toMs: 49.5 * HOUR_MS, bucketMs: DAY_MS }
    expect(planSeries(window, seam(96, 4))).toEqual({
      days: [hour(24, 48)],
      hours: [hour(1, 24), hour(48, 49)],
      ticks: [hour(0.5, 1), hour(49, 49.5)],
    })
  })
})

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const verdicts: readonly OutcomeVerdict[] = ['up', 'up', 'up', 'up', 'degraded', 'down', 'unknown']

/** Looks every seven minutes from two regions, of every verdict and many latencies; the same in every run. */
function looksOf(fromMs: number, toMs: number): Look[] {
  const looks: Look[] = []
  for (let atMs = fromMs, index = 0; atMs < toMs; atMs += 420_000, index += 1) {
    for (const region of ['a', 'b']) {
      const verdict = verdicts[(index * 13 + (region === 'b' ? 3 : 0)) % verdicts.length] ?? 'up'
      const total = 1_000 + ((index * 7_919) % 977) ** 2
      const phases = { dns: 10, connect: 20, tls: index % 2 === 0 ? 30 : null, firstByte: 40, transfer: 50, total }
      looks.push({ ...makeTick(region, atMs, verdict), outcome: makeOutcome(verdict, { phases }) })
    }
  }
  return looks
}

async function rollUpTo(nowMs: number): Promise<void> {
  while ((await rollUpHour(database.sql, { nowMs, graceMs })) === 'done');
  while ((await rollUpDay(database.sql)) === 'done');
}

function forgetSums() {
  return database.sql.execute(text`update rollup_progress set hours_through = '-infinity', days_through = '-infinity'`)
}

const counted = ({ atMs, checks, up, degraded, down, unknown }: SeriesBucket) => ({
  atMs,
  checks,
  up,
  degraded,
  down,
  unknown,
})
const latencies = ({ p50Us, p95Us, p99Us }: SeriesBucket) => [p50Us, p95Us, p99Us]

function expectNear(found: SeriesBucket | undefined, exact: SeriesBucket | undefined): void {
  for (const [index, value] of (exact ? latencies(exact) : []).entries()) {
    const answer = found ? latencies(found)[index] : undefined
    if (value === null) expect(answer).toBeNull()
    else expect(Math.abs((answer ?? 0) - value) / value).toBeLessThanOrEqual(relativeError)
  }
}

describe('a series from sums', () => {
  const window = { fromMs: dayMs, toMs: dayMs + 4 * DAY_MS }
  let monitor: StoredMonitor
  beforeAll(async () => {
    monitor = await addMonitor(database.sql, workspaceId, { regions: ['a', 'b'].map(parseRegion) })
    await addTicks(database.sql, monitor, looksOf(window.fromMs - HOUR_MS, window.toMs))
    await forgetSums()
    await rollUpTo(dayMs)
  })

  const read = (bucketMs: number, regionKey?: number) =>
    readSeries(database.sql, monitor.monitorKey, { ...window, bucketMs, regionKey })

  /** What the same buckets are when they are counted tick by tick. */
  async function truth(bucketMs: number, regionKey?: number): Promise<SeriesBucket[]> {
    const buckets: SeriesBucket[] = []
    for (let fromMs = window.fromMs; fromMs < window.toMs; fromMs += bucketMs) {
      const part = { fromMs, toMs: fromMs + bucketMs, bucketMs: 1_000, regionKey }
      const { summary } = await readSeries(database.sql, monitor.monitorKey, part)
      if (summary) buckets.push(summary)
    }
    return buckets
  }

  const seams = [0, 1, 23, 24, 25, 49.5, 71, 72, 95, 96].map((hours) => [hours])
  test.each(seams)(
    'has the exact counts wherever the sums end, as after %d hours, and percentiles within the stated error',
    async (hours) => {
      await rollUpTo(dayMs + hours * HOUR_MS + graceMs)
      for (const bucketMs of [HOUR_MS, 3 * HOUR_MS, DAY_MS]) {
        const exact = await truth(bucketMs)
        const { buckets } = await read(bucketMs)
        expect(buckets.map(counted)).toEqual(exact.map(counted))
        for (const [index, bucket] of exact.entries()) expectNear(buckets[index], bucket)
      }
    },
  )

  test('has a summary of all of its buckets', async () => {
    const [exact] = await truth(4 * DAY_MS)
    const { summary } = await read(DAY_MS)
    expect(summary && counted(summary)).toEqual(exact && counted(exact))
    expectNear(summary, exact)
  })

  test('of one region has the checks of that region', async () => {
    const keys = await getRegionKeys(database.sql, ['a', 'b'].map(parseRegion))
    for (const key of keys.values()) {
      const { buckets } = await read(DAY_MS, key)
      expect(buckets.map(counted)).toEqual((await truth(DAY_MS, key)).map(counted))
    }
  })

  test('is compared region by region, from the middle of an hour to the middle of another', async () => {
    const torn = { fromMs: dayMs + 1_234_567, toMs: dayMs + 3 * DAY_MS + 7_654_321 }
    const regions = await summariseRegions(database.sql, monitor.monitorKey, torn)
    expect(regions.size).toBe(2)
    for (const [regionKey, summary] of regions) {
      const exact = (await readSeries(database.sql, monitor.monitorKey, { ...torn, bucketMs: 1_000, regionKey }))
        .summary
      expect(counted(summary)).toEqual(exact ? counted(exact) : (undefined as never))
      expectNear(summary, exact)
    }
  })

  test('has the exact counts while late ticks are not in the sums yet, and after', async () => {
    await rollUpTo(dayMs + 5 * DAY_MS)
    await database.sql.transaction(async (tx) => {
      const late = [dayMs + 1, dayMs + 30 * HOUR_MS + 1].map((atMs) => makeTick('a', atMs, 'down'))
      await markDirtyBuckets(tx, await addTicks(tx, monitor, late), dayMs + 5 * DAY_MS)
    })
    const check = async () => {
      for (const bucketMs of [HOUR_MS, DAY_MS]) {
        expect((await read(bucketMs)).buckets.map(counted)).toEqual((await truth(bucketMs)).map(counted))
      }
    }
    await check()
    while ((await refreshDirtyHour(database.sql)) === 'done') await check()
    const { rows } = await database.sql.execute(text`select from rollup_dirty`)
    expect(rows).toHaveLength(0)
  })

  test('has the mean of each phase of passing checks, over those that reached it', async () => {
    const [first] = await listPhases(database.sql, monitor.monitorKey, { ...window, bucketMs: DAY_MS })
    expect(first).toMatchObject({ atMs: dayMs, dns: 10, connect: 20, tls: 30, firstByte: 40, transfer: 50 })
  })

  test('of a monitor without ticks is empty', async () => {
    const empty = await addMonitor(database.sql, workspaceId)
    const reading = await readSeries(database.sql, empty.monitorKey, { ...window, bucketMs: DAY_MS })
    expect(reading).toEqual({ buckets: [], summary: undefined })
  })
})
