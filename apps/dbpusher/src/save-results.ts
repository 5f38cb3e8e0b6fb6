import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import { isoTimeOrNull, toTickJson } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { insertTicks } from '@repo/db/queries/insert-ticks'
import { enqueueStatusEvents } from '@repo/db/queries/outbox'
import { getRegionKeys, type RegionKeys } from '@repo/db/queries/regions'
import { markDirtyBuckets } from '@repo/db/queries/rollup-marks'
import { changeIntervals } from '@repo/db/queries/state-intervals'
import {
  enterVerdicts,
  findUnsteady,
  type LockedMonitor,
  leaveOutLate,
  lockMonitors,
  saveStates,
  saveViews,
} from '@repo/db/queries/verdicts'
import { type CheckResult, toTick } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import { type MonitorMove, moveMonitor } from '@repo/domain/monitor-move'
import type { FaultPoint } from '@repo/service/fault-point'

export interface SaveResultsDeps {
  readonly sql: Sql
  /** The workspace of a monitor that somebody is looking at just now: only of those the single ticks are told. */
  readonly workspaceOf: (monitorKey: number) => WorkspaceId | undefined
  /** Tells those who watch, after the commit. It may fail without harm: who watches reads anew. */
  readonly announce: (batch: LiveBatch) => Promise<void>
  /** After each commit. */
  readonly onSaved?: (batch: { results: number; added: number; moved: number; tookMs: number }) => void
  readonly faultPoint?: FaultPoint
}

export type SaveResults = (results: readonly CheckResult[]) => Promise<void>

/**
 * Stores a batch of results in one transaction: their ticks, the verdicts that they move, and what follows from those. Only
 * ticks that were really added move anything, so a batch that comes again changes nothing.
 */
export function createSaveResults(deps: SaveResultsDeps): SaveResults {
  const { sql, workspaceOf, announce, onSaved, faultPoint = () => {} } = deps
  let regionKeys: RegionKeys = new Map()

  async function keysFor(results: readonly CheckResult[]): Promise<RegionKeys> {
    const names = new Set(results.map((result) => result.region))
    if ([...names].some((name) => !regionKeys.has(name))) {
      regionKeys = new Map([...regionKeys, ...(await getRegionKeys(sql, [...names]))])
    }
    return regionKeys
  }

  return async function saveResults(results) {
    const keys = await keysFor(results)
    const startedAtMs = performance.now()
    const saved = await sql.transaction(async (tx) => {
      const done = await saveInTransaction(tx, results, { regionKeys: keys, faultPoint })
      faultPoint('before_commit')
      return done
    })
    faultPoint('after_commit_before_ack')
    const tookMs = performance.now() - startedAtMs
    onSaved?.({ results: results.length, added: saved.added.length, moved: saved.moves.length, tookMs })
    for (const batch of liveBatches(saved, workspaceOf)) await announce(batch)
  }
}

type Move = MonitorMove & { readonly monitor: LockedMonitor }

interface Saved {
  readonly added: readonly CheckResult[]
  readonly moves: readonly Move[]
}

interface Means {
  readonly regionKeys: RegionKeys
  readonly faultPoint: FaultPoint
}

async function saveInTransaction(tx: Sql, results: readonly CheckResult[], means: Means): Promise<Saved> {
  const { regionKeys, faultPoint } = means
  const added = await insertTicks(tx, results, regionKeys)
  await markDirtyBuckets(tx, added)
  faultPoint('after_insert')
  await enterVerdicts(tx)
  const unsteady = new Set(await findUnsteady(tx, added, regionKeys))
  if (unsteady.size === 0) return { added, moves: [] }
  const monitors = await lockMonitors(tx, [...unsteady])
  const concerned = added.filter((result) => unsteady.has(result.monitorKey))
  const byMonitor = Map.groupBy(await leaveOutLate(tx, concerned, regionKeys), (result) => result.monitorKey)
  const moves = monitors.flatMap((monitor) => {
    const move = moveMonitor(monitor, byMonitor.get(monitor.monitorKey) ?? [])
    return move ? [{ monitor, ...move }] : []
  })
  await saveMoves(tx, moves, means)
  return { added, moves }
}

async function saveMoves(tx: Sql, moves: readonly Move[], { regionKeys, faultPoint }: Means): Promise<void> {
  const states = moves.map(({ monitor, ...move }) => ({ monitorKey: monitor.monitorKey, ...move }))
  const views = states.flatMap(({ monitorKey, views }) => views.map((view) => ({ monitorKey, view })))
  await saveViews(tx, views, regionKeys)
  await saveStates(tx, states)
  const changed = states.filter(({ verdict, previous }) => verdict.status !== previous)
  await changeIntervals(
    tx,
    changed.flatMap(({ monitorKey, verdict, sinceMs }) =>
      sinceMs === null ? [] : [{ monitorKey, status: verdict.status, beganAtMs: sinceMs }],
    ),
  )
  faultPoint('between_state_and_outbox')
  await enqueueStatusEvents(
    tx,
    changed.map(({ monitorKey, verdict, previous, sinceMs }) => {
      const cause = verdict.cause && {
        code: verdict.cause.code,
        message: verdict.cause.message,
        region: verdict.cause.region,
      }
      return { monitorKey, status: verdict.status, previous, sinceMs, cause }
    }),
  )
}

function liveBatches({ added, moves }: Saved, workspaceOf: SaveResultsDeps['workspaceOf']): LiveBatch[] {
  const byWorkspace = new Map<WorkspaceId, LiveEvent[]>()
  const tell = (workspaceId: WorkspaceId | undefined, event: () => LiveEvent) => {
    if (workspaceId === undefined) return
    const events = byWorkspace.get(workspaceId)
    if (events) events.push(event())
    else byWorkspace.set(workspaceId, [event()])
  }
  for (const result of added) tell(workspaceOf(result.monitorKey), () => tickEvent(result))
  for (const move of moves) {
    if (move.verdict.status !== move.previous) tell(move.monitor.workspaceId, () => statusEvent(move))
  }
  return [...byWorkspace].map(([workspaceId, events]) => ({ workspaceId, events }))
}

function tickEvent(result: CheckResult): LiveEvent {
  return { type: 'tick', monitorId: result.monitorId, tick: toTickJson(toTick(result)) }
}

function statusEvent({ monitor, verdict, previous, sinceMs }: Move): LiveEvent {
  return {
    type: 'monitor.status',
    monitorId: monitor.id,
    status: verdict.status,
    previous,
    since: isoTimeOrNull(sinceMs),
    message: verdict.cause?.message ?? null,
  }
}
