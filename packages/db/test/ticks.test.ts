import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Tick, toTick } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Outcome } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import {
  type Look,
  makeCertificateFacts,
  makeHops,
  makeMonitorId,
  makeOutcome,
  makeTick,
  noonMs,
} from '@repo/domain/testing'
import { listSeries, summariseSeries } from '../src/queries/series.ts'
import { listTicks, recentMarks, type TickCursor } from '../src/queries/ticks.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

async function monitorWith(ticks: readonly Look[]) {
  const monitor = await addMonitor(database.sql, workspaceId)
  await addTicks(database.sql, monitor, ticks)
  return monitor
}

const slotOf = ({ region, scheduledAtMs }: { region: string; scheduledAtMs: number }) => `${region}@${scheduledAtMs}`

describe('a tick', () => {
  const outcomes: [string, Outcome][] = [
    ['that passed', makeOutcome('up')],
    [
      'that passed with a remark',
      makeOutcome('up', { code: 'RATE_LIMITED', message: 'asked to slow down', status: 429 }),
    ],
    ['that failed', makeOutcome('down', { message: 'refused by 192.0.2.1 in 3 ms' })],
    ['that was degraded', makeOutcome('degraded', { status: 429 })],
    ['that was not carried out', makeOutcome('unknown')],
    [
      'with every phase, over IPv6, with a certificate',
      makeOutcome('up', {
        phases: { dns: 1, connect: 2, tls: 3, firstByte: 4, transfer: 5, total: 15_000 },
        message: 'answered 204 in 15 ms',
        address: '2001:db8::1',
        status: 204,
        hops: makeHops(10),
        certificate: makeCertificateFacts(Date.UTC(2099, 0, 1, 2, 3)),
      }),
    ],
  ]
  test.each(outcomes)('%s is read as it was stored', async (_which, outcome) => {
    const tick = { ...makeTick('a', noonMs, 'up'), startedAtMs: noonMs + 17, outcome }
    const { monitorKey } = await monitorWith([tick])
    expect((await listTicks(database.sql, monitorKey, { limit: 1 })).items).toEqual([stored(tick)])
  })

  test('of a clock that disagrees by years is stored with the lag that its column holds', async () => {
    const early = { ...makeTick('a', noonMs, 'up'), startedAtMs: noonMs - 5_000 }
    const late = { ...makeTick('b', noonMs, 'up'), startedAtMs: noonMs + 1e11 }
    const { monitorKey } = await monitorWith([early, late])
    const { items } = await listTicks(database.sql, monitorKey, { limit: 2 })
    const lags = Object.fromEntries(items.map((tick) => [tick.region, tick.startedAtMs - tick.scheduledAtMs]))
    expect(lags).toEqual({ a: 0, b: 32_767 } as never)
  })
})

describe('the ticks of a monitor', () => {
  const ticks = [0, 1, 2, 3, 4, 5, 6].flatMap((minute) =>
    ['a', 'b', 'c'].map((region) => makeTick(region, noonMs + minute * 60_000, 'up')),
  )

  test.each([[1], [2], [3], [4], [5], [20], [21], [22]])(
    'come newest first, each once, over pages of %i that cut through the regions of one instant',
    async (limit) => {
      const { monitorKey } = await monitorWith(ticks)
      const seen: Tick[] = []
      let cursor: TickCursor | undefined
      do {
        const page = await listTicks(database.sql, monitorKey, { limit, cursor })
        seen.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor)
      const instants = seen.map((tick) => tick.scheduledAtMs)
      expect(instants).toEqual(instants.toSorted((a, b) => b - a))
      expect(seen.map(slotOf).sort()).toEqual(ticks.map(slotOf).sort())
    },
  )

  test('are stable while newer ones arrive between two pages', async () => {
    const monitor = await monitorWith(ticks)
    const first = await listTicks(database.sql, monitor.monitorKey, { limit: 10 })
    await addTicks(database.sql, monitor, [makeTick('a', noonMs + 3_600_000, 'up')])
    const rest = await listTicks(database.sql, monitor.monitorKey, { limit: 50, cursor: first.next ?? undefined })
    expect([...first.items, ...rest.items].map(slotOf).sort()).toEqual(ticks.map(slotOf).sort())
  })

  test('are those of one region, where it is named, and none of a region that never was', async () => {
    const { monitorKey } = await monitorWith(ticks)
    const first = await listTicks(database.sql, monitorKey, { limit: 4, region: 'b' })
    const rest = await listTicks(database.sql, monitorKey, { limit: 4, region: 'b', cursor: first.next ?? undefined })
    const own = ticks.filter(({ region }) => region === parseRegion('b')).toReversed()
    expect([...first.items, ...rest.items].map(slotOf)).toEqual(own.map(slotOf))
    expect(rest.next).toBeNull()
    expect((await listTicks(database.sql, monitorKey, { limit: 4, region: 'nowhere' })).items).toEqual([])
  })

  test('are its own alone', async () => {
    await monitorWith(ticks)
    const { monitorKey } = await monitorWith([])
    expect(await listTicks(database.sql, monitorKey, { limit: 10 })).toEqual({ items: [], next: null })
  })
})

describe('the marks of a tick line', () => {
  test('are the last of all regions together, oldest first, of each monitor that was asked for', async () => {
    const ticks = [1, 2, 3, 4].flatMap((minute) =>
      ['a', 'b'].map((region) => makeTick(region, noonMs + minute * 60_000, 'up')),
    )
    const [one, other, empty] = [await monitorWith(ticks), await monitorWith(ticks.slice(0, 1)), await monitorWith([])]
    const asked = [one, other, empty].map(({ monitorKey }) => ({ monitorKey, sinceMs: noonMs }))
    const marks = await recentMarks(database.sql, asked, 3)
    const minutes = marks.get(one.monitorKey)?.map((mark) => (mark.scheduledAtMs - noonMs) / 60_000)
    expect(minutes).toEqual([3, 4, 4])
    expect(marks.get(other.monitorKey)).toHaveLength(1)
    expect(marks.has(empty.monitorKey)).toBe(false)
  })

  test.each([[1], [2], [5], [11], [40]])(
    'are the last %i although one region has been silent for long and another is new',
    async (count) => {
      const at = (region: string, minutes: number[]) =>
        minutes.map((minute) => makeTick(region, noonMs + minute * 60_000, 'up'))
      const ticks = [
        ...at(
          'a',
          Array.from({ length: 20 }, (_, minute) => minute),
        ),
        ...at('b', [0, 1, 2]),
        ...at('c', [18, 19]),
      ]
      const monitor = await addMonitor(database.sql, workspaceId, { regions: ['a', 'b', 'c'].map(parseRegion) })
      await addTicks(database.sql, monitor, ticks)
      const marks = await recentMarks(database.sql, [{ monitorKey: monitor.monitorKey, sinceMs: noonMs }], count)
      const instants = ticks.map((tick) => tick.scheduledAtMs).sort((a, b) => a - b)
      expect(marks.get(monitor.monitorKey)?.map((mark) => mark.scheduledAtMs)).toEqual(instants.slice(-count))
    },
  )

  test('measure nothing where nothing was looked at', async () => {
    const { monitorKey } = await monitorWith([makeTick('a', noonMs, 'unknown'), makeTick('b', noonMs + 1, 'down')])
    const marks = await recentMarks(database.sql, [{ monitorKey, sinceMs: 0 }], 10)
    expect(marks.get(monitorKey)?.map(({ verdict, total }) => [verdict, total])).toEqual([
      ['unknown', null],
      ['down', 12_345],
    ])
  })

  test('do not look back beyond the bound', async () => {
    const { monitorKey } = await monitorWith([makeTick('a', noonMs - 1, 'up'), makeTick('a', noonMs, 'up')])
    const marks = await recentMarks(database.sql, [{ monitorKey, sinceMs: noonMs }], 10)
    expect(marks.get(monitorKey)?.map((mark) => mark.scheduledAtMs)).toEqual([noonMs])
  })

  test('of no monitor are none', async () => {
    expect(await recentMarks(database.sql, [], 10)).toEqual(new Map())
  })
})

describe('a latency series', () => {
  const passing = (scheduledAtMs: number, total: number): Look => {
    const tick = makeTick('a', scheduledAtMs, 'up')
    return { ...tick, outcome: { ...tick.outcome, phases: { ...tick.outcome.phases, total } } }
  }
  const window = { fromMs: noonMs, toMs: noonMs + 600_000, bucketMs: 60_000 }

  test('has the percentiles of a hundred passing checks', async () => {
    const ticks = Array.from({ length: 100 }, (_, index) => passing(noonMs + index * 100, (100 - index) * 1_000))
    const { monitorKey } = await monitorWith(ticks)
    expect(await listSeries(database.sql, monitorKey, window)).toEqual([
      {
        atMs: noonMs,
        checks: 100,
        up: 100,
        degraded: 0,
        down: 0,
        unknown: 0,
        p50Us: 50_000,
        p95Us: 95_000,
        p99Us: 99_000,
      },
    ])
  })

  test('leaves out a bucket without a tick, and what lies outside of the window', async () => {
    const { monitorKey } = await monitorWith([
      passing(noonMs - 1, 1),
      passing(noonMs, 2),
      passing(noonMs + 59_999, 3),
      passing(noonMs + 180_000, 4),
      passing(noonMs + 600_000, 5),
    ])
    const buckets = await listSeries(database.sql, monitorKey, window)
    expect(buckets.map(({ atMs, checks }) => [atMs - noonMs, checks])).toEqual([
      [0, 2],
      [180_000, 1],
    ])
  })

  test('counts every verdict and measures passing and degraded checks alone', async () => {
    const { monitorKey } = await monitorWith([
      passing(noonMs, 100),
      makeTick('b', noonMs, 'degraded'),
      makeTick('c', noonMs, 'down'),
      makeTick('d', noonMs, 'unknown'),
      makeTick('d', noonMs + 60_000, 'down'),
    ])
    expect(await listSeries(database.sql, monitorKey, window)).toMatchObject([
      { checks: 4, up: 1, degraded: 1, down: 1, unknown: 1, p50Us: 100, p99Us: 12_345 },
      { checks: 1, down: 1, p50Us: null, p95Us: null, p99Us: null },
    ])
  })

  test('is summed up over the whole window, over all ticks rather than over buckets', async () => {
    const slow = Array.from({ length: 99 }, (_, index) => passing(noonMs + index, 1_000))
    const { monitorKey } = await monitorWith([...slow, passing(noonMs + 300_000, 9_000)])
    expect(await summariseSeries(database.sql, monitorKey, window)).toMatchObject({
      checks: 100,
      p50Us: 1_000,
      p99Us: 1_000,
    })
  })

  test('without any tick is empty and has no summary', async () => {
    const { monitorKey } = await monitorWith([])
    expect(await listSeries(database.sql, monitorKey, window)).toEqual([])
    expect(await summariseSeries(database.sql, monitorKey, window)).toBeUndefined()
  })
})

/** What a look has become once it is a tick. */
function stored(look: Look): Tick {
  return toTick({ monitorId: makeMonitorId(), monitorKey: 1, ...look })
}
