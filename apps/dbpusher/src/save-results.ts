import type { LiveBatch } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { saveEvidence } from '@repo/db/queries/evidence'
import { forgetResults } from '@repo/db/queries/heartbeat-results'
import { insertTicks } from '@repo/db/queries/insert-ticks'
import { getRegionKeys, type RegionKeys } from '@repo/db/queries/regions'
import { markDirtyBuckets } from '@repo/db/queries/rollup-marks'
import { enterVerdicts, findUnsteady, leaveOutLate, listQuarantined, lockMonitors } from '@repo/db/queries/verdicts'
import type { CheckResult } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import { moveMonitor } from '@repo/domain/monitor-move'
import { notCarriedOut } from '@repo/domain/outcome'
import type { Region } from '@repo/domain/region'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import { createFactMemory, type SeenFact } from './fact-memory.ts'
import { liveBatches, type Saved } from './live-batches.ts'
import type { Rechecks } from './rechecks.ts'
import { saveFacts } from './save-facts.ts'
import { saveMoves } from './save-moves.ts'

export interface SaveResultsDeps {
  readonly sql: Sql
  readonly clock: Pick<Clock, 'nowMs'>
  /** Asks regions to look again at once. */
  readonly rechecks: Rechecks
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
  const { sql, clock, rechecks, workspaceOf, announce, onSaved, faultPoint = () => {} } = deps
  const memory = createFactMemory()
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
    const nowMs = clock.nowMs()
    let facts: readonly SeenFact[] = []
    const saved = await sql.transaction(async (tx) => {
      const done = await saveInTransaction(tx, results, { regionKeys: keys, faultPoint, nowMs })
      facts = memory.newsIn(done.added, nowMs)
      await saveFacts(tx, facts, nowMs)
      faultPoint('before_commit')
      return done
    })
    memory.keep(facts, nowMs)
    faultPoint('after_commit_before_ack')
    const tookMs = performance.now() - startedAtMs
    onSaved?.({ results: results.length, added: saved.added.length, moved: saved.moves.length, tookMs })
    // Before anybody is told: every second counts until the others have looked.
    await rechecks.ask(saved.moves)
    for (const batch of liveBatches(saved, workspaceOf)) await announce(batch)
  }
}

interface Means {
  readonly regionKeys: RegionKeys
  readonly faultPoint: FaultPoint
  readonly nowMs: number
}

async function saveInTransaction(tx: Sql, results: readonly CheckResult[], means: Means): Promise<Saved> {
  const { regionKeys, faultPoint } = means
  const believed = await disbelieve(tx, results)
  const added = await insertTicks(tx, believed, regionKeys)
  await markDirtyBuckets(tx, added)
  faultPoint('after_insert')
  await enterVerdicts(tx)
  await forgetResults(tx, results)
  const unsteady = new Set(await findUnsteady(tx, added, regionKeys))
  if (unsteady.size === 0) return { added, moves: [], incidents: [] }
  const monitors = await lockMonitors(tx, [...unsteady])
  const concerned = added.filter((result) => unsteady.has(result.monitorKey))
  const timely = await leaveOutLate(tx, concerned, regionKeys)
  await saveEvidence(tx, timely, regionKeys)
  const byMonitor = Map.groupBy(timely, (result) => result.monitorKey)
  const moves = monitors.flatMap((monitor) => {
    const move = moveMonitor(monitor, byMonitor.get(monitor.monitorKey) ?? [])
    return move ? [{ monitor, ...move }] : []
  })
  return { added, moves, incidents: await saveMoves(tx, moves, means) }
}

/** What a region finds wrong that fails everywhere is not known to be so. What it finds well is. */
async function disbelieve(tx: Sql, results: readonly CheckResult[]): Promise<readonly CheckResult[]> {
  const quarantined = await listQuarantined(tx)
  if (quarantined.size === 0) return results
  return results.map((result) => (isDoubtful(result, quarantined) ? { ...result, outcome: notBelieved } : result))
}

function isDoubtful({ region, outcome }: CheckResult, quarantined: ReadonlySet<Region>): boolean {
  return quarantined.has(region) && (outcome.verdict === 'down' || outcome.verdict === 'degraded')
}

const notBelieved = notCarriedOut(
  'REGION_QUARANTINED',
  'not believed: this region fails across many targets that other regions find well',
)
