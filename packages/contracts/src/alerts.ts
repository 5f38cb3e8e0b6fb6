import { alertParts, plannedEvents } from '@repo/domain/alert-plan'
import { type AlertPolicy, alertLimits, alertTopics } from '@repo/domain/alert-policy'
import { weekdays } from '@repo/domain/maintenance'
import { type OnCallLayer, onCallLimits } from '@repo/domain/on-call'
import { z } from 'zod'
import { monitorName, tag } from './monitors.ts'
import { timeZone } from './time-zone.ts'

/** Who is told of what, when and until when; and who is on call. */

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day, such as 22:00')
const days = z
  .array(z.enum(weekdays))
  .min(1)
  .max(7)
  .refine((list) => new Set(list).size === list.length, 'a day is named twice')
const topics = z
  .array(z.enum(alertTopics))
  .max(alertTopics.length)
  .refine((list) => new Set(list).size === list.length, 'a topic is named twice')
const ids = (max: number) =>
  z
    .array(z.uuid())
    .max(max)
    .refine((list) => new Set(list).size === list.length, 'one is named twice')
const isNoInstant = ({ from, to }: { from: string; to: string }) => from !== to
const noInstant = 'it ends when it begins'

const monitorChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }).strict(),
  z.object({ kind: z.literal('tags'), tags: z.array(tag).min(1).max(20) }).strict(),
  z.object({ kind: z.literal('groups'), groupIds: ids(100).min(1) }).strict(),
  z.object({ kind: z.literal('monitors'), monitorIds: ids(1_000).min(1) }).strict(),
])

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('channel'), channelId: z.uuid() }).strict(),
  z.object({ kind: z.literal('person'), userId: z.uuid() }).strict(),
  z.object({ kind: z.literal('schedule'), scheduleId: z.uuid() }).strict(),
  z.object({ kind: z.literal('everyone') }).strict(),
])

const step = z
  .object({
    afterSeconds: z
      .number()
      .int()
      .min(0)
      .max(alertLimits.afterMs.max / 1_000),
    targets: z.array(target).min(1).max(alertLimits.targets),
  })
  .strict()

const quiet = z
  .object({ timeZone, days, from: time, to: time, breaksThrough: topics })
  .strict()
  .refine(isNoInstant, noInstant)

const { repeatEveryMs } = alertLimits

/** What a policy decides, as it is asked for and stored. */
export const alertRuleSchema = z
  .object({
    monitors: monitorChoice,
    topics: topics.min(1),
    steps: z
      .array(step)
      .min(1)
      .max(alertLimits.steps)
      .refine(
        (steps) => steps.every(({ afterSeconds }, place) => afterSeconds >= (steps[place - 1]?.afterSeconds ?? 0)),
        'the steps are not in the order of their instants',
      ),
    repeatEverySeconds: z
      .number()
      .int()
      .min(repeatEveryMs.min / 1_000)
      .max(repeatEveryMs.max / 1_000)
      .nullable()
      .default(null),
    quiet: quiet.nullable().default(null),
    fallbackChannelIds: ids(alertLimits.fallbacks).default([]),
  })
  .strict()
export type AlertRule = z.output<typeof alertRuleSchema>

export function toAlertPolicy(id: string, rule: AlertRule): AlertPolicy {
  const { steps, repeatEverySeconds, ...rest } = rule
  return {
    id,
    ...rest,
    steps: steps.map(({ afterSeconds, targets }) => ({ afterMs: afterSeconds * 1_000, targets })),
    repeatEveryMs: repeatEverySeconds === null ? null : repeatEverySeconds * 1_000,
  }
}

/** `POST /api/v1/alert-policies`. */
export const createAlertPolicySchema = z.object({ name: monitorName, rule: alertRuleSchema }).strict()

/** `PATCH /api/v1/alert-policies/:id`: what is left out stays as it is; the rule is set as a whole. */
export const changeAlertPolicySchema = z
  .object({ name: monitorName.optional(), rule: alertRuleSchema.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

export const alertPolicySchema = z.object({
  id: z.string(),
  name: z.string(),
  rule: alertRuleSchema,
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type AlertPolicyJson = z.output<typeof alertPolicySchema>

/** `GET /api/v1/alert-policies`: all of them, in the order in which they were made. */
export const alertPolicyListSchema = z.object({ items: z.array(alertPolicySchema) })

const DAY_SECONDS = 86_400

/** `POST /api/v1/alert-policies/simulate`: what if a monitor went down then, and came back after so long? */
export const simulateSchema = z
  .object({
    monitorId: z.uuid(),
    at: z.iso.datetime({ offset: true }),
    severity: z.enum(['down', 'degraded']).default('down'),
    /** Null where it does not come back. */
    lastsSeconds: z
      .number()
      .int()
      .min(1)
      .max(7 * DAY_SECONDS)
      .nullable()
      .default(null),
    /** Null where nobody looks after it. */
    acknowledgedAfterSeconds: z
      .number()
      .int()
      .min(0)
      .max(7 * DAY_SECONDS)
      .nullable()
      .default(null),
    /** A policy that is not saved, in place of the one of this id or beside all others: nothing of it is kept. */
    draft: z
      .object({ policyId: z.uuid().nullable().default(null), name: monitorName, rule: alertRuleSchema })
      .strict()
      .nullable()
      .default(null),
  })
  .strict()

/** What a policy that is not saved is known by in an answer. */
export const draftPolicyId = 'draft'

/** How far a simulation looks, and how much of it is answered. */
export const simulationLimits = { spanSeconds: 2 * DAY_SECONDS, items: 500 } as const

export const simulationSchema = z.object({
  items: z.array(
    z.object({
      at: z.iso.datetime(),
      event: z.enum(plannedEvents),
      /** Whether a channel is told first of it, reminded, told of a change or of the end. */
      part: z.enum(alertParts),
      channel: z.object({ id: z.string(), name: z.string(), kind: z.string() }),
      policy: z.object({ id: z.string(), name: z.string() }),
    }),
  ),
  /** Whether there would be more than is shown. */
  isCut: z.boolean(),
})
export type Simulation = z.output<typeof simulationSchema>

/** The first hundred of them, by their names. */
const uncovered = z.object({
  count: z.number().int(),
  items: z.array(z.object({ id: z.string(), name: z.string() })),
})

/** `GET /api/v1/alert-policies/coverage`: of how many monitors that are not paused nobody would be told that they are down. */
export const coverageSchema = z.object({ monitors: z.number().int(), uncovered })
export type Coverage = z.output<typeof coverageSchema>

/** `GET /api/v1/channels/:id/uses`: which policies name a channel, and of which monitors nobody would be told without it. */
export const channelUsesSchema = z.object({
  policies: z.array(z.object({ id: z.string(), name: z.string(), as: z.array(z.enum(['step', 'fallback'])) })),
  uncovered,
})
export type ChannelUses = z.output<typeof channelUsesSchema>

/** As somebody who has the value would write it down. */
export function toAlertRule(policy: AlertPolicy): AlertRule {
  return {
    monitors: policy.monitors as AlertRule['monitors'],
    topics: [...policy.topics],
    steps: policy.steps.map(({ afterMs, targets }) => ({ afterSeconds: afterMs / 1_000, targets: [...targets] })),
    repeatEverySeconds: policy.repeatEveryMs === null ? null : policy.repeatEveryMs / 1_000,
    quiet: policy.quiet as AlertRule['quiet'],
    fallbackChannelIds: [...policy.fallbackChannelIds],
  }
}

/** People who take turns: the topmost layer, which is the last, counts where it has somebody. */
export const onCallLayersSchema = z
  .array(
    z
      .object({
        people: z.array(z.uuid()).min(1).max(onCallLimits.people),
        startsOn: z.iso.date(),
        turnDays: z.number().int().min(1).max(onCallLimits.turnDays),
        handover: time,
        timeZone,
        only: z.object({ days, from: time, to: time }).strict().refine(isNoInstant, noInstant).nullable(),
      })
      .strict(),
  )
  .min(1)
  .max(onCallLimits.layers) satisfies z.ZodType<OnCallLayer[]>

/** The place for which the settings of a channel are sealed: in any other they cannot be opened. */
export function channelContext(workspaceId: string, channelId: string): string {
  return `channel ${workspaceId} ${channelId}`
}
