/**
 * Counts of durations in log-linear buckets: every whole number below 64 has a bucket of its own, and each octave above is
 * cut into 32 equal ones. So a bucket is never wider than 1/32 of its values, and the middle of it, which stands for them,
 * is off by less than 1/64 (1.6 %). Two histograms are added bucket by bucket; nothing is lost by that, in whatever order.
 *
 * Values are whole microseconds up to 2³¹ − 1 (35 minutes), which takes 864 buckets. The database has the same layout in the
 * SQL functions `latency_bucket`, `latency_entry` and `latency_entries`.
 */
export type Histogram = Uint32Array

const STEP_BITS = 5
const STEPS = 1 << STEP_BITS
const BUCKETS = 27 * STEPS

/** No value stands for another that is further away than this part of it. */
export const relativeError = 1 / (2 * STEPS)

export function emptyHistogram(): Histogram {
  return new Uint32Array(BUCKETS)
}

export function bucketOf(value: number): number {
  if (value < 2 * STEPS) return Math.max(0, value)
  const octave = 31 - STEP_BITS - Math.clz32(value)
  return octave * STEPS + (value >>> octave)
}

/** The smallest and the largest value of a bucket. */
export function bucketBounds(bucket: number): { least: number; most: number } {
  if (bucket < 2 * STEPS) return { least: bucket, most: bucket }
  const octave = (bucket >>> STEP_BITS) - 1
  const least = ((bucket % STEPS) + STEPS) * 2 ** octave
  return { least, most: least + 2 ** octave - 1 }
}

export function addValue(histogram: Histogram, value: number, count = 1): void {
  const bucket = bucketOf(value)
  histogram[bucket] = (histogram[bucket] ?? 0) + count
}

/** Adds the other one's counts. */
export function mergeInto(histogram: Histogram, other: Histogram): void {
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    histogram[bucket] = (histogram[bucket] ?? 0) + (other[bucket] ?? 0)
  }
}

export function countOf(histogram: Histogram): number {
  let count = 0
  for (const inBucket of histogram) count += inBucket
  return count
}

/**
 * The values below or at which these shares of all values lie, within `relativeError`; null where there is none. The shares
 * rise. What is known of the least and the greatest value keeps the answers between them: so one value is answered exactly.
 */
export function quantiles(
  histogram: Histogram,
  shares: readonly number[],
  known: { least: number; most: number } = { least: 0, most: Number.POSITIVE_INFINITY },
): (number | null)[] {
  const total = countOf(histogram)
  if (total === 0) return shares.map(() => null)
  let bucket = 0
  let passed = histogram[0] ?? 0
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total))
    while (passed < rank) {
      bucket += 1
      passed += histogram[bucket] ?? 0
    }
    return Math.min(Math.max(middleOf(bucket), known.least), known.most)
  })
}

function middleOf(bucket: number): number {
  const { least, most } = bucketBounds(bucket)
  return Math.floor((least + most) / 2)
}

const ENTRY_BYTES = 4
/** Marks an entry that counts in units of 2¹⁵. */
const HIGH = 0x4000
const LOW_BITS = 15

/**
 * Adds a stored histogram: entries of a bucket's number and its count, two bytes each, the most significant first. A count
 * beyond 15 bits has a second entry. Stored histograms are added by putting one behind the other, so a bucket may come often.
 */
export function addStored(histogram: Histogram, stored: Uint8Array): void {
  for (let at = 0; at + ENTRY_BYTES <= stored.length; at += ENTRY_BYTES) {
    const head = ((stored[at] ?? 0) << 8) | (stored[at + 1] ?? 0)
    const count = ((stored[at + 2] ?? 0) << 8) | (stored[at + 3] ?? 0)
    const bucket = head & (HIGH - 1)
    histogram[bucket] = (histogram[bucket] ?? 0) + (head & HIGH ? count << LOW_BITS : count)
  }
}
