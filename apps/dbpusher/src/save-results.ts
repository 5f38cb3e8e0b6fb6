import type { LiveBatch, LiveEvent } from '@repo/contracts/live'
import { isoTimeOrNull, toTickJson } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { getRegionKeys, type RegionKeys } from '@repo/db/queries/regions'
import { insertTicks, type LockedMonitor, lockMonitors, saveStates, saveViews } from '@repo/db/queries/results'
import { type CheckResult, toTick } from '@repo/domain/check'
import { type MonitorMove, moveMonitor } from '@repo/domain/monitor-move'

export interface SaveResultsDeps {
  readonly sql: Sql
  /** Tells those who watch, after the commit. It may fail without harm: who watches reads anew. */
  readonly announce: (batch: LiveBatch) => Promise<void>
}

export type SaveResults = (results: readonly CheckResult[]) => Promise<void>

/**
 * Stores a batch of results in one transaction: their ticks, and the verdicts that they move. Only ticks that were really
 * added move anything, so a batch that comes again changes nothing.
 */
export function createSaveResults({ sql, announce }: SaveResultsDeps): SaveResults {
  let regionKeys: RegionKeys = new Map()

  async function keysFor(results: readonly CheckResult[]): Promise<RegionKeys> {
    const names = [...new Set(results.map((result) => result.region))]
    if (names.some((name) => !regionKeys.has(name))) {
      regionKeys = new Map([...regionKeys, ...(await getRegionKeys(sql, names))])
    }
    return regionKeys
  }

  return async function saveResults(results) {
    const keys = await keysFor(results)
    const saved = await sql.transaction((tx) => saveInTransaction(tx, results, keys))
    for (const batch of liveBatches(saved)) await announce(batch)
  }
}

interface Saved {
  readonly monitor: LockedMonitor
  readonly added: readonly CheckResult[]
  readonly move: MonitorMove | undefined
}

async function saveInTransaction(tx: Sql, results: readonly CheckResult[], regionKeys: RegionKeys): Promise<Saved[]> {
  const added = await insertTicks(tx, results, regionKeys)
  const byMonitor = Map.groupBy(added, (result) => result.monitorKey)
  if (byMonitor.size === 0) return []
  const monitors = await lockMonitors(tx, [...byMonitor.keys()])
  const saved = monitors.map((monitor): Saved => {
    const own = byMonitor.get(monitor.monitorKey) ?? []
    return { monitor, added: own, move: moveMonitor(monitor, own) }
  })
  const moves = saved.flatMap(({ monitor, move }) => (move ? [{ monitorKey: monitor.monitorKey, ...move }] : []))
  const views = moves.flatMap((move) => move.views.map((view) => ({ monitorKey: move.monitorKey, view })))
  await saveViews(tx, views, regionKeys)
  await saveStates(tx, moves)
  return saved
}

function liveBatches(saved: readonly Saved[]): LiveBatch[] {
  const byWorkspace = Map.groupBy(saved, ({ monitor }) => monitor.workspaceId)
  return [...byWorkspace].map(([workspaceId, items]) => ({ workspaceId, events: items.flatMap(liveEvents) }))
}

function liveEvents({ monitor, added, move }: Saved): LiveEvent[] {
  const ticks = added.map(
    (result): LiveEvent => ({ type: 'tick', monitorId: monitor.id, tick: toTickJson(toTick(result)) }),
  )
  if (!move || move.verdict.status === move.previous) return ticks
  const { verdict, previous, sinceMs } = move
  return [
    ...ticks,
    {
      type: 'monitor.status',
      monitorId: monitor.id,
      status: verdict.status,
      previous,
      since: isoTimeOrNull(sinceMs),
      message: verdict.cause?.message ?? null,
    },
  ]
}
