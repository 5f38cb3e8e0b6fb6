import type { Clock } from '@repo/service/clock'
import { addReading, type Metrics } from '@repo/service/metrics'
import type { EventHub } from './event-hub.ts'
import type { PageStore } from './page-store.ts'

export interface Measured {
  readonly store: PageStore
  readonly hub: EventHub
  readonly clock: Clock
}

/**
 * What the program of the status pages tells those who operate it. That it could not read for long is a figure and no reason to be
 * taken out of service: then above all it is wanted.
 */
export function addStatusMetrics(metrics: Metrics, { store, hub, clock }: Measured): void {
  addReading(metrics, {
    name: 'betteruptime_status_pages',
    help: 'Status pages that are served.',
    read: () => store.all().length,
  })
  addReading(metrics, {
    name: 'betteruptime_status_pages_age_seconds',
    help: 'How old what they say is; -1 where they come from files, and nobody was asked since the start.',
    read: () => (store.confirmedAtMs === null ? -1 : Math.max(0, (clock.nowMs() - store.confirmedAtMs) / 1_000)),
  })
  addReading(metrics, {
    name: 'betteruptime_status_listeners',
    help: 'Browsers that are told of changes as they happen.',
    read: () => hub.count,
  })
}
