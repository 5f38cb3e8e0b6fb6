import type { Sql } from '@repo/db/database'
import { deliveryDepth } from '@repo/db/queries/deliveries'
import { pageMessageDepth } from '@repo/db/queries/page-messages'
import type { Clock } from '@repo/service/clock'
import { addReading, Counter, Histogram, type Metrics, secondsBuckets } from '@repo/service/metrics'

export interface NotifierMetrics {
  planned(round: { readonly events: number; readonly deliveries: number }): void
  passedOver(): void
  attempted(attempt: { readonly kind: string; readonly outcome: string; readonly lateMs: number }): void
  pageMessagesPlanned(count: number): void
  pageMessageSent(sent: { readonly kind: string; readonly outcome: string; readonly lateMs: number }): void
}

export function createNotifierMetrics(metrics: Metrics, sql: Sql, clock: Clock): NotifierMetrics {
  const registers = [metrics]
  const counter = (name: string, help: string) => new Counter({ name: `betteruptime_${name}_total`, help, registers })
  const events = counter('alert_events', 'Events of which it was decided who is told.')
  const deliveries = counter('deliveries_planned', 'Deliveries that followed from them.')
  const passed = counter(
    'alert_planning_failures',
    'Events and stories that could not be planned: nobody is told of them.',
  )
  const attempts = new Counter({
    name: 'betteruptime_delivery_attempts_total',
    help: 'Attempts to tell somebody, by what became of them. Dead is an alarm: nobody is told any more.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const late = new Histogram({
    name: 'betteruptime_delivery_seconds',
    help: 'From when a delivery was due until the provider took it.',
    buckets: [...secondsBuckets.work],
    registers,
  })
  let depth: ReturnType<typeof deliveryDepth> | undefined
  // All are asked for in one turn.
  const readDepth = () => {
    depth ??= deliveryDepth(sql, clock.nowMs()).finally(() => {
      depth = undefined
    })
    return depth
  }
  addReading(metrics, {
    name: 'betteruptime_deliveries_waiting',
    help: 'Deliveries that are not told yet.',
    read: async () => (await readDepth()).waiting,
  })
  addReading(metrics, {
    name: 'betteruptime_delivery_oldest_age_seconds',
    help: 'For how long the oldest of them is due.',
    read: async () => (await readDepth()).oldestAgeMs / 1_000,
  })
  addReading(metrics, {
    name: 'betteruptime_channels_failing',
    help: 'Channels whose last three messages or more were in vain.',
    read: async () => (await readDepth()).failingChannels,
  })
  const pages = createPageMetrics(metrics, sql, clock)
  return {
    ...pages,
    planned(round) {
      events.inc(round.events)
      deliveries.inc(round.deliveries)
    },
    passedOver: () => passed.inc(),
    attempted({ kind, outcome, lateMs }) {
      attempts.inc({ kind, outcome })
      if (outcome === 'accepted') late.observe(lateMs / 1_000)
    },
  }
}

function createPageMetrics(
  metrics: Metrics,
  sql: Sql,
  clock: Clock,
): Pick<NotifierMetrics, 'pageMessagesPlanned' | 'pageMessageSent'> {
  const registers = [metrics]
  const planned = new Counter({
    name: 'betteruptime_page_messages_planned_total',
    help: 'Messages to subscribers that followed from what was said on status pages.',
    registers,
  })
  const attempts = new Counter({
    name: 'betteruptime_page_message_attempts_total',
    help: 'Attempts to send a message of a status page, by what became of them.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const late = new Histogram({
    name: 'betteruptime_page_message_seconds',
    help: 'From when a message of a status page was due until it was taken.',
    buckets: [...secondsBuckets.work],
    registers,
  })
  let depth: ReturnType<typeof pageMessageDepth> | undefined
  const readDepth = () => {
    depth ??= pageMessageDepth(sql, clock.nowMs()).finally(() => {
      depth = undefined
    })
    return depth
  }
  addReading(metrics, {
    name: 'betteruptime_page_messages_waiting',
    help: 'Messages of status pages that are not sent yet.',
    read: async () => (await readDepth()).waiting,
  })
  addReading(metrics, {
    name: 'betteruptime_page_message_oldest_age_seconds',
    help: 'For how long the oldest of them is due.',
    read: async () => (await readDepth()).oldestAgeMs / 1_000,
  })
  return {
    pageMessagesPlanned: (count) => planned.inc(count),
    pageMessageSent({ kind, outcome, lateMs }) {
      attempts.inc({ kind, outcome })
      if (outcome === 'accepted') late.observe(lateMs / 1_000)
    },
  }
}
