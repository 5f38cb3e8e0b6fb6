import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import { isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import {
  beginKeeping,
  type KeptMonitor,
  listCovered,
  listKeptWindows,
  listMaintained,
  lockHistories,
  saveHistories,
  saveKept,
} from '@repo/db/queries/maintenance-keeping'
import type { WorkspaceId } from '@repo/domain/ids'
import { occurrences, type Period } from '@repo/domain/maintenance'
import { type History, keepMaintenance } from '@repo/domain/maintenance-history'
import type { Status } from '@repo/domain/status'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import type { LiveBus } from '@repo/streams/live-bus'
import { createPlannedWindows, type PlannedWindow } from './planned-windows.ts'
import { tellLate } from './told-late.ts'

export interface MaintenanceKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  /** Whatever people changed, windows among it: somebody may be under maintenance from now on, or no longer. */
  readonly changes: LiveBus<MonitorChanged>
  readonly announce: (batch: LiveBatch) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly faultPoint?: FaultPoint
}

/** How often the lease is renewed, and what nobody told us of is found out. */
const everyMs = 5_000
/** Of many changes in a row not each is worth a look at everything. */
const betweenMs = 200
const monitorsAtOnce = 500

/**
 * Begins and ends maintenance at the instants for which it is planned, one of all dbpushers at a time. How far it is is written
 * down after all was done: whoever takes over does what may be left, and what was done already stays as it is.
 */
export function createMaintenanceKeeper(deps: MaintenanceKeeperDeps): Service {
  const { sql, lease, changes, announce, clock, log } = deps
  const windows = createPlannedWindows(log)
  let wake = () => {}
  let isStale = false

  return async function maintenanceKeeper(signal) {
    const mark = () => {
      isStale = true
      wake()
    }
    await changes.subscribe(mark, signal, mark)
    while (!signal.aborted) {
      isStale = false
      const crossingMs = await round().catch((err: unknown) => {
        log.warn({ err }, 'maintenance could not be kept, trying again')
        return undefined
      })
      const woken = new AbortController()
      wake = () => woken.abort()
      const untilCrossingMs = Math.max(0, (crossingMs ?? Number.POSITIVE_INFINITY) - clock.nowMs())
      if (isStale) await clock.sleep(Math.min(betweenMs, untilCrossingMs), signal)
      else await clock.sleep(Math.min(everyMs, untilCrossingMs), AbortSignal.any([signal, woken.signal]))
    }
    await lease.release().catch(() => {})
  }

  /** @returns when something begins or ends next, where that is known. */
  async function round(): Promise<number | undefined> {
    if (!(await lease.hold()).held) return undefined
    const nowMs = Math.floor(clock.nowMs())
    const throughMs = await beginKeeping(sql, nowMs)
    const planned = windows.read(await listKeptWindows(sql))
    const due = await findDue(sql, planned, { fromMs: Math.min(throughMs, nowMs), toMs: nowMs })
    for (let from = 0; from < due.length; from += monitorsAtOnce) {
      await keep(due.slice(from, from + monitorsAtOnce), nowMs, deps)
      await lease.hold()
    }
    await saveKept(sql, nowMs)
    for (const batch of await tellLate(sql, nowMs)) await announce(batch)
    return windows.nextCrossingMs(nowMs)
  }
}

interface Due {
  readonly monitorKey: number
  readonly planned: readonly Period[]
  /** What was said before this stays as it is. */
  readonly fromMs: number
}

/** The monitors of which something begins or ends in a span, whose end is now; those that go on as they are are left out. */
async function findDue(sql: Sql, windows: readonly PlannedWindow[], span: Period): Promise<Due[]> {
  const periods = new Map(
    windows.flatMap((window) => {
      const found = periodsIn(window, span)
      return found.length === 0 ? [] : [[window.id, found] as const]
    }),
  )
  const covered = Map.groupBy(await listCovered(sql, [...periods.keys()]), ({ monitorKey }) => monitorKey)
  const maintained = await listMaintained(sql)
  const due: Due[] = []
  for (const monitorKey of new Set([...covered.keys(), ...maintained.keys()])) {
    const planned = (covered.get(monitorKey) ?? []).flatMap(({ windowId, changedAtMs }) =>
      (periods.get(windowId) ?? []).map((period) => joinedLate(period, { span, changedAtMs })),
    )
    const untilMs = maintained.get(monitorKey)
    const goesOn = untilMs !== undefined && untilMs > span.toMs && planned.some(({ toMs }) => toMs === untilMs)
    const isLongest = planned.every(({ toMs }) => toMs <= (untilMs ?? 0))
    if (goesOn && isLongest) continue
    due.push({ monitorKey, planned, fromMs: Math.min(span.fromMs, ...planned.map(({ fromMs }) => fromMs)) })
  }
  return due
}

/** What is planned for a span, and not before the window was made or changed to what it is. */
function periodsIn({ schedule, effectiveFromMs }: PlannedWindow, span: Period): Period[] {
  return occurrences(schedule, { fromMs: span.fromMs, toMs: span.toMs + 1 })
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, effectiveFromMs), toMs }))
    .filter(({ fromMs, toMs }) => fromMs < toMs && fromMs <= span.toMs)
}

/** Of what began before the span everybody knows already, but for who has come to it since: it is of those from then on. */
function joinedLate(period: Period, { span, changedAtMs }: { span: Period; changedAtMs: number }): Period {
  if (period.fromMs >= span.fromMs) return period
  return { ...period, fromMs: Math.min(Math.max(period.fromMs, changedAtMs), span.toMs) }
}

async function keep(due: readonly Due[], nowMs: number, deps: MaintenanceKeeperDeps): Promise<void> {
  const { sql, announce, faultPoint = () => {} } = deps
  const plannedOf = new Map(due.map(({ monitorKey, planned }) => [monitorKey, planned]))
  const changed = await sql.transaction(async (tx) => {
    const monitors = await lockHistories(tx, due)
    const kept = monitors.flatMap((monitor) => {
      const history = keepMaintenance(monitor.history, plannedOf.get(monitor.monitorKey) ?? [], nowMs)
      return isSame(history, monitor.history) ? [] : [{ monitor, monitorKey: monitor.monitorKey, history }]
    })
    await saveHistories(tx, kept)
    faultPoint('maintenance_before_commit')
    return kept
  })
  for (const batch of liveBatches(changed)) await announce(batch)
}

function isSame(one: History, other: History): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

interface Kept {
  readonly monitor: KeptMonitor
  readonly history: History
}

function liveBatches(changed: readonly Kept[]): LiveBatch[] {
  const byWorkspace = new Map<WorkspaceId, LiveEvent[]>()
  for (const { monitor, history } of changed) {
    const event = eventOf(monitor, history)
    if (!event) continue
    const events = byWorkspace.get(monitor.workspaceId)
    if (events) events.push(event)
    else byWorkspace.set(monitor.workspaceId, [event])
  }
  return [...byWorkspace].map(([workspaceId, events]) => ({ workspaceId, events }))
}

/** What those who watch are told; of a paused monitor nothing, for it looks as it did. */
function eventOf(
  { id, paused, status, sinceMs, causeMessage, history: before }: KeptMonitor,
  after: History,
): LiveEvent | undefined {
  if (paused || (before.maintained === null) === (after.maintained === null)) return undefined
  const shownAs = ({ maintained }: History): Status => (maintained ? 'maintenance' : status)
  return {
    type: 'monitor.status',
    monitorId: id,
    status: shownAs(after),
    previous: shownAs(before),
    since: isoTimeOrNull(after.maintained?.sinceMs ?? sinceMs),
    message: after.maintained ? null : causeMessage,
  }
}
