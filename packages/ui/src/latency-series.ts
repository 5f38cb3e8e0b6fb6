/** One bucket of a latency chart. */
export interface LatencyBucket {
  readonly atMs: number
  readonly checks: number
  readonly down: number
  readonly unknown: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

export interface LatencyWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketMs: number
}

type Column = (number | null)[]
export interface LatencyColumns {
  readonly seconds: number[]
  readonly p50: Column
  readonly p95: Column
  readonly p99: Column
  readonly down: boolean[]
}

/** Lays buckets on their full grid, so that a bucket without checks is a hole in every line and never a straight stroke over it. */
export function latencyColumns(buckets: readonly LatencyBucket[], window: LatencyWindow): LatencyColumns {
  const columns: LatencyColumns = { seconds: [], p50: [], p95: [], p99: [], down: [] }
  let previousMs = window.fromMs
  for (const bucket of buckets) {
    if (bucket.atMs - previousMs > window.bucketMs) pushBucket(columns, emptyAt(previousMs + window.bucketMs))
    pushBucket(columns, bucket)
    previousMs = bucket.atMs
  }
  return columns
}

function pushBucket(columns: LatencyColumns, bucket: LatencyBucket): void {
  columns.seconds.push(bucket.atMs / 1_000)
  columns.p50.push(bucket.p50Ms)
  columns.p95.push(bucket.p95Ms)
  columns.p99.push(bucket.p99Ms)
  columns.down.push(bucket.down > 0)
}

function emptyAt(atMs: number): LatencyBucket {
  return { atMs, checks: 0, down: 0, unknown: 0, p50Ms: null, p95Ms: null, p99Ms: null }
}

/** The indices of values without a neighbour: a line cannot show them, so they are drawn as points. */
export function loneIndices(values: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = []
  for (let index = 0; index < values.length; index += 1) {
    const alone = values[index] != null && values[index - 1] == null && values[index + 1] == null
    if (alone) lone.push(index)
  }
  return lone
}

/** What the chart shows, as a sentence. */
export function latencyCaption(buckets: readonly LatencyBucket[], timeText: (ms: number) => string): string {
  const measured = buckets.filter((bucket) => bucket.p95Ms !== null)
  const downs = buckets.reduce((sum, { down }) => sum + down, 0)
  const failures = downs === 0 ? '' : ` ${downs} ${downs === 1 ? 'check' : 'checks'} failed.`
  if (measured.length === 0) return `No check has passed in this range.${failures}`
  const worst = measured.reduce((best, bucket) => ((bucket.p95Ms ?? 0) > (best.p95Ms ?? 0) ? bucket : best))
  const calm = measured.reduce((best, bucket) => ((bucket.p95Ms ?? 0) < (best.p95Ms ?? 0) ? bucket : best))
  if (worst === calm) return `p95 is ${round(worst.p95Ms)}.${failures}`
  return `p95 between ${round(calm.p95Ms)} and ${round(worst.p95Ms)}, highest at ${timeText(worst.atMs)}.${failures}`
}

function round(ms: number | null): string {
  if (ms === null) return '–'
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`
}
