import { z } from 'zod'
import { monitorName } from './monitors.ts'

/** Ways to tell people, as they are set up. What settings a channel takes depends on its kind. */

/** What stands in place of a secret: that there is one. Sent back, it keeps what is stored. */
export const secretMark = z.object({ set: z.literal(true) }).strict()

const settings = z
  .record(z.string().max(100), z.unknown())
  .refine((given) => Object.keys(given).length <= 50, 'has more than 50 fields')

/** `POST /api/v1/channels`. */
export const createChannelSchema = z
  .object({
    name: monitorName,
    kind: z.string().min(1).max(40),
    /** Whose it is: they are told by it wherever they are to be told. Null where it is of the workspace. */
    userId: z.uuid().nullable().default(null),
    settings,
  })
  .strict()

/** `PATCH /api/v1/channels/:id`: what is left out stays as it is; settings are set as a whole. */
export const changeChannelSchema = z
  .object({ name: monitorName.optional(), settings: settings.optional(), paused: z.boolean().optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

export const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  userId: z.string().nullable(),
  /** Without its secrets. Null where they cannot be opened, or the kind is not known here. */
  settings: z.record(z.string(), z.unknown()).nullable(),
  paused: z.boolean(),
  /** How often in a row it was in vain, since when, and when a message was taken last. */
  failures: z.number().int(),
  failingSince: z.iso.datetime().nullable(),
  lastAcceptedAt: z.iso.datetime().nullable(),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type ChannelJson = z.output<typeof channelSchema>

/** `GET /api/v1/channels?limit=1…200&cursor=…`, in the order in which they were made. */
export const channelPageSchema = z.object({ items: z.array(channelSchema), nextCursor: z.string().nullable() })

/** `GET /api/v1/web-push`. */
export const webPushSchema = z.object({
  /** The `applicationServerKey` with which a browser subscribes; null where this instance tells nobody by web push. */
  publicKey: z.string().nullable(),
})
export type WebPush = z.output<typeof webPushSchema>

/** `POST /api/v1/channels/:id/test`: what the provider made of a message. */
export const channelTestSchema = z.object({
  outcome: z.enum(['accepted', 'retry', 'refused']),
  reason: z.string(),
  /** What the provider said. */
  answer: z.string(),
})
