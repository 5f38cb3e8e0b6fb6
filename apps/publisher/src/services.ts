import type { Sql } from '@repo/db/database'
import { listConsumers } from '@repo/db/queries/consumers'
import { systemLimits } from '@repo/domain/system-health'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Operator } from '@repo/service/operator-server'
import type { Backend } from '@repo/streams/backend'
import { createHeartbeatKeeper } from './heartbeat-keeper.ts'
import { createPublisherMetrics } from './metrics.ts'
import { createPathCanary } from './path-canary.ts'
import { createPublisher } from './publisher.ts'
import { Schedule } from './schedule.ts'
import { createScheduleKeeper } from './schedule-keeper.ts'
import { createTerm } from './term.ts'

export interface PublisherServicesDeps {
  readonly sql: Sql
  readonly backend: Backend
  readonly clock: Clock
  readonly log: Log
  readonly operator: Operator
  /** Unique among all publishers, and new with every start. */
  readonly holder: string
  readonly faultPoint?: FaultPoint
}

const leaseTtlMs = 6_000
const keeperLeaseMs = 15_000
/** A publisher that neither leads nor stands by for so long does not do its work. */
const stuckAfterMs = 15_000

/** The role of a publisher: its schedule, and whoever publishes it. */
export function publisherServices(deps: PublisherServicesDeps): Record<string, Service> {
  const { sql, backend, clock, log, operator, holder, faultPoint } = deps
  const schedule = new Schedule(clock.nowMs())
  const metrics = createPublisherMetrics(operator.metrics, schedule)
  const lease = backend.openLease({ name: 'betterstack:publisher', holder, ttlMs: leaseTtlMs })
  let turnedAtMs = clock.nowMs()
  let leads = false
  operator.readiness.add('schedule', () => (schedule.whole ? undefined : 'the schedule is not read yet'))
  operator.readiness.add('publishing', () => {
    const silentMs = clock.nowMs() - turnedAtMs
    return silentMs > stuckAfterMs ? `nothing could be published for ${Math.round(silentMs / 1_000)} s` : undefined
  })
  return {
    publisher: createPublisher({
      schedule,
      lease,
      leaseTtlMs,
      term: createTerm({ sql, clock, log }),
      checksOf: backend.checksOf,
      clock,
      log,
      onTurn: (turn) => {
        if (turn.isDone) turnedAtMs = clock.nowMs()
        leads = turn.leads
        metrics.turned(turn)
      },
      ...(faultPoint && { faultPoint }),
    }),
    pathCanary: createPathCanary({
      leads: () => leads,
      async regions() {
        const consumers = await listConsumers(sql, clock.nowMs() - systemLimits.consumerGoneAfterMs)
        return [...new Set(consumers.map(({ region }) => region))]
      },
      checksOf: backend.checksOf,
      clock,
      log,
    }),
    scheduleKeeper: createScheduleKeeper({
      schedule,
      sql,
      changes: backend.changes,
      clock,
      log,
      onQuarantined: metrics.quarantined,
    }),
    heartbeatKeeper: createHeartbeatKeeper({
      sql,
      lease: backend.openLease({ name: 'betterstack:heartbeats', holder, ttlMs: keeperLeaseMs }),
      results: backend.results,
      clock,
      log,
      faultPoint,
    }),
  }
}
