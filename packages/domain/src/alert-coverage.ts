import { type AlertedMonitor, type AlertPolicy, type AlertTarget, isAbout, type Recipients } from './alert-policy.ts'

/** Which monitors nobody would be told of, and what depends on a channel: so that a silence is seen before an outage shows it. */

/** Whether somebody would be told, at some time of the week and by some step, that this monitor is down. */
export function isCovered(
  monitor: AlertedMonitor,
  { policies, recipients }: { readonly policies: readonly AlertPolicy[]; readonly recipients: Recipients },
): boolean {
  return policies.some(
    (policy) =>
      policy.topics.includes('down') &&
      isAbout(policy, monitor) &&
      policy.steps.some(({ targets }) => targets.some((target) => isReached(target, recipients))),
  )
}

/** How long after the verdict the first step about a monitor that is down tells; null where there is none. */
export function firstStepMs(monitor: AlertedMonitor, policies: readonly AlertPolicy[]): number | null {
  const steps = policies
    .filter((policy) => policy.topics.includes('down') && isAbout(policy, monitor))
    .flatMap((policy) => policy.steps)
  return steps.length === 0 ? null : Math.min(...steps.map(({ afterMs }) => afterMs))
}

/** Who is on call changes: it is enough that one of those who ever are can be reached. */
function isReached(target: AlertTarget, { channels, schedules }: Recipients): boolean {
  switch (target.kind) {
    case 'channel':
      return channels.some(({ id }) => id === target.channelId)
    case 'person':
      return channels.some(({ userId }) => userId === target.userId)
    case 'everyone':
      return channels.some(({ userId }) => userId !== null)
    case 'schedule': {
      const schedule = schedules.find(({ id }) => id === target.scheduleId)
      const people = new Set(schedule?.layers.flatMap((layer) => layer.people))
      return channels.some(({ userId }) => userId !== null && people.has(userId))
    }
  }
}

/** How a policy speaks of a channel by its name: by one of its steps, or as one that stands in for others. */
export function usesOf({ steps, fallbackChannelIds }: AlertPolicy, channelId: string): ('step' | 'fallback')[] {
  const isStep = steps.some(({ targets }) =>
    targets.some((target) => target.kind === 'channel' && target.channelId === channelId),
  )
  return [
    ...(isStep ? (['step'] as const) : []),
    ...(fallbackChannelIds.includes(channelId) ? (['fallback'] as const) : []),
  ]
}
