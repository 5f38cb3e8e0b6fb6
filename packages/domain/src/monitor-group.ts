import type { Status } from './status.ts'

/** What a group needs in order to work: all of its members, any one, so many, or so much of their weight. */
export type GroupRule =
  | { readonly kind: 'all' }
  | { readonly kind: 'any' }
  | { readonly kind: 'atLeast'; readonly count: number }
  | { readonly kind: 'weight'; readonly threshold: number }

export interface MemberState {
  readonly status: Status
  readonly weight: number
}

export const groupLimits = { members: 200, weight: 1_000, groups: 500 } as const

/**
 * What the members together say of their group. Those that are paused or under maintenance are left out, and where too few are left
 * all of those are needed. What is not known of might work: the group is down only where it would be even then.
 */
export function judgeGroup(rule: GroupRule, members: readonly MemberState[]): Status {
  const counted = members.filter(({ status }) => status !== 'paused' && status !== 'maintenance')
  if (counted.length === 0) return restingStatus(members)
  const sizeOf = (states: readonly Status[]) =>
    sum(counted.filter(({ status }) => states.includes(status)).map((member) => sizeIn(rule, member)))
  const needed = Math.min(neededBy(rule), sum(counted.map((member) => sizeIn(rule, member))))
  const working = sizeOf(['up', 'degraded'])
  if (working < needed) return working + sizeOf(['unknown']) >= needed ? 'unknown' : 'down'
  return counted.every(({ status }) => status === 'up') ? 'up' : 'degraded'
}

function restingStatus(members: readonly MemberState[]): Status {
  if (members.length === 0) return 'unknown'
  return members.some(({ status }) => status === 'maintenance') ? 'maintenance' : 'paused'
}

function sizeIn({ kind }: GroupRule, { weight }: MemberState): number {
  return kind === 'weight' ? weight : 1
}

function neededBy(rule: GroupRule): number {
  if (rule.kind === 'weight') return rule.threshold
  if (rule.kind === 'atLeast') return rule.count
  return rule.kind === 'any' ? 1 : Number.POSITIVE_INFINITY
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0)
}
