import { statuses } from '@repo/domain/status'
import { z } from 'zod'
import type { Codec } from './check-message.ts'
import { tickSchema } from './ticks.ts'

/**
 * The frames of the WebSocket `/api/v1/live`, one JSON document each, for the caller's workspace only. The first frame is
 * `hello`. Ids grow within a connection; a client that reconnects reads anew what it shows, for it may have missed frames.
 */
export const liveFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), id: z.number().int(), at: z.iso.datetime() }),
  /** A tick was committed. */
  z.object({ type: z.literal('tick'), id: z.number().int(), monitorId: z.string(), tick: tickSchema }),
  /** The verdict of a monitor moved, or a person paused or resumed it. */
  z.object({
    type: z.literal('monitor.status'),
    id: z.number().int(),
    monitorId: z.string(),
    status: z.enum(statuses),
    previous: z.enum(statuses),
    since: z.iso.datetime().nullable(),
    message: z.string().nullable(),
  }),
  /** A person created or changed a monitor: read it anew. */
  z.object({ type: z.literal('monitor.changed'), id: z.number().int(), monitorId: z.string() }),
  z.object({ type: z.literal('monitor.deleted'), id: z.number().int(), monitorId: z.string() }),
])
export type LiveFrame = z.output<typeof liveFrameSchema>

/** What travels on the live bus between processes; the API gives each frame its id on the way out. */
type WithoutId<Frame> = Frame extends unknown ? Omit<Frame, 'id'> : never
export type LiveEvent = WithoutId<Exclude<LiveFrame, { type: 'hello' }>>

/** Events of one workspace, as one message on the live bus. */
export interface LiveBatch {
  readonly workspaceId: string
  readonly events: readonly LiveEvent[]
}

export const liveBatchCodec: Codec<LiveBatch> = {
  encode: (batch) => JSON.stringify(batch),
  decode: (text) => liveBatchSchema.parse(JSON.parse(text)) as unknown as LiveBatch,
}

/** Its events were checked by whoever made them, who is one of us: only the envelope is looked at here. */
const liveBatchSchema = z.object({ workspaceId: z.string(), events: z.array(z.looseObject({ type: z.string() })) })
