import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import { type Watching, watchingLimits } from '@repo/contracts/watching'
import type { Sql } from '@repo/db/database'
import { listMonitorKeys } from '@repo/db/queries/monitors'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { LiveBus } from '@repo/streams/live-bus'

export interface WatchedMonitorsDeps {
  readonly sql: Sql
  readonly watching: LiveBus<Watching>
  readonly changes: LiveBus<MonitorChanged>
  readonly clock: Clock
  readonly log: Log
}

export interface WatchedMonitors {
  /** The workspace of a monitor whose ticks somebody wants to see as they come. */
  workspaceOf(monitorKey: number): WorkspaceId | undefined
  /** Keeps the above true. */
  readonly service: Service
}

const turnMs = 1_000

/** Which monitors people are looking at just now, so that the ticks of all others need not be told to anybody. */
export function createWatchedMonitors({ sql, watching, changes, clock, log }: WatchedMonitorsDeps): WatchedMonitors {
  const untilMs = new Map<WorkspaceId, number>()
  let workspaces = new Map<number, WorkspaceId>()
  let stale = false
  let wake = () => {}

  function mark(): void {
    stale = true
    wake()
  }

  function hear({ workspaceIds }: Watching): void {
    const nowMs = clock.nowMs()
    for (const id of workspaceIds) {
      if (!untilMs.has(id)) mark()
      untilMs.set(id, nowMs + watchingLimits.forgetAfterMs)
    }
  }

  function forget(): void {
    const nowMs = clock.nowMs()
    for (const [id, endMs] of untilMs) {
      if (endMs > nowMs) continue
      untilMs.delete(id)
      stale = true
    }
  }

  async function look(): Promise<void> {
    stale = false
    const keys = await listMonitorKeys(sql, [...untilMs.keys()]).catch((err: unknown) => {
      stale = true
      log.warn({ err }, 'watched monitors could not be read, trying again')
      return undefined
    })
    if (keys) workspaces = keys
  }

  return {
    workspaceOf: (monitorKey) => workspaces.get(monitorKey),
    async service(signal) {
      await watching.subscribe(hear, signal)
      // Which one changed does not matter: a new one may be of a workspace that is being watched.
      await changes.subscribe(() => untilMs.size > 0 && mark(), signal)
      while (!signal.aborted) {
        forget()
        if (stale) await look()
        const woken = new AbortController()
        wake = () => woken.abort()
        if (!stale) await clock.sleep(turnMs, AbortSignal.any([signal, woken.signal]))
        else await clock.sleep(50, signal)
      }
    },
  }
}
