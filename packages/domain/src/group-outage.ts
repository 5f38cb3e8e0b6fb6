import { type GroupRule, judgeGroup, type MemberState } from './monitor-group.ts'
import type { Status } from './status.ts'

/** A member as it is now. */
export interface StandingMember extends MemberState {
  readonly name: string
  /** Since when it has this status; null where nothing was ever known of it. */
  readonly sinceMs: number | null
  /** People hear of its own outage, and not only after a while: no maintenance, no parent and no brake holds it back. */
  readonly isTold: boolean
}

export interface StandingGroup {
  readonly rule: GroupRule
  readonly members: readonly StandingMember[]
  /** When a person last changed it. */
  readonly changedAtMs: number
  readonly open: { readonly beganAtMs: number; readonly isTold: boolean } | null
}

/** What becomes of the outage of a group. `failing` are the names of its members that do not work. */
export type GroupOutageStep =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'open'
      readonly beganAtMs: number
      readonly failing: readonly string[]
      readonly isTold: boolean
    }
  /** It lasts, and what kept people from being told of it is over. */
  | { readonly kind: 'tell' }
  | { readonly kind: 'end'; readonly endedAtMs: number }

/**
 * A group is out from the instant at which the member went that it could not do without, to that at which one came back that was
 * enough. As with a monitor, that nothing is known ends no outage, and neither does maintenance: nobody saw it work.
 */
export function decideGroupOutage(group: StandingGroup, nowMs: number): GroupOutageStep {
  const { rule, members, open } = group
  switch (judgeGroup(rule, members)) {
    case 'down':
      return lasts(group, nowMs)
    case 'up':
    case 'degraded':
    case 'paused':
      return open ? { kind: 'end', endedAtMs: endOf(group, open.beganAtMs, nowMs) } : { kind: 'none' }
    default:
      return { kind: 'none' }
  }
}

function lasts({ members, changedAtMs, open }: StandingGroup, nowMs: number): GroupOutageStep {
  const failing = members.filter(({ status }) => isFailing(status))
  const isTold = failing.some((member) => member.isTold)
  if (open) return isTold && !open.isTold ? { kind: 'tell' } : { kind: 'none' }
  const beganAtMs = Math.min(nowMs, Math.max(changedAtMs, newest(failing)))
  return { kind: 'open', beganAtMs, failing: failing.map(({ name }) => name), isTold }
}

/** When the last of the others came to what it is, or a person asked for less; now, where neither was after its beginning. */
function endOf({ members, changedAtMs }: StandingGroup, beganAtMs: number, nowMs: number): number {
  const sinceMs = Math.max(changedAtMs, newest(members.filter(({ status }) => !isFailing(status))))
  return sinceMs > beganAtMs ? Math.min(sinceMs, nowMs) : Math.max(beganAtMs, nowMs)
}

function isFailing(status: Status): boolean {
  return status === 'down' || status === 'unknown'
}

function newest(members: readonly StandingMember[]): number {
  return Math.max(...members.map(({ sinceMs }) => sinceMs ?? 0), 0)
}
