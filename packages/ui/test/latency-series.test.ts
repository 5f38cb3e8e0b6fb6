import { describe, expect, test } from 'bun:test'
import { niceCeiling, withAlpha } from '../src/latency-options.ts'
import { gapsIn, type LatencyBucket, latencyCaption, loneIndices, onGrid } from '../src/latency-series.ts'

const bucket = (atMs: number, p95Ms: number | null, down = 0): LatencyBucket => ({
  atMs,
  checks: 1,
  down,
  unknown: 0,
  p50Ms: p95Ms,
  p95Ms,
  p99Ms: p95Ms,
})
const window = { fromMs: 0, toMs: 10_000, bucketMs: 1_000 }

describe('a latency chart', () => {
  const p95 = (buckets: readonly LatencyBucket[]) => onGrid(buckets, window, ({ p95Ms }) => p95Ms)

  test('has a hole where buckets are missing, and none between neighbours', () => {
    const values = p95([bucket(0, 5), bucket(1_000, 6), bucket(5_000, 7)])
    expect(values).toEqual([5, 6, null, null, null, 7, null, null, null, null])
    expect(gapsIn(values)).toBe(1)
  })

  test('has a hole where no check passed', () => {
    const values = p95([bucket(0, 5), bucket(1_000, null, 3), bucket(2_000, 7)])
    expect(values.slice(0, 3)).toEqual([5, null, 7])
    expect(gapsIn(values)).toBe(1)
  })

  test('shows values without neighbours as points', () => {
    expect(loneIndices([null, 5, null, 6, 7, null, 8])).toEqual([1, 6])
  })

  test('has a round number as its top', () => {
    expect([0.4, 9, 188, 579, 1_000, null].map(niceCeiling)).toEqual([1, 10, 200, 800, 1_500, 100])
  })

  test('says in a sentence what it shows', () => {
    const at = (ms: number) => `00:0${ms / 1_000}`
    expect(latencyCaption([], at)).toBe('No check has passed in this range.')
    expect(latencyCaption([bucket(0, 12)], at)).toBe('p95 is 12 ms.')
    expect(latencyCaption([bucket(0, 12), bucket(1_000, 1_840), bucket(2_000, null, 2)], at)).toBe(
      'p95 between 12 ms and 1.84 s, highest at 00:01. 2 checks failed.',
    )
  })

  const said = (...latencies: number[]) =>
    latencyCaption(
      latencies.map((ms, index) => bucket(index * 1_000, ms)),
      (ms) => `00:0${ms / 1_000}`,
    )

  test('says when latencies took another level and kept it', () => {
    expect(said(210, 205, 214, 208, 840, 820, 860, 850)).toBe('p95 rose from 210 ms to 850 ms at 00:04.')
    expect(said(840, 820, 860, 205, 214, 208)).toBe('p95 fell from 840 ms to 208 ms at 00:03.')
  })

  test('says of no change where there is none: a peak, a wander, a jitter of little', () => {
    expect(said(210, 205, 214, 2_000, 208, 211, 206)).toContain('highest at 00:03')
    expect(said(210, 400, 205, 410, 208, 390, 206, 405)).toContain('p95 between')
    expect(said(1, 1.1, 1.2, 2.1, 2.2, 2.3)).toContain('p95 between')
  })
})

test('a colour that was written short takes an alpha like any other', () => {
  expect(['#fff', '#1a9c8b', 'CanvasText'].map((colour) => withAlpha(colour, 0.5))).toEqual([
    '#ffffff80',
    '#1a9c8b80',
    'CanvasText',
  ])
})
