import type { Sql } from '@repo/db/database'
import { enqueueEvents } from '@repo/db/queries/outbox'
import {
  type Advisory,
  listQuarantine,
  moveAdvisories,
  quarantineRegions,
  releaseRegions,
  saveSoundness,
  tallyRegions,
} from '@repo/db/queries/region-health'
import { getRegionKeys } from '@repo/db/queries/regions'
import { enterVerdicts, listToRejudge, lockMonitors, markRejudged } from '@repo/db/queries/verdicts'
import { rejudgeMonitor } from '@repo/domain/monitor-move'
import { judgeRegions } from '@repo/domain/region-health'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import { createPace, type Pace } from './pace.ts'
import { type Move, type SavedIncident, saveMoves } from './save-moves.ts'

export interface RegionKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly clock: Clock
  readonly log: Log
  readonly pace?: Pace
  /** Tells those who watch, after the commit. */
  readonly announce: (saved: { moves: readonly Move[]; incidents: readonly SavedIncident[] }) => Promise<void>
}

const everyMs = 2_000
/** For so long a region fails alone before that is said of it. */
const advisoryAfterMs = 180_000
const rejudgedAtOnce = 500

/**
 * Watches over the regions: takes the vote of those that fail across many targets, gives it back, notes which fail alone, and
 * reaches verdicts anew where who may vote has changed. One of all dbpushers does so at a time.
 */
export function createRegionKeeper(deps: RegionKeeperDeps): Service {
  const { sql, lease, clock, log, announce, pace = createPace(everyMs) } = deps

  return async function regionKeeper(signal) {
    while (!signal.aborted) {
      await pace.time(round).catch((err: unknown) => log.warn({ err }, 'regions could not be judged, trying again'))
      await clock.sleep(pace.waitMs(), signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(): Promise<void> {
    if (!(await lease.hold()).held) return
    await moveVotes()
    await advise()
    while (await rejudge());
  }

  async function moveVotes(): Promise<void> {
    const nowMs = clock.nowMs()
    const { quarantine, release, kept } = judgeRegions(await tallyRegions(sql), await listQuarantine(sql), nowMs)
    await sql.transaction(async (tx) => {
      // Whoever judges meanwhile judges by the one or by the other, never by half of it.
      if (quarantine.length + release.length > 0) await enterVerdicts(tx)
      await quarantineRegions(tx, quarantine, nowMs)
      await releaseRegions(tx, release)
      await saveSoundness(tx, kept)
    })
    if (quarantine.length > 0) log.error({ regions: quarantine }, 'regions fail across many targets and have no vote')
    if (release.length > 0) log.info({ regions: release }, 'regions have their vote back')
  }

  async function advise(): Promise<void> {
    const nowMs = clock.nowMs()
    await sql.transaction(async (tx) => {
      const begun = await moveAdvisories(tx, { nowMs, beforeMs: nowMs - advisoryAfterMs })
      await enqueueEvents(tx, begun.map(toEvent))
    })
  }

  /** @returns whether there may be more. */
  async function rejudge(): Promise<boolean> {
    const keys = await listToRejudge(sql, rejudgedAtOnce)
    if (keys.length === 0) return false
    const nowMs = clock.nowMs()
    const saved = await sql.transaction(async (tx) => {
      await enterVerdicts(tx)
      const monitors = await lockMonitors(tx, keys)
      const moves = monitors.flatMap((monitor) => {
        const move = rejudgeMonitor(monitor, nowMs)
        return move ? [{ monitor, ...move }] : []
      })
      const regionKeys = await getRegionKeys(tx, [])
      const incidents = await saveMoves(tx, moves, { regionKeys, nowMs, faultPoint: () => {} })
      await markRejudged(tx, keys)
      return { moves, incidents }
    })
    await announce(saved)
    return keys.length === rejudgedAtOnce
  }
}

function toEvent({ monitorKey, region, beganAtMs, code, message }: Advisory) {
  const body = { region, beganAtMs, cause: { code, message, region } }
  return { monitorKey, incidentId: null, event: 'advisory', body } as const
}
