import { groupLimits } from '@repo/domain/monitor-group'
import { statuses } from '@repo/domain/status'
import { z } from 'zod'
import { monitorName } from './monitors.ts'

/** Groups of monitors that stand for one thing. */

const count = z.number().int().min(1).max(groupLimits.members)
const weight = z.number().int().min(1).max(groupLimits.weight)

/** What a group needs in order to work. */
export const groupRuleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }).strict(),
  z.object({ kind: z.literal('any') }).strict(),
  z.object({ kind: z.literal('atLeast'), count }).strict(),
  z
    .object({
      kind: z.literal('weight'),
      threshold: z
        .number()
        .int()
        .min(1)
        .max(groupLimits.members * groupLimits.weight),
    })
    .strict(),
])

const members = z
  .array(z.object({ monitorId: z.uuid(), weight: weight.default(1) }).strict())
  .max(groupLimits.members, `a group has at most ${groupLimits.members} members`)
  .refine((list) => new Set(list.map(({ monitorId }) => monitorId)).size === list.length, 'a monitor is named twice')

/** `POST /api/v1/groups`. */
export const createGroupSchema = z.object({ name: monitorName, rule: groupRuleSchema, members }).strict()

/** `PATCH /api/v1/groups/:id`: what is left out stays as it is; members are set as a whole. */
export const changeGroupSchema = z
  .object({ name: monitorName.optional(), rule: groupRuleSchema.optional(), members: members.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

export const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  rule: groupRuleSchema,
  /** What its members together say now. */
  status: z.enum(statuses),
  members: z.array(
    z.object({ monitorId: z.string(), name: z.string(), weight: z.number().int(), status: z.enum(statuses) }),
  ),
  /** The one that lasts. */
  outage: z.object({ id: z.string(), beganAt: z.iso.datetime() }).nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Group = z.output<typeof groupSchema>

/** `GET /api/v1/groups?limit=1…200&cursor=…`, in the order in which they were made. */
export const groupPageSchema = z.object({ items: z.array(groupSchema), nextCursor: z.string().nullable() })

/** From when to when a group did not work, and which of its members did not when that began, by their names then. */
export const groupOutageSchema = z.object({
  id: z.string(),
  beganAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  failing: z.array(z.string()),
})

/** `GET /api/v1/groups/:id/outages?limit=1…200&cursor=…`, newest first. */
export const groupOutagePageSchema = z.object({ items: z.array(groupOutageSchema), nextCursor: z.string().nullable() })
export type GroupOutagePage = z.output<typeof groupOutagePageSchema>
