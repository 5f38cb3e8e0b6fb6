import { latencyText } from './duration.ts'
import { t } from './words.ts'

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

export type Column = readonly (number | null)[]

/** The beginnings of all buckets of a window. */
export function gridOf({ fromMs, toMs, bucketMs }: LatencyWindow): number[] {
  return Array.from({ length: Math.max(0, Math.round((toMs - fromMs) / bucketMs)) }, (_, n) => fromMs + n * bucketMs)
}

/** Lays values on the whole grid, so that a bucket without any is a hole in the line and never a straight stroke over it. */
export function onGrid(
  buckets: readonly LatencyBucket[],
  window: LatencyWindow,
  pick: (bucket: LatencyBucket) => number | null,
): Column {
  const values: (number | null)[] = gridOf(window).map(() => null)
  for (const bucket of buckets) {
    const place = Math.round((bucket.atMs - window.fromMs) / window.bucketMs)
    if (place >= 0 && place < values.length) values[place] = pick(bucket)
  }
  return values
}

/** How often a line ends and goes on later. */
export function gapsIn(values: Column): number {
  const first = values.findIndex((value) => value !== null)
  const last = values.findLastIndex((value) => value !== null)
  return values.filter((value, index) => value === null && values[index - 1] != null && index > first && index < last)
    .length
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

/** What the chart shows, as a sentence: what changed, or between what it lies where nothing did. */
export function latencyCaption(buckets: readonly LatencyBucket[], timeText: (ms: number) => string): string {
  const failed = buckets.reduce((sum, { down }) => sum + down, 0)
  const failures = failed === 0 ? '' : ` ${t('{failed, plural, one {# check} other {# checks}} failed.', { failed })}`
  return `${courseText(buckets, timeText)}${failures}`
}

function courseText(buckets: readonly LatencyBucket[], timeText: (ms: number) => string): string {
  const measured = buckets.filter(isMeasured)
  const [first] = measured
  if (!first) return t('No check has passed in this range.')
  const step = findStep(measured)
  if (step) {
    const values = { from: latencyText(step.fromMs), to: latencyText(step.toMs), at: timeText(step.atMs) }
    return step.toMs > step.fromMs
      ? t('p95 rose from {from} to {to} at {at}.', values)
      : t('p95 fell from {from} to {to} at {at}.', values)
  }
  const worst = measured.reduce((best, bucket) => (bucket.p95Ms > best.p95Ms ? bucket : best))
  const calm = measured.reduce((best, bucket) => (bucket.p95Ms < best.p95Ms ? bucket : best))
  if (worst === calm) return t('p95 is {latency}.', { latency: latencyText(worst.p95Ms) })
  return t('p95 between {least} and {most}, highest at {at}.', {
    least: latencyText(calm.p95Ms),
    most: latencyText(worst.p95Ms),
    at: timeText(worst.atMs),
  })
}

type Measured = LatencyBucket & { readonly p95Ms: number }

function isMeasured(bucket: LatencyBucket): bucket is Measured {
  return bucket.p95Ms !== null
}

export interface Step {
  readonly atMs: number
  readonly fromMs: number
  readonly toMs: number
}

const LEAST_RATIO = 1.5
const LEAST_STEP_MS = 5
const LEAST_BUCKETS = 3
/** Of either side so much has to lie on its own side of the step. */
const LEAST_SHARE = 0.8

/** Where latencies took another level and kept it; undefined where they wander, or one peak stands alone. */
export function findStep(measured: readonly Measured[]): Step | undefined {
  const place = bestCut(measured.map(({ p95Ms }) => Math.log(Math.max(p95Ms, 0.01))))
  const at = measured[place]
  if (!at) return undefined
  const [before, after] = [measured.slice(0, place), measured.slice(place)]
  const [fromMs, toMs] = [median(before), median(after)]
  const [low, high] = [Math.min(fromMs, toMs), Math.max(fromMs, toMs)]
  if (high < low * LEAST_RATIO || high - low < LEAST_STEP_MS) return undefined
  const middle = Math.sqrt(low * high)
  const isRise = toMs > fromMs
  const holds = (side: readonly Measured[], isAbove: boolean) =>
    side.filter(({ p95Ms }) => p95Ms > middle === isAbove).length >= side.length * LEAST_SHARE
  return holds(before, !isRise) && holds(after, isRise) ? { atMs: at.atMs, fromMs, toMs } : undefined
}

/** Where to cut values in two so that each part lies closest to its own mean; -1 where there are too few. */
function bestCut(values: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + value, 0)
  let [best, gain, sum] = [-1, 0, 0]
  for (const [index, value] of values.entries()) {
    const [left, right] = [index, values.length - index]
    if (left >= LEAST_BUCKETS && right >= LEAST_BUCKETS) {
      const apart = (sum / left - (total - sum) / right) ** 2 * ((left * right) / values.length)
      if (apart > gain) [best, gain] = [index, apart]
    }
    sum += value
  }
  return best
}

function median(buckets: readonly Measured[]): number {
  const sorted = buckets.map(({ p95Ms }) => p95Ms).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
