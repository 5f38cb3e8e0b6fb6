import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { Sql } from '@repo/db/database'
import {
  findScheduled,
  loadSchedulePage,
  loadVersionPage,
  markReadable,
  type ScheduledMonitor,
} from '@repo/db/queries/schedule'
import type { MonitorId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'
import { readPlanned } from './planned-monitor.ts'
import type { Schedule } from './schedule.ts'

export interface ScheduleKeeperDeps {
  readonly schedule: Schedule
  readonly sql: Sql
  readonly changes: LiveBus<MonitorChanged>
  readonly clock: Clock
  readonly log: Log
  /** After each look at the database: how many monitors cannot be read and are not checked. */
  readonly onQuarantined?: (count: number) => void
}

const pageSize = 2_000
/** A change that the live bus lost is found again within this. */
const reconcileEveryMs = 60_000
const changesEveryMs = 50
const changesAtOnce = 1_000
const retryMs = 1_000

/** Keeps the schedule what the database says: whole at the start, each change as it is told, and what was not told every minute. */
export function createScheduleKeeper(deps: ScheduleKeeperDeps): Service {
  const { schedule, sql, changes, clock, log } = deps
  const told = new Set<MonitorId>()
  const quarantine = createQuarantine(deps)

  return async function scheduleKeeper(signal) {
    await changes.subscribe(({ monitorIds }) => {
      for (const id of monitorIds) told.add(id)
    }, signal)
    let reconcileAtMs = 0
    while (!signal.aborted) {
      try {
        if (clock.nowMs() >= reconcileAtMs) {
          await (schedule.whole ? reconcile() : load())
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

  async function load(): Promise<void> {
    await eachPage(loadSchedulePage, apply)
    schedule.whole = true
  }

  /** Reads of each monitor no more than tells whether it changed. */
  async function reconcile(): Promise<void> {
    const gone = new Set(schedule.ids())
    await eachPage(loadVersionPage, async (page) => {
      for (const { id } of page) gone.delete(id)
      const changed = page.filter(
        ({ id, updatedAtMs }) => !schedule.has(id, updatedAtMs) && !quarantine.has(id, updatedAtMs),
      )
      await apply(
        await findScheduled(
          sql,
          changed.map(({ id }) => id),
        ),
      )
    })
    for (const id of gone) schedule.delete(id)
  }

  async function eachPage<Row extends { monitorKey: number }>(
    loadPage: (sql: Sql, page: { afterKey: number; limit: number }) => Promise<Row[]>,
    use: (page: Row[]) => Promise<void>,
  ): Promise<void> {
    for (let afterKey = 0; ; ) {
      const page = await loadPage(sql, { afterKey, limit: pageSize })
      await use(page)
      const last = page.at(-1)
      if (!last || page.length < pageSize) return
      afterKey = last.monitorKey
    }
  }

  async function applyTold(): Promise<void> {
    if (told.size === 0) return
    const ids = [...told].slice(0, changesAtOnce)
    // Forgotten before the look: what is told of during it may be newer than what it sees.
    for (const id of ids) told.delete(id)
    const rows = await findScheduled(sql, ids).catch((error: unknown) => {
      for (const id of ids) told.add(id)
      throw error
    })
    const active = new Set(rows.map((row) => row.id))
    for (const id of ids) if (!active.has(id)) schedule.delete(id)
    await apply(rows)
  }

  async function apply(rows: readonly ScheduledMonitor[]): Promise<void> {
    const broken: ScheduledMonitor[] = []
    for (const row of rows) {
      const monitor = readPlanned(row)
      if (monitor) schedule.set(monitor, clock.nowMs())
      else broken.push(row)
    }
    for (const { id } of broken) schedule.delete(id)
    await quarantine.put(rows, broken)
  }
}

/** Which monitors cannot be read. It is told to their people through the database, and to the operator once. */
function createQuarantine({ sql, clock, log, onQuarantined }: ScheduleKeeperDeps) {
  const versions = new Map<MonitorId, number>()

  return {
    has: (id: MonitorId, updatedAtMs: number) => versions.get(id) === updatedAtMs,
    async put(rows: readonly ScheduledMonitor[], broken: readonly ScheduledMonitor[]): Promise<void> {
      const isBroken = new Set(broken)
      const mended = rows.filter((row) => !isBroken.has(row) && versions.has(row.id)).map(({ id }) => id)
      const news = broken.filter(({ id }) => !versions.has(id))
      for (const id of mended) versions.delete(id)
      for (const { id, updatedAtMs } of broken) versions.set(id, updatedAtMs)
      for (const { id } of news)
        log.error({ monitorId: id }, 'monitor has a specification that cannot be read and is not checked')
      onQuarantined?.(versions.size)
      await markReadable(sql, mended, { unreadableSinceMs: null })
      await markReadable(
        sql,
        broken.map(({ id }) => id),
        { unreadableSinceMs: clock.nowMs() },
      )
    },
  }
}
