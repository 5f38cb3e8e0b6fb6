import { describe, expect, test } from 'bun:test'
import { statuses } from '@repo/domain/status'
import { daysOf } from '../src/monitor/days.ts'
import { hoursOf, slowestHour } from '../src/monitor/hours.ts'
import { regionLines } from '../src/monitor/latency-lines.ts'
import { disagreeing, latestSlots } from '../src/monitor/matrix.ts'
import { longestPhase, phaseLines, roundedParts } from '../src/monitor/phase-lines.ts'
import { phasesOf } from '../src/monitor/phase-panel.tsx'
import { sumOf } from '../src/monitor/uptime-sum.ts'
import { tellingOf } from '../src/monitor/use-pick.ts'
import { makeTick } from './make.ts'

const seconds = { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0 }
const figures = (changes: object) => ({ uptimePercent: 99, outages: 1, seconds: { ...seconds, ...changes } })

describe('the days of a monitor', () => {
  test('are ninety, those of which nothing was said too, and the last one has not passed', () => {
    const known = { date: '2026-11-23', ...figures({ up: 86_400 }) }
    const days = daysOf({ to: '2026-11-24T06:00:00.000Z', days: [known] })
    expect(days).toHaveLength(90)
    expect(days.at(-1)).toMatchObject({ date: '2026-11-24', passed: 0.25, figures: undefined })
    expect(days.at(-2)).toMatchObject({ date: '2026-11-23', passed: 1, figures: known })
    expect(days[0]?.date).toBe('2026-08-27')
  })
})

test('the parts of a range add up to it', () => {
  const uptime = {
    ...{
      range: '24h' as const,
      timeZone: 'UTC',
      days: [],
      from: '2026-11-23T00:00:00.000Z',
      to: '2026-11-24T00:00:00.000Z',
    },
    summary: { ...figures({ up: 40_000, down: 60.5 }), reachability: { percent: null, passed: 0, checks: 0 } },
  } as const
  const sum = sumOf(uptime)
  expect(sum.unsaid).toBe(86_400 - 40_060.5)
  expect(statuses.reduce((all, status) => all + sum.seconds[status], sum.unsaid)).toBe(sum.whole)
})

describe('the slots of regions', () => {
  const at = (second: number, region: string, verdict: 'up' | 'down' | 'unknown') => ({
    ...makeTick(second, verdict),
    region,
  })
  test('are the last, oldest first, each check once, of the regions that it has', () => {
    const slots = latestSlots(
      [at(2, 'eu', 'up'), at(2, 'eu', 'up'), at(1, 'us', 'up'), at(1, 'old', 'up')],
      ['eu', 'us'],
    )
    expect(slots.map((slot) => [slot.at.slice(17, 19), [...slot.ticks.keys()]])).toEqual([
      ['01', ['us']],
      ['02', ['eu']],
    ])
  })

  test('tell which region disagrees: of one without an opinion they do not', () => {
    const regions = ['eu', 'us', 'ap']
    const slots = latestSlots(
      [
        ...regions.map((region) => at(1, region, region === 'ap' ? 'down' : 'up')),
        ...regions.map((region) => at(2, region, region === 'eu' ? 'up' : 'down')),
        ...regions.map((region) => at(3, region, region === 'us' ? 'unknown' : 'up')),
        ...regions.map((region) => at(4, region, 'down')),
        ...regions.map((region) => at(5, region, region === 'ap' ? 'down' : 'up')),
      ],
      regions,
    )
    expect(disagreeing(slots, regions)).toEqual([
      { region: 'ap', times: 2 },
      { region: 'eu', times: 1 },
    ])
  })
})

test('the check that tells of a bucket is one that failed, or else the slowest', () => {
  const slow = { ...makeTick(1), phases: { ...makeTick(1).phases, totalMs: 90 } }
  expect(tellingOf([makeTick(2), slow])).toBe(slow)
  expect(tellingOf([slow, makeTick(3, 'down')])?.verdict).toBe('down')
  expect(tellingOf([])).toBeUndefined()
})

test('phases lie on top of each other, add up to the whole, and are missing where no check passed', () => {
  const phases = { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: 6, transferMs: 1 }
  const buckets = [
    { at: '1970-01-01T00:00:00.000Z', ...phases },
    {
      ...{ at: '1970-01-01T00:00:01.000Z', dnsMs: null, connectMs: null },
      ...{ tlsMs: null, firstByteMs: null, transferMs: null },
    },
    { at: '1970-01-01T00:00:02.000Z', ...phases, dnsMs: null },
  ]
  const lines = phaseLines(buckets, { fromMs: 0, toMs: 3_000, bucketMs: 1_000 })
  expect(lines.map(({ name, values }) => [name, values])).toEqual([
    ['DNS', [1, null, 0]],
    ['Connect', [3, null, 2]],
    ['Wait', [9, null, 8]],
    ['Download', [10, null, 9]],
  ])
  for (const place of [0, 2]) {
    const sum = lines.reduce((all, { told = [] }) => all + (told[place] ?? 0), 0)
    expect(sum).toBe(lines.at(-1)?.values[place] ?? Number.NaN)
  }
  expect(longestPhase(lines)).toEqual({ name: 'Wait', share: 12 / 19 })
})

test('hours are those of the clock here, and one that comes twice is one', () => {
  const bucket = (at: string, p95Ms: number | null, down = 0) => ({
    ...{ at, checks: 2, up: 2, degraded: 0, down, unknown: 0, p50Ms: p95Ms, p95Ms, p99Ms: p95Ms },
  })
  const hours = hoursOf({
    buckets: [
      bucket('2026-11-24T10:00:00.000Z', 20, 1),
      bucket('2026-11-24T10:00:00.000Z', 30),
      bucket('2026-11-24T11:00:00.000Z', null),
    ],
  })
  expect(hours.map(({ checks, down, p95Ms }) => [checks, down, p95Ms])).toEqual([
    [4, 1, 30],
    [2, 0, null],
  ])
  expect(slowestHour(hours)).toBe(hours[0])
})

describe('the lines of regions', () => {
  const fromMs = Date.parse('2026-11-24T06:00:00.000Z')
  const window = { fromMs, toMs: fromMs + 120_000, bucketMs: 60_000 }
  const regionOf = (region: string, p95Ms: number) => {
    const counts = { checks: 1, up: 1, degraded: 0, down: 0, unknown: 0, p50Ms: p95Ms, p95Ms, p99Ms: p95Ms }
    const ends = { from: new Date(fromMs).toISOString(), to: new Date(window.toMs).toISOString() }
    const buckets = [{ at: ends.from, ...counts }]
    return { region, series: { range: null, ...ends, bucketSeconds: 60, buckets, summary: counts } }
  }
  const names = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9']
  const regions = names.map((name, index) => regionOf(name, (index + 1) * 10))

  test('are six at most; between what the others lie is one band, with gaps where none of them has a value', () => {
    const lines = regionLines(regions, window)
    expect(lines.map(({ key }) => key)).toEqual([...names.slice(0, 6), 'others', 'others-least'])
    const [most, least] = lines.slice(-2)
    expect([most?.values, least?.values]).toEqual([
      [90, null],
      [70, null],
    ])
    expect([most?.name, most?.text?.(0), least?.edgeOf]).toEqual(['3 others', '70 ms to 90 ms', 'others'])
  })

  test('have no band where all can be told apart', () => {
    expect(regionLines(regions.slice(0, 6), window).map(({ key }) => key)).toEqual(names.slice(0, 6))
  })
})

test.each([
  [[1.4, 1.4, 1.4], [1.4, 1.4, 1.4], 4.2],
  [[10.4, 10.4, 10.4], [11, 10, 10], 31],
  [[33.3, 33.3, 33.4, 0], [33, 33, 34, 0], 100],
  [[4.9, 1_234, 0.4], [10, 1_230, 0], 1_240],
])('parts of %j ms are read so that they add up', (parts, read, whole) => {
  const rounded = roundedParts(parts)
  expect(rounded.parts.map((ms) => Number(ms.toFixed(2)))).toEqual(read)
  expect(Number(rounded.whole.toFixed(2))).toBe(whole)
})

test.each([
  ['TCP_TIMEOUT', { dnsMs: 5, connectMs: 9_995 }, 'Connect'],
  ['BODY_TIMEOUT', { dnsMs: 5, connectMs: 5, firstByteMs: 5, transferMs: 9_985 }, 'Download'],
  ['UNEXPECTED_STATUS', { dnsMs: 5, connectMs: 5, firstByteMs: 5, transferMs: 5 }, undefined],
] as const)('a check that ended with %s failed in the phase that this names', (code, phases, name) => {
  const tick = makeTick(1, 'down')
  const none = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, transferMs: null, totalMs: 10_000 }
  const failed = phasesOf({ ...tick, code, phases: { ...none, ...phases } }).filter(({ hasFailed }) => hasFailed)
  expect(failed.map((phase) => phase.name)).toEqual(name ? [name] : [])
})
