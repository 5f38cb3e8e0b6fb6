import type { MonitorStand } from '@repo/domain/monitor-move'
import type { VerdictPolicy } from '@repo/domain/policy'
import { beginReplay, type ReplayedIncident, replay } from '@repo/domain/replay'
import type { Sql } from './database.ts'
import type { StoredMonitor } from './queries/monitors.ts'
import { type PastCursor, readPast } from './queries/past-ticks.ts'

export interface ReplayAsked {
  readonly fromMs: number
  readonly toMs: number
  readonly policy: VerdictPolicy
  /** After so many looks it is given up. */
  readonly mostLooks: number
}

export interface ReplayedPast {
  readonly incidents: readonly ReplayedIncident[]
  readonly looks: number
  /** False where there are more looks than were allowed: the end is missing. */
  readonly isWhole: boolean
}

const pageSize = 5_000

/** What the stored looks at a monitor would have come to under a policy. Nothing is changed. */
export async function replayPast(sql: Sql, monitor: StoredMonitor, asked: ReplayAsked): Promise<ReplayedPast> {
  let now = beginReplay(standBefore(monitor, asked))
  let after: PastCursor | null = null
  let looks = 0
  do {
    const page: Awaited<ReturnType<typeof readPast>> = await readPast(sql, monitor.monitorKey, {
      ...{ fromMs: asked.fromMs, toMs: asked.toMs, after, limit: pageSize },
    })
    now = replay(now, page.looks)
    looks += page.looks.length
    after = page.next
  } while (after && looks < asked.mostLooks)
  return { incidents: now.incidents, looks, isWhole: after === null }
}

/** As it is watched now, and with nothing known of it yet. */
function standBefore(monitor: StoredMonitor, { fromMs, policy }: ReplayAsked): MonitorStand {
  const { id, intervalMs, regions, mutedRegions } = monitor
  return {
    ...{ id, intervalMs, regions, policy, voiceless: mutedRegions },
    configured: regions.length - mutedRegions.length,
    ...{ paused: false, scheduleFromMs: fromMs, status: 'unknown', sinceMs: null, views: [], recoveries: [] },
  }
}
