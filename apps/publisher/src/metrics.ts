import { addReading, Counter, Histogram, type Metrics, secondsBuckets } from '@repo/service/metrics'
import type { PublisherTurn } from './publisher.ts'
import type { Schedule } from './schedule.ts'

export interface PublisherMetrics {
  turned(turn: PublisherTurn): void
  quarantined(count: number): void
}

export function createPublisherMetrics(metrics: Metrics, schedule: Schedule): PublisherMetrics {
  const registers = [metrics]
  const published = new Counter({
    name: 'betteruptime_checks_published_total',
    help: 'Checks that were given to the streams.',
    registers,
  })
  const seconds = new Histogram({
    name: 'betteruptime_publish_turn_seconds',
    help: 'How long a turn of the leading publisher took.',
    buckets: [...secondsBuckets.work],
    registers,
  })
  const last = { leads: false, late: 0, quarantined: 0 }
  const read = (name: string, help: string, value: () => number) => addReading(metrics, { name, help, read: value })
  read('betteruptime_publisher_leading', '1 where this publisher leads.', () => (last.leads ? 1 : 0))
  read('betteruptime_checks_late', 'Checks that are late and wait to be let go.', () => last.late)
  read('betteruptime_monitors_scheduled', 'Active monitors in the schedule.', () => schedule.size)
  read('betteruptime_checks_planned_per_second', 'Checks a second, steadily.', () => schedule.checksPerSecond)
  read('betteruptime_monitors_quarantined', 'Monitors that cannot be read and are not checked.', () => last.quarantined)

  return {
    turned({ leads, count, late, tookMs }) {
      last.leads = leads
      last.late = late
      if (!leads) return
      published.inc(count)
      seconds.observe(tookMs / 1_000)
    },
    quarantined(count) {
      last.quarantined = count
    },
  }
}
