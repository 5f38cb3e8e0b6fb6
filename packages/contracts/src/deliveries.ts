import { alertParts, plannedEvents } from '@repo/domain/alert-plan'
import { deliveryStates } from '@repo/domain/delivery'
import { z } from 'zod'

/** Who was told what, and what the provider said. */

export const attemptOutcomes = ['accepted', 'retry', 'refused', 'lost'] as const

export const deliverySchema = z.object({
  /** By which receivers know it: the same in every attempt. */
  id: z.string(),
  event: z.enum(plannedEvents),
  part: z.enum(alertParts),
  state: z.enum(deliveryStates),
  channel: z.object({ id: z.string(), name: z.string(), kind: z.string() }),
  /** Null where it is gone. */
  policy: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Whom or what the message is about, by the name that it has now; a storm is of so many monitors. */
  about: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('monitor'), id: z.string(), name: z.string() }),
    z.object({ kind: z.literal('group'), id: z.string(), name: z.string() }),
    z.object({ kind: z.literal('storm'), id: z.string(), monitors: z.number().int() }),
  ]),
  incidentId: z.string().nullable(),
  stormId: z.string().nullable(),
  /** Another channel failed, and this was told in its place. */
  fallbackOf: z.string().nullable(),
  dueAt: z.iso.datetime(),
  /** When it is tried again; null where nobody tries any more. */
  nextAt: z.iso.datetime().nullable(),
  doneAt: z.iso.datetime().nullable(),
  attempts: z.array(
    z.object({
      number: z.number().int(),
      beganAt: z.iso.datetime(),
      endedAt: z.iso.datetime(),
      outcome: z.enum(attemptOutcomes),
      reason: z.string(),
      answer: z.string(),
    }),
  ),
})
export type DeliveryJson = z.output<typeof deliverySchema>

/** `GET /api/v1/deliveries?limit=1…200&cursor=…&state=…&channelId=…&incidentId=…`, newest first. */
export const deliveryPageSchema = z.object({ items: z.array(deliverySchema), nextCursor: z.string().nullable() })
