import type { CheckSpec } from '@repo/contracts/check-spec'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { isProbed } from '@repo/contracts/watched-by'
import type { Sql } from '@repo/db/database'
import { findParentsToAsk, findSpecs, type ParentToAsk } from '@repo/db/queries/recheck-specs'
import type { Check } from '@repo/domain/check'
import { monitorLimits } from '@repo/domain/limits'
import type { Region } from '@repo/domain/region'
import { isFailing } from '@repo/domain/verdict'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { Stream } from '@repo/streams/stream'
import type { Move } from './save-moves.ts'

export interface RechecksDeps {
  readonly sql: Sql
  readonly urgentOf: (region: Region) => Pick<Stream<Check<CheckSpec>>, 'publish'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Pick<Log, 'warn'>
  readonly onAsked?: (count: number) => void
}

/** Asks regions to look again at once, so that a failure is confirmed, or its end, without waiting for the next slot. */
export interface Rechecks {
  /** It may fail without harm: then the schedule confirms what it would have. */
  ask(moves: readonly Pick<Move, 'asks' | 'monitor' | 'views'>[]): Promise<void>
}

/** What is older than this is history: nothing is hastened by looking again. */
const freshMs = 60_000
/** Where more fail at once the schedule confirms the rest: a mass failure must not double all checks for long. */
const mostPerSecond = 1_000

export function createRechecks({ sql, urgentOf, clock, log, onAsked }: RechecksDeps): Rechecks {
  let secondMs = 0
  let left = mostPerSecond

  function take<Item>(items: readonly Item[], nowMs: number): readonly Item[] {
    if (nowMs - secondMs >= 1_000) {
      secondMs = nowMs
      left = mostPerSecond
    }
    const taken = items.slice(0, left)
    left -= taken.length
    return taken
  }

  async function publish(moves: readonly Pick<Move, 'asks' | 'monitor' | 'views'>[], nowMs: number): Promise<void> {
    const specs = await findSpecs(
      sql,
      moves.map(({ monitor }) => monitor.monitorKey),
    )
    const parents = await findParentsToAsk(
      sql,
      moves.filter(hasFailed).map(({ monitor }) => monitor.monitorKey),
    )
    const checks = [
      ...moves.flatMap((move) => toChecks(move, specs.get(move.monitor.monitorKey), nowMs)),
      ...parents.flatMap((parent) => toParentChecks(parent, nowMs)),
    ]
    for (const [region, asked] of Map.groupBy(take(checks, nowMs), (check) => check.region))
      await urgentOf(region).publish(asked)
    onAsked?.(checks.length)
  }

  return {
    async ask(moves) {
      const nowMs = clock.nowMs()
      const asking = moves.filter(({ asks, views }) => asks.length > 0 && newestOf(views) > nowMs - freshMs)
      if (asking.length === 0) return
      await publish(asking, nowMs).catch((err: unknown) =>
        log.warn({ err }, 'regions could not be asked to look again, the schedule will confirm'),
      )
    },
  }
}

type Asked = Pick<Move['monitor'], 'id' | 'monitorKey' | 'workspaceId' | 'scheduleFromMs'>

function toChecks(
  { asks, monitor }: Pick<Move, 'asks'> & { monitor: Asked },
  stored: unknown,
  nowMs: number,
): Check<CheckSpec>[] {
  const spec = storedSpecSchema.safeParse(stored)
  // What tells of itself has nobody to ask again.
  if (!spec.success || !isProbed(spec.data)) return []
  const { id, monitorKey, workspaceId, scheduleFromMs } = monitor
  // A schedule that is about to begin has no looks before it.
  const scheduledAtMs = Math.max(nowMs, scheduleFromMs)
  return asks.map(({ region, avoid }) => ({
    ...{ monitorId: id, monitorKey, region, scheduledAtMs, workspaceId },
    expiresAtMs: scheduledAtMs + monitorLimits.lookAgainWindowMs,
    ...(avoid !== null && { avoid }),
    // Last, where a reader looks for what it need not read again.
    spec: spec.data,
  }))
}

function hasFailed({ views }: Pick<Move, 'views'>): boolean {
  return views.some((view) => isFailing(view.verdict))
}

/** The second look bears out the first: nobody else would ask for it. */
const parentLooksMs = [0, 1_000]

/** What a failing monitor hangs on is looked at as well: if that is down it is known before anybody is told of the one. */
function toParentChecks(parent: ParentToAsk, nowMs: number): Check<CheckSpec>[] {
  return parentLooksMs.flatMap((laterMs) => {
    const asks = parent.regions.map((region) => ({ region, avoid: null }))
    return toChecks({ asks, monitor: parent }, parent.spec, nowMs + laterMs)
  })
}

function newestOf(views: readonly { readonly scheduledAtMs: number }[]): number {
  return Math.max(0, ...views.map((view) => view.scheduledAtMs))
}
