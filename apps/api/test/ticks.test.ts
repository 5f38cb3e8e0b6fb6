import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { phaseSeriesSchema, type SeriesRange, seriesSchema, type TickPage, tickPageSchema } from '@repo/contracts/ticks'
import { rollUpHour } from '@repo/db/queries/rollups'
import { addMonitor, addTicks } from '@repo/db/testing/populate'

import { type Look, makeTick, noonMs } from '@repo/domain/testing'
import { encodeCursor } from '../src/cursor.ts'
import { spanOf, windowOf } from '../src/routes/ticks.ts'
import { type ApiInstance, openApi, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api[Symbol.asyncDispose]())

async function watched(ticks: readonly Look[]) {
  const person = await api.addPerson()
  const monitor = await addMonitor(api.deps.sql, person.workspaceId)
  await addTicks(api.deps.sql, monitor, ticks)
  return { monitor, ask: (path: string) => api.ask(`/api/v1/monitors/${monitor.id}${path}`, { token: person.token }) }
}

describe('the ticks of a monitor', () => {
  const ticks = [0, 1, 2].flatMap((minute) =>
    ['a', 'b'].map((region) => makeTick(region, noonMs + minute * 60_000, minute === 1 ? 'down' : 'up')),
  )

  test('come newest first in pages, each once', async () => {
    const { ask } = await watched(ticks)
    const seen: TickPage['items'] = []
    for (let cursor = ''; ; ) {
      const page = tickPageSchema.parse(await (await ask(`/ticks?limit=4${cursor}`)).json())
      seen.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(seen.map(({ scheduledAt, verdict }) => `${scheduledAt.slice(11, 16)} ${verdict}`)).toEqual([
      '12:02 up',
      '12:02 up',
      '12:01 down',
      '12:01 down',
      '12:00 up',
      '12:00 up',
    ])
    expect(new Set(seen.map(({ region, scheduledAt }) => region + scheduledAt)).size).toBe(6)
  })

  test('can be those of one region', async () => {
    const { ask } = await watched(ticks)
    const { items } = tickPageSchema.parse(await (await ask('/ticks?region=b')).json())
    expect(items.map(({ region }) => region)).toEqual(['b', 'b', 'b'])
    expect(tickPageSchema.parse(await (await ask('/ticks?region=nowhere')).json()).items).toEqual([])
    expect(await refusalOf(await ask('/ticks?region=%0a'))).toBe('400 invalid_parameter')
  })

  test('can begin with an instant, at which all regions are', async () => {
    const { ask } = await watched(ticks)
    const read = async (query: string) => {
      const { items } = tickPageSchema.parse(await (await ask(`/ticks?${query}`)).json())
      return items.map(({ region, scheduledAt }) => `${scheduledAt.slice(11, 16)} ${region}`)
    }
    const noon = new Date(noonMs).toISOString().slice(0, 10)
    expect((await read(`through=${noon}T12:01:00.000Z`)).toSorted()).toEqual([
      '12:00 a',
      '12:00 b',
      '12:01 a',
      '12:01 b',
    ])
    expect((await read(`through=${noon}T12:00:59.999Z`)).toSorted()).toEqual(['12:00 a', '12:00 b'])
    expect(await read(`through=${noon}T11:59:59.999Z`)).toEqual([])
  })

  test.each([
    ['an instant that is none', 'through=noon'],
    ['an instant beyond all time', 'through=9999-01-01T00:00:00Z'],
    ['a limit beyond bounds', 'limit=201'],
    ['a cursor that is nonsense', 'cursor=nonsense'],
    ['a cursor of another list', `cursor=${encodeCursor({ rank: 1, name: 'a', id: crypto.randomUUID() })}`],
    ['a cursor beyond all time', `cursor=${encodeCursor({ scheduledAtMs: 1e300, regionKey: 1 })}`],
    ['a cursor of a region that no column holds', `cursor=${encodeCursor({ scheduledAtMs: 1, regionKey: 1e9 })}`],
  ])('are not given for %s', async (_what, query) => {
    const { ask } = await watched([])
    expect(await refusalOf(await ask(`/ticks?${query}`))).toBe('400 invalid_parameter')
  })
})

describe('the series of a monitor', () => {
  test('has buckets where there were ticks, in milliseconds, and a summary of them all', async () => {
    const { ask } = await watched([
      makeTick('a', noonMs - 7_200_000, 'up'),
      makeTick('a', noonMs - 1_800_000, 'down'),
      makeTick('a', noonMs - 600_000, 'up'),
    ])
    const series = seriesSchema.parse(await (await ask('/series?range=1h')).json())
    expect(series).toMatchObject({
      range: '1h',
      from: '2026-06-01T11:00:00.000Z',
      to: '2026-06-01T12:00:00.000Z',
      bucketSeconds: 60,
      buckets: [
        { at: '2026-06-01T11:30:00.000Z', checks: 1, down: 1, p50Ms: null },
        { at: '2026-06-01T11:50:00.000Z', checks: 1, up: 1, p50Ms: 12.345 },
      ],
      summary: { checks: 2, up: 1, down: 1, unknown: 0, p50Ms: 12.345 },
    })
  })

  test.each([['24h'], ['7d'], ['90d']])('over %s is of one region alone, where one is named', async (range) => {
    const { ask } = await watched([
      makeTick('a', noonMs - 600_000, 'up'),
      makeTick('b', noonMs - 600_000, 'down'),
      makeTick('b', noonMs - 1_200_000, 'down'),
    ])
    const summaryOf = async (query: string) =>
      seriesSchema.parse(await (await ask(`/series?range=${range}${query}`)).json()).summary
    expect(await summaryOf('')).toMatchObject({ checks: 3, up: 1, down: 2 })
    expect(await summaryOf('&region=b')).toMatchObject({ checks: 2, up: 0, down: 2, p50Ms: null })
    expect(await summaryOf('&region=a')).toMatchObject({ checks: 1, up: 1, p50Ms: 12.345 })
    expect(await summaryOf('&region=nowhere')).toMatchObject({ checks: 0 })
  })

  test('of a monitor without ticks is empty', async () => {
    const { ask } = await watched([])
    const series = seriesSchema.parse(await (await ask('/series')).json())
    expect(series).toMatchObject({ range: '24h', buckets: [], summary: { checks: 0, p50Ms: null } })
  })

  test('is of what lies between two instants, where they are asked for', async () => {
    const { ask } = await watched([
      makeTick('a', noonMs - 7_200_000, 'down'),
      makeTick('a', noonMs - 6_000_000, 'up'),
      makeTick('a', noonMs - 600_000, 'up'),
    ])
    const series = seriesSchema.parse(
      await (await ask('/series?from=2026-06-01T09:30:00Z&to=2026-06-01T10:29:59Z')).json(),
    )
    expect(series).toMatchObject({
      range: null,
      from: '2026-06-01T09:30:00.000Z',
      to: '2026-06-01T10:30:00.000Z',
      bucketSeconds: 60,
      summary: { checks: 2, up: 1, down: 1 },
    })
  })

  test('is of whole hours where the ticks of a past day are gone', async () => {
    const { ask } = await watched([])
    const series = seriesSchema.parse(
      await (await ask('/series?from=2026-03-01T09:30:00Z&to=2026-03-01T10:30:00Z')).json(),
    )
    expect(series).toMatchObject({ from: '2026-03-01T09:00:00.000Z', to: '2026-03-01T11:00:00.000Z' })
    expect(series.bucketSeconds).toBe(3_600)
  })

  test('is of whole hours where only its beginning has no ticks any more', async () => {
    const { ask, monitor } = await watched([
      makeTick('a', noonMs - 4 * 3_600_000, 'down'),
      makeTick('a', noonMs - 600_000, 'up'),
    ])
    const { sql } = api.deps
    const { rows } = await sql.execute<{ through: string }>(
      'select hours_through::text as through from rollup_progress',
    )
    await sql.execute(`update rollup_progress set hours_through = '-infinity'`)
    while ((await rollUpHour(sql, { nowMs: noonMs, graceMs: 0 })) === 'done');
    await sql.execute(
      `delete from tick where monitor_key = ${monitor.monitorKey} and scheduled_at < '2026-06-01T09:00:00Z'`,
    )
    const { buckets, bucketSeconds, summary } = seriesSchema.parse(
      await (await ask('/series?from=2026-06-01T07:30:00Z&to=2026-06-01T12:00:00Z')).json(),
    )
    await sql.execute(`update rollup_progress set hours_through = '${rows[0]?.through}'`)
    expect(bucketSeconds).toBe(3_600)
    expect(buckets.map(({ at, down, up }) => [at.slice(11, 16), down, up])).toEqual([
      ['08:00', 1, 0],
      ['11:00', 0, 1],
    ])
    expect(summary).toMatchObject({ checks: 2 })
  })

  test.each([
    'from=2026-06-01T09:30:00Z',
    'to=2026-06-01T09:30:00Z',
    'from=2026-06-01T09:30:00Z&to=2026-06-01T09:30:00Z',
    'from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z',
    'from=9999-01-01T00:00:00Z&to=9999-01-02T00:00:00Z',
    'range=1h&from=2026-06-01T09:30:00Z&to=2026-06-01T10:30:00Z',
    'from=noon&to=midnight',
  ])('is not given for ?%s', async (query) => {
    const { ask } = await watched([])
    expect(await refusalOf(await ask(`/series?${query}`))).toBe('400 invalid_parameter')
  })

  test('is not given for a range that is none', async () => {
    const { ask } = await watched([])
    expect(await refusalOf(await ask('/series?range=1y'))).toBe('400 invalid_parameter')
  })
})

describe('the phases of a monitor', () => {
  test.each(['1h', '24h', '7d'])(
    'over %s are the means of passing checks in the buckets of its series',
    async (range) => {
      const slow = makeTick('b', noonMs - 600_000, 'up')
      const phases = { ...slow.outcome.phases, connect: 1_345, firstByte: 20_000 }
      const { ask } = await watched([
        makeTick('a', noonMs - 600_000, 'up'),
        { ...slow, outcome: { ...slow.outcome, phases } },
        makeTick('c', noonMs - 600_000, 'down'),
      ])
      const read = phaseSeriesSchema.parse(await (await ask(`/phases?range=${range}`)).json())
      const series = seriesSchema.parse(await (await ask(`/series?range=${range}`)).json())
      expect([read.from, read.to, read.bucketSeconds]).toEqual([series.from, series.to, series.bucketSeconds])
      expect(read.buckets).toEqual([
        {
          at: series.buckets[0]?.at ?? '',
          dnsMs: null,
          connectMs: 0.845,
          tlsMs: null,
          firstByteMs: 16,
          transferMs: null,
        },
      ])
    },
  )
})

describe('the window of a series', () => {
  const cases: [SeriesRange, number, number, number][] = [
    ['1h', 1_000, 1, 13_000],
    ['1h', 60_000, 1, 60_000],
    ['1h', 86_400_000, 1, 86_400_000],
    ['24h', 60_000, 5, 300_000],
    ['24h', 1_000, 1, 3_600_000],
    ['24h', 60_000, 50, 3_600_000],
    ['7d', 60_000, 1, 3_600_000],
    ['7d', 7_000_000, 1, 7_200_000],
    ['30d', 60_000, 1, 10_800_000],
    ['90d', 60_000, 1, 86_400_000],
    ['90d', 86_400_000, 1, 86_400_000],
  ]
  test.each(cases)(
    'of %s with an interval of %i ms from %i regions has buckets of %i ms, none cut off',
    (range, intervalMs, regionCount, bucketMs) => {
      const window = windowOf(spanOf({ range }, noonMs + 12_345), { intervalMs, regions: { length: regionCount } })
      expect(window.bucketMs).toBe(bucketMs)
      expect(window.fromMs % bucketMs).toBe(0)
      expect(window.toMs % bucketMs).toBe(0)
      expect(window.toMs).toBeGreaterThanOrEqual(noonMs + 12_345)
    },
  )
})
