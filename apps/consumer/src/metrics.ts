import type { CheckResult } from '@repo/domain/check'
import { addReading, Counter, Histogram, type Metrics, secondsBuckets } from '@repo/service/metrics'
import type { Places } from './places.ts'
import type { RegionCanary } from './region-canary.ts'
import type { Trust } from './trust.ts'

export interface ConsumerMetricsDeps {
  readonly metrics: Metrics
  readonly places: Places
  readonly canary: Pick<RegionCanary, 'isOnline'>
  readonly trust: Pick<Trust, 'misjudged'>
}

export interface ConsumerMetrics {
  observe(result: CheckResult): void
  /** How many checks were carried out since the last call, and how late they began at the 99th percentile. */
  takeRate(nowMs: number): { checksPerSecond: number; startLagMs: number }
}

const lagsKept = 10_000

export function createConsumerMetrics({ metrics, places, canary, trust }: ConsumerMetricsDeps): ConsumerMetrics {
  const registers = [metrics]
  const lag = new Histogram({
    name: 'betteruptime_schedule_lag_seconds',
    help: 'How long after its instant a check started.',
    buckets: [...secondsBuckets.lag],
    registers,
  })
  const checks = new Counter({
    name: 'betteruptime_checks_total',
    help: 'Checks that came to an outcome here, by verdict; those that expired are unknown.',
    labelNames: ['verdict'],
    registers,
  })
  const expired = new Counter({
    name: 'betteruptime_checks_expired_total',
    help: 'Checks that were not run because they could only have been late.',
    registers,
  })
  const read = (name: string, help: string, value: () => number) => addReading(metrics, { name, help, read: value })
  read('betteruptime_probes_running', 'Probes under way.', () => places.running)
  read('betteruptime_probes_waiting', 'Checks that are due and wait for a place.', () => places.waiting)
  read('betteruptime_region_online', '1 where the canaries of the region answer.', () => (canary.isOnline ? 1 : 0))
  read(
    'betteruptime_canaries_misjudged',
    'Known targets that are judged wrongly: while it is not 0, nothing counts.',
    () => trust.misjudged.length,
  )
  let lags: number[] = []
  let count = 0
  let sinceMs = 0

  return {
    observe({ outcome, startedAtMs, scheduledAtMs }) {
      count += 1
      checks.inc({ verdict: outcome.verdict })
      if (outcome.code === 'EXPIRED') return expired.inc()
      const lagMs = Math.max(0, startedAtMs - scheduledAtMs)
      lag.observe(lagMs / 1_000)
      if (lags.length < lagsKept) lags.push(lagMs)
    },
    takeRate(nowMs) {
      const sorted = lags.sort((a, b) => a - b)
      const rate = {
        checksPerSecond: sinceMs === 0 ? 0 : Math.round((100_000 * count) / Math.max(1, nowMs - sinceMs)) / 100,
        startLagMs: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      }
      lags = []
      count = 0
      sinceMs = nowMs
      return rate
    },
  }
}
