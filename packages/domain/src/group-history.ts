import { type GroupRule, judgeGroup, type MemberState } from './monitor-group.ts'
import type { Status } from './status.ts'
import { type ComponentState, stateOfGroup, stateOfMonitor, stateOfParts, statusOfState } from './status-page.ts'
import type { StatusInterval } from './uptime.ts'

/** What was said of a member of a group, in order and without overlaps. */
export interface MemberHistory {
  readonly weight: number
  readonly intervals: readonly StatusInterval[]
}

/** A stretch of time in which a group was the same, as monitors are and as pages say it. */
export interface GroupStretch extends StatusInterval {
  readonly state: ComponentState
}

/**
 * What a group was in a window, by the rule that it has now: at every instant what its members were then makes it. A member of
 * which nothing was said yet is left out, and so is time in which nothing was said of any. What stands at the end has no end.
 */
export function groupHistory(rule: GroupRule, members: readonly MemberHistory[], window: Window): GroupStretch[] {
  return stretchesOf(members, window, (standing) => ({
    status: judgeGroup(rule, standing),
    state: stateOfGroup(rule, standing),
  }))
}

/**
 * What something that consists of parts was in a window: at every instant the worst of them, and out as a whole only where all of
 * them were. A part of which nothing was said yet is left out.
 */
export function partsHistory(parts: readonly (readonly StatusInterval[])[], window: Window): GroupStretch[] {
  const members = parts.map((intervals) => ({ weight: 1, intervals }))
  return stretchesOf(members, window, (standing) => {
    const state = stateOfParts(standing.map(({ status }) => stateOfMonitor(status)))
    return { status: statusOfState(state), state }
  })
}

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

function stretchesOf(
  members: readonly MemberHistory[],
  window: Window,
  judge: (standing: readonly MemberState[]) => Pick<GroupStretch, 'status' | 'state'>,
): GroupStretch[] {
  const now: (Status | undefined)[] = members.map(() => undefined)
  const found: (Omit<GroupStretch, 'endedAtMs'> & { endedAtMs: number | null })[] = []
  for (const [atMs, changes] of Map.groupBy(turnsOf(members, window), (turn) => turn.atMs)) {
    for (const { member, status } of changes) now[member] = status
    const standing = members.flatMap(({ weight }, place): MemberState[] => {
      const status = now[place]
      return status === undefined ? [] : [{ weight, status }]
    })
    const last = found.at(-1)
    const judged = judge(standing)
    const isOpen = last !== undefined && last.endedAtMs === null
    if (isOpen && standing.length > 0 && last.status === judged.status && last.state === judged.state) continue
    if (isOpen) last.endedAtMs = atMs
    if (standing.length > 0) found.push({ ...judged, beganAtMs: atMs, endedAtMs: null })
  }
  return found
}

interface Turn {
  readonly atMs: number
  readonly member: number
  /** Undefined where nothing is said of it from then on. */
  readonly status: Status | undefined
}

/** In order; of one instant the ends are first, so that what begins then stands. */
function turnsOf(members: readonly MemberHistory[], { fromMs, toMs }: Window): Turn[] {
  const turns = members.flatMap(({ intervals }, member) =>
    intervals.flatMap(({ status, beganAtMs, endedAtMs }): Turn[] => {
      const startMs = Math.max(beganAtMs, fromMs)
      const endMs = endedAtMs ?? Number.POSITIVE_INFINITY
      if (startMs >= toMs || endMs <= startMs) return []
      const begun = { atMs: startMs, member, status }
      return endMs < toMs ? [begun, { atMs: endMs, member, status: undefined }] : [begun]
    }),
  )
  return turns.toSorted(
    (one, other) => one.atMs - other.atMs || Number(one.status !== undefined) - Number(other.status !== undefined),
  )
}
