import { Counter, Histogram, type Metrics, secondsBuckets } from '@repo/service/metrics'

/** Told of each transaction of pings. */
export type OnStored = (stored: { readonly pings: number; readonly tookMs: number }) => void

export function createPingMetrics(metrics: Metrics): OnStored {
  const registers = [metrics]
  const pings = new Counter({
    name: 'betteruptime_pings_total',
    help: 'Pings that came and were stored, whosever they are.',
    registers,
  })
  const commit = new Histogram({
    name: 'betteruptime_ping_commit_seconds',
    help: 'How long the transaction of pings took that came together.',
    buckets: [...secondsBuckets.work],
    registers,
  })
  return (stored) => {
    pings.inc(stored.pings)
    commit.observe(stored.tookMs / 1_000)
  }
}
