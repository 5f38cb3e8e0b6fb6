import { checkSpecSchema } from '@repo/contracts/check-spec'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { Sql } from '@repo/db/database'
import { findScheduled, loadSchedulePage, type ScheduledMonitor } from '@repo/db/queries/schedule'
import type { MonitorId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'
import type { PlannedMonitor, Schedule } from './schedule.ts'

export interface ScheduleKeeperDeps {
  readonly schedule: Schedule
  readonly sql: Sql
  readonly changes: LiveBus<MonitorChanged>
  readonly clock: Clock
  readonly log: Log
}

const pageSize = 5_000
/** A change that the live bus lost is found again within this. */
const reconcileEveryMs = 60_000
const changesEveryMs = 50
const retryMs = 1_000

/** Keeps the schedule what the database says: whole at the start and every minute, and each change as it is told. */
export function createScheduleKeeper({ schedule, sql, changes, clock, log }: ScheduleKeeperDeps): Service {
  const told = new Set<MonitorId>()
  const quarantined = new Set<MonitorId>()

  return async function scheduleKeeper(signal) {
    await changes.subscribe((change) => told.add(change.monitorId), signal)
    let reconcileAtMs = 0
    while (!signal.aborted) {
      try {
        if (clock.nowMs() >= reconcileAtMs) {
          await reconcile()
          reconcileAtMs = clock.nowMs() + reconcileEveryMs
        }
        await applyTold()
        await clock.sleep(changesEveryMs, signal)
      } catch (err) {
        log.warn({ err }, 'the schedule could not be read, trying again')
        await clock.sleep(retryMs, signal)
      }
    }
  }

  async function reconcile(): Promise<void> {
    const gone = new Set(schedule.ids())
    let afterKey = 0
    for (;;) {
      const page = await loadSchedulePage(sql, { afterKey, limit: pageSize })
      for (const row of page) {
        gone.delete(row.id)
        apply(row)
      }
      const last = page.at(-1)
      if (!last || page.length < pageSize) break
      afterKey = last.monitorKey
    }
    for (const id of gone) schedule.delete(id)
  }

  async function applyTold(): Promise<void> {
    if (told.size === 0) return
    const ids = [...told]
    // Forgotten before the look: what is told of during it may be newer than what it sees.
    told.clear()
    const rows = await findScheduled(sql, ids).catch((error: unknown) => {
      for (const id of ids) told.add(id)
      throw error
    })
    const active = new Set(rows.map((row) => row.id))
    for (const id of ids) if (!active.has(id)) schedule.delete(id)
    for (const row of rows) apply(row)
  }

  function apply(row: ScheduledMonitor): void {
    const monitor = parseMonitor(row)
    if (monitor) {
      quarantined.delete(row.id)
      schedule.set(monitor, clock.nowMs())
      return
    }
    schedule.delete(row.id)
    if (quarantined.has(row.id)) return
    quarantined.add(row.id)
    log.error({ monitorId: row.id }, 'monitor has a specification that cannot be read and is not checked')
  }
}

/** One malformed row is left out; it never stops the others. */
function parseMonitor(row: ScheduledMonitor): PlannedMonitor | undefined {
  const spec = checkSpecSchema.safeParse(row.spec)
  return spec.success ? { ...row, spec: spec.data } : undefined
}
