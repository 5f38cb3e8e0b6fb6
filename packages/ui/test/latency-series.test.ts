import { describe, expect, test } from 'bun:test'
import { niceCeiling } from '../src/latency-options.ts'
import { type LatencyBucket, latencyCaption, latencyColumns, loneIndices } from '../src/latency-series.ts'

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
  test('has a hole where buckets are missing, and none between neighbours', () => {
    const { seconds, p95 } = latencyColumns([bucket(0, 5), bucket(1_000, 6), bucket(5_000, 7)], window)
    expect(seconds).toEqual([0, 1, 2, 5])
    expect(p95).toEqual([5, 6, null, 7])
  })

  test('has a hole where no check passed, and marks it', () => {
    const { p95, down } = latencyColumns([bucket(0, 5), bucket(1_000, null, 3), bucket(2_000, 7)], window)
    expect(p95).toEqual([5, null, 7])
    expect(down).toEqual([false, true, false])
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
})
