import { type GroupRule, judgeGroup, type MemberState } from './monitor-group.ts'
import type { Status } from './status.ts'

/**
 * What a component of a status page is, in the words of the Statuspage API, which the tools of the field understand; `unknown` is
 * ours, and is never shown or counted as operational.
 */
export const componentStates = [
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
  'under_maintenance',
  'unknown',
] as const
export type ComponentState = (typeof componentStates)[number]

/** What a page says of all its components together. */
export const indicators = ['none', 'maintenance', 'minor', 'major', 'critical', 'unknown'] as const
export type Indicator = (typeof indicators)[number]

/** How far those are who mend what an incident on a page is about. */
export const phases = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const
export type Phase = (typeof phases)[number]

export const impacts = ['none', 'minor', 'major', 'critical'] as const
export type Impact = (typeof impacts)[number]

const stateOf: Record<Status, ComponentState> = {
  up: 'operational',
  degraded: 'degraded_performance',
  down: 'major_outage',
  unknown: 'unknown',
  maintenance: 'under_maintenance',
  paused: 'unknown',
}

export function stateOfMonitor(status: Status): ComponentState {
  return stateOf[status]
}

const statusOf: Record<ComponentState, Status> = {
  operational: 'up',
  degraded_performance: 'degraded',
  partial_outage: 'degraded',
  major_outage: 'down',
  under_maintenance: 'maintenance',
  unknown: 'unknown',
}

/** What a state counts as in bars and uptimes: an outage of a part is none of the whole. */
export function statusOfState(state: ComponentState): Status {
  return statusOf[state]
}

/** A group that works although one of its members is down has an outage of a part. */
export function stateOfGroup(rule: GroupRule, members: readonly MemberState[]): ComponentState {
  const judged = judgeGroup(rule, members)
  const isPartial = judged === 'degraded' && members.some(({ status }) => status === 'down')
  return isPartial ? 'partial_outage' : stateOf[judged]
}

/** From what nobody has to look at to what everybody does. */
const severity: Record<ComponentState, number> = {
  operational: 0,
  unknown: 1,
  under_maintenance: 2,
  degraded_performance: 3,
  partial_outage: 4,
  major_outage: 5,
}

export function worstState(states: readonly ComponentState[]): ComponentState {
  return states.reduce<ComponentState>(
    (worst, state) => (severity[state] > severity[worst] ? state : worst),
    'operational',
  )
}

/** Whether something that is one of these is in a worse state than if it were the other. */
export function isWorse(state: ComponentState, other: ComponentState): boolean {
  return severity[state] > severity[other]
}

/** Of a component that consists of parts: an outage of some of them is one of a part of it. */
export function stateOfParts(states: readonly ComponentState[]): ComponentState {
  const worst = worstState(states)
  const isWhole = states.every((state) => state === 'major_outage')
  return worst === 'major_outage' && !isWhole ? 'partial_outage' : worst
}

/** Everything out is critical; without a component there is nothing to say. */
export function indicatorOf(states: readonly ComponentState[]): Indicator {
  if (states.length > 0 && states.every((state) => state === 'major_outage')) return 'critical'
  switch (worstState(states)) {
    case 'major_outage':
      return 'major'
    case 'partial_outage':
    case 'degraded_performance':
      return 'minor'
    case 'under_maintenance':
      return 'maintenance'
    default:
      return states.every((state) => state === 'operational') ? 'none' : 'unknown'
  }
}

const urgency: Record<Indicator, number> = { none: 0, unknown: 1, maintenance: 2, minor: 3, major: 4, critical: 5 }

/** What people say of an incident that lasts may be worse than what is seen of components, and never makes it better. */
export function raiseIndicator(indicator: Indicator, said: readonly Impact[]): Indicator {
  return said.reduce<Indicator>((worst, impact) => (urgency[impact] > urgency[worst] ? impact : worst), indicator)
}
