import { type ClockWindow, windowAt } from './clock-window.ts'
import type { Severity } from './incident.ts'
import { type OnCallSchedule, whoIsOnCall } from './on-call.ts'

/** Who is told of what, when, and until when: what people decide of alerts. */
export interface AlertPolicy {
  readonly id: string
  readonly monitors: MonitorChoice
  /** What it is about; of anything else it tells nobody. */
  readonly topics: readonly AlertTopic[]
  /** In the order of their instants. */
  readonly steps: readonly AlertStep[]
  /** After the last step that one comes again so often, until somebody acknowledges or it is over; never where it is null. */
  readonly repeatEveryMs: number | null
  readonly quiet: QuietHours | null
  /** Channels that are told where one of the steps fails again and again, the first that was not told yet. */
  readonly fallbackChannelIds: readonly string[]
}

export const alertTopics = ['down', 'degraded', 'recovered', 'advisory', 'warning'] as const
export type AlertTopic = (typeof alertTopics)[number]

export type MonitorChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'groups'; readonly groupIds: readonly string[] }
  | { readonly kind: 'monitors'; readonly monitorIds: readonly string[] }

export interface AlertStep {
  /** So long after the outage was told first, where nobody has acknowledged it by then. */
  readonly afterMs: number
  readonly targets: readonly AlertTarget[]
}

/** A person is told by their own channels, whoever is on call by theirs, everyone by those of everyone. */
export type AlertTarget =
  | { readonly kind: 'channel'; readonly channelId: string }
  | { readonly kind: 'person'; readonly userId: string }
  | { readonly kind: 'schedule'; readonly scheduleId: string }
  | { readonly kind: 'everyone' }

/** Nobody is told within it: what is told first waits for its end, what is said again is not said at all. */
export interface QuietHours extends ClockWindow {
  /** Of this people are told all the same. */
  readonly breaksThrough: readonly AlertTopic[]
}

export const alertLimits = {
  policies: 200,
  channels: 200,
  steps: 10,
  targets: 50,
  fallbacks: 5,
  afterMs: { max: 24 * 3_600_000 },
  repeatEveryMs: { min: 60_000, max: 24 * 3_600_000 },
} as const

/** What of a monitor tells whether a policy is about it. */
export interface AlertedMonitor {
  readonly id: string
  readonly tags: readonly string[]
  readonly groupIds: readonly string[]
}

export function isAbout({ monitors: choice }: Pick<AlertPolicy, 'monitors'>, monitor: AlertedMonitor): boolean {
  switch (choice.kind) {
    case 'all':
      return true
    case 'tags':
      return choice.tags.some((tag) => monitor.tags.includes(tag))
    case 'groups':
      return choice.groupIds.some((id) => monitor.groupIds.includes(id))
    case 'monitors':
      return choice.monitorIds.includes(monitor.id)
  }
}

/** Whether people want to hear of an outage of this severity. */
export function isOfTopic({ topics }: Pick<AlertPolicy, 'topics'>, severity: Severity | null): boolean {
  return severity !== null && topics.includes(severity)
}

/** When something that comes due at an instant may be told; null where it is told at once. */
export function quietUntil(quiet: QuietHours | null, topic: AlertTopic, atMs: number): number | null {
  if (quiet === null || quiet.breaksThrough.includes(topic)) return null
  return windowAt(quiet, atMs)?.toMs ?? null
}

/** Whom there is to tell in a workspace. */
export interface Recipients {
  readonly channels: readonly AlertChannel[]
  readonly schedules: readonly OnCallSchedule[]
}

export interface AlertChannel {
  readonly id: string
  /** Whose it is; null where it is of the workspace. */
  readonly userId: string | null
}

/** The channels that these targets come to at an instant, each once, in their order. */
export function channelsOf(targets: readonly AlertTarget[], recipients: Recipients, atMs: number): string[] {
  return [...new Set(targets.flatMap((target) => channelsOfTarget(target, recipients, atMs)))]
}

function channelsOfTarget(target: AlertTarget, { channels, schedules }: Recipients, atMs: number): string[] {
  const idsOf = (isMeant: (channel: AlertChannel) => boolean) => channels.filter(isMeant).map(({ id }) => id)
  switch (target.kind) {
    case 'channel':
      return idsOf(({ id }) => id === target.channelId)
    case 'person':
      return idsOf(({ userId }) => userId === target.userId)
    case 'everyone':
      return idsOf(({ userId }) => userId !== null)
    case 'schedule': {
      const schedule = schedules.find(({ id }) => id === target.scheduleId)
      const onCall = schedule && whoIsOnCall(schedule, atMs)
      return onCall === undefined ? [] : idsOf(({ userId }) => userId === onCall)
    }
  }
}
