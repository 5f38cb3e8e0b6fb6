import type { Sql } from '@repo/db/database'
import { outboxDepth } from '@repo/db/queries/outbox'
import { addReading, Counter, countBuckets, Histogram, type Metrics, secondsBuckets } from '@repo/service/metrics'
import type { SystemKeeper } from './system-keeper.ts'

export interface DbpusherMetrics {
  batchSaved(batch: {
    readonly results: number
    readonly added: number
    readonly moved: number
    readonly tookMs: number
  }): void
  rechecksAsked(count: number): void
  slotsAccounted(slots: { readonly due: number; readonly expired: number; readonly lost: number }): void
  watchSystem(keeper: Pick<SystemKeeper, 'wholeAtMs' | 'openIncidents'>): void
  beatSent(isReceived: boolean): void
}

export function createDbpusherMetrics(metrics: Metrics, sql: Sql): DbpusherMetrics {
  const registers = [metrics]
  const counter = (name: string, help: string) => new Counter({ name: `betteruptime_${name}_total`, help, registers })
  const ticks = counter('ticks', 'Ticks that were added.')
  const repeated = counter('results_repeated', 'Results of slots that had their tick already.')
  const moves = counter('verdict_moves', 'Monitors whose state changed.')
  const due = counter('slots_due', 'Slots that came due and were accounted for.')
  const expired = counter('slots_expired', 'Slots that nobody published.')
  const lost = counter('slots_lost', 'Slots that were published and never came to a result.')
  const rechecks = counter('rechecks', 'Looks that were asked for at once, to confirm what was seen.')
  const beats = new Counter({
    name: 'betteruptime_watchdog_beats_total',
    help: 'Beats that were sent to the watchdog, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const batch = new Histogram({
    name: 'betteruptime_batch_results',
    help: 'Results that were stored in one transaction.',
    buckets: [...countBuckets],
    registers,
  })
  const commit = new Histogram({
    name: 'betteruptime_commit_seconds',
    help: 'How long such a transaction took.',
    buckets: [...secondsBuckets.work],
    registers,
  })
  const coverage = { due: 0, missing: 0 }
  addReading(metrics, {
    name: 'betteruptime_coverage_ratio',
    help: 'Share of the slots accounted for since the start that have a result, 1 where none came due yet.',
    read: () => (coverage.due === 0 ? 1 : 1 - coverage.missing / coverage.due),
  })
  let outbox: ReturnType<typeof outboxDepth> | undefined
  const readOutbox = () => {
    outbox ??= outboxDepth(sql).finally(() => {
      outbox = undefined
    })
    return outbox
  }
  addReading(metrics, {
    name: 'betteruptime_outbox_depth',
    help: 'Events that wait for whoever tells people of them.',
    read: async () => (await readOutbox()).count,
  })
  addReading(metrics, {
    name: 'betteruptime_outbox_oldest_age_seconds',
    help: 'Age of the oldest of them.',
    read: async () => (await readOutbox()).oldestAgeMs / 1_000,
  })

  return {
    batchSaved({ results, added, moved, tookMs }) {
      ticks.inc(added)
      repeated.inc(results - added)
      moves.inc(moved)
      batch.observe(results)
      commit.observe(tookMs / 1_000)
    },
    rechecksAsked(count) {
      rechecks.inc(count)
    },
    watchSystem(keeper) {
      addReading(metrics, {
        name: 'betteruptime_system_incidents_open',
        help: 'Incidents of our own that are open, 0 where another dbpusher keeps them.',
        read: () => keeper.openIncidents,
      })
      addReading(metrics, {
        name: 'betteruptime_system_whole',
        help: '1 where this dbpusher keeps the incidents of our own and sees the whole way work.',
        read: () => (keeper.wholeAtMs === undefined ? 0 : 1),
      })
    },
    beatSent(isReceived) {
      beats.inc({ outcome: isReceived ? 'received' : 'failed' })
    },
    slotsAccounted(slots) {
      due.inc(slots.due)
      expired.inc(slots.expired)
      lost.inc(slots.lost)
      coverage.due += slots.due
      coverage.missing += slots.expired + slots.lost
    },
  }
}
