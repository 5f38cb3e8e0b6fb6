import type { Sql } from '@repo/db/database'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Backend } from '@repo/streams/backend'
import { createPublisher } from './publisher.ts'
import { Schedule } from './schedule.ts'
import { createScheduleKeeper } from './schedule-keeper.ts'

export interface PublisherServicesDeps {
  readonly sql: Sql
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  /** Unique among all publishers, and new with every start. */
  readonly holder: string
}

const leaseTtlMs = 6_000

/** The role of a publisher: its schedule, and whoever publishes it. */
export function publisherServices({
  sql,
  backend,
  clock,
  log,
  holder,
}: PublisherServicesDeps): Record<string, Service> {
  const schedule = new Schedule(clock.nowMs())
  const lease = backend.openLease({ name: 'betterstack:publisher', holder, ttlMs: leaseTtlMs })
  return {
    publisher: createPublisher({ schedule, lease, leaseTtlMs, checksOf: backend.checksOf, clock, log }),
    scheduleKeeper: createScheduleKeeper({ schedule, sql, changes: backend.changes, clock, log }),
  }
}
