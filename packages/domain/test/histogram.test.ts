import { describe, expect, test } from 'bun:test'
import {
  addStored,
  addValue,
  bucketBounds,
  bucketOf,
  countOf,
  emptyHistogram,
  mergeInto,
  quantiles,
  relativeError,
} from '../src/histogram.ts'

const most = 2 ** 31 - 1
const edges = Array.from({ length: 31 }, (_, power) => 2 ** power).flatMap((value) => [value - 1, value, value + 1])

function histogramOf(values: readonly number[]) {
  const histogram = emptyHistogram()
  for (const value of values) addValue(histogram, value)
  return histogram
}

/** Latencies as they are: most near 48 ms, a long tail. The same ones in every run. */
function latencies(count: number): number[] {
  let seed = 12_345
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    const share = seed / 2 ** 32
    return Math.round(40_000 + 8_000 / (1.001 - share))
  })
}

const exact = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0

describe('a bucket', () => {
  test.each([...edges, most].map((value) => [value]))('of %i holds it, and is narrow enough', (value) => {
    const { least, most } = bucketBounds(bucketOf(value))
    expect(least).toBeLessThanOrEqual(value)
    expect(most).toBeGreaterThanOrEqual(value)
    expect((most - least) / 2).toBeLessThanOrEqual(relativeError * Math.max(1, least))
  })

  test('follows the one before it without a gap, up to the greatest value', () => {
    for (let bucket = 1; bucket <= bucketOf(most); bucket += 1) {
      expect(bucketBounds(bucket).least).toBe(bucketBounds(bucket - 1).most + 1)
    }
    expect(bucketBounds(bucketOf(most)).most).toBe(most)
    expect(emptyHistogram()).toHaveLength(bucketOf(most) + 1)
  })

  test.each([
    [0, 0],
    [63, 63],
    [64, 64],
    [65, 64],
    [66, 65],
    [127, 95],
    [128, 96],
    [12_345, 304],
    [1_000_000, 509],
    [most, 863],
    [-5, 0],
  ])('of %i is and stays number %i: it is in stored sums', (value, bucket) => {
    expect(bucketOf(value)).toBe(bucket)
  })
})

describe('a quantile', () => {
  const values = latencies(10_000)

  test.each([[0], [0.01], [0.5], [0.9], [0.95], [0.99], [0.999], [1]])(
    'at %d is within the stated error of the exact one',
    (share) => {
      const [answer] = quantiles(histogramOf(values), [share])
      const truth = exact(values, share)
      expect(Math.abs((answer ?? 0) - truth) / truth).toBeLessThanOrEqual(relativeError)
    },
  )

  test('of one value is that value, when the bounds are known', () => {
    const shares = [0.5, 0.95, 0.99]
    expect(quantiles(histogramOf([12_345]), shares, { least: 12_345, most: 12_345 })).toEqual([12_345, 12_345, 12_345])
  })

  test('of nothing is nothing', () => {
    expect(quantiles(emptyHistogram(), [0.5, 0.99])).toEqual([null, null])
  })
})

describe('two histograms', () => {
  const values = latencies(1_000)

  test('merged are the histogram of all their values', () => {
    const merged = histogramOf(values.slice(0, 400))
    mergeInto(merged, histogramOf(values.slice(400)))
    expect(merged).toEqual(histogramOf(values))
    expect(countOf(merged)).toBe(1_000)
  })
})

describe('a stored histogram', () => {
  const entry = (bucket: number, count: number) => [bucket >> 8, bucket & 255, count >> 8, count & 255]
  const read = (...entries: number[][]) => {
    const histogram = emptyHistogram()
    addStored(histogram, new Uint8Array(entries.flat()))
    return histogram
  }

  test('is read bucket by bucket, a bucket that comes twice with both its counts', () => {
    const histogram = read(entry(304, 2), entry(863, 1), entry(304, 40))
    expect([histogram[304], histogram[863], countOf(histogram)]).toEqual([42, 1, 43])
  })

  test('counts beyond fifteen bits in a second entry', () => {
    expect(read(entry(10, 20_864), entry(10 | 0x4000, 2))[10]).toBe(86_400)
  })

  test('that is empty adds nothing', () => {
    expect(countOf(read())).toBe(0)
  })
})
