import { statuses } from '@repo/domain/status'
import { z } from 'zod'
import type { Codec } from './check-message.ts'
import { tickSchema } from './ticks.ts'

/** `<epoch>-<number>`: grows within an epoch; ids of two epochs say nothing about each other. */
const id = z.string()

/**
 * The frames of the WebSocket `/api/v1/live`, one JSON document each, for the caller's workspace only. The first frame is
 * `hello`. A client that comes back with `?after=<the last id it saw>` hears what it missed, or else `gap`.
 */
export const liveFrameSchema = z.discriminatedUnion('type', [
  /** What comes next is what comes after this id. */
  z.object({ type: z.literal('hello'), id, at: z.iso.datetime() }),
  /** Frames are missing that cannot be told any more: read anew what you show. */
  z.object({ type: z.literal('gap'), id }),
  /** Every 20 seconds, whatever happens: who hears nothing for longer has lost the connection. */
  z.object({ type: z.literal('heartbeat'), at: z.iso.datetime() }),
  /** A tick was committed. */
  z.object({ type: z.literal('tick'), id, monitorId: z.string(), tick: tickSchema }),
  /** The verdict of a monitor moved, maintenance began or ended, or a person paused or resumed it. */
  z.object({
    type: z.literal('monitor.status'),
    id,
    monitorId: z.string(),
    status: z.enum(statuses),
    previous: z.enum(statuses),
    since: z.iso.datetime().nullable(),
    message: z.string().nullable(),
  }),
  /** A person created or changed a monitor: read it anew. */
  z.object({ type: z.literal('monitor.changed'), id, monitorId: z.string() }),
  /** An incident opened, ended, or something happened in it: read it anew. */
  z.object({ type: z.literal('incident.changed'), id, incidentId: z.string(), monitorId: z.string() }),
  /** A group went down or works again: read it anew. */
  z.object({ type: z.literal('group.changed'), id, groupId: z.string() }),
  z.object({ type: z.literal('monitor.deleted'), id, monitorId: z.string() }),
])
export type LiveFrame = z.output<typeof liveFrameSchema>

/** The frames that tell what happened in the workspace. */
export type LiveChange = Exclude<LiveFrame, { type: 'hello' | 'gap' | 'heartbeat' }>

/** The frames that tell what happened to one monitor. */
export type MonitorFrame = Extract<LiveChange, { monitorId: string }>

/** How often a heartbeat comes, and after what silence a connection is to be taken for dead. */
export const liveTimes = { heartbeatMs: 20_000, silentMs: 45_000 } as const

/** The close code (RFC 6455, 7.4.2: private use) of a socket whose session or key has ended: sign in, do not just reconnect. */
export const liveSessionEnded = 4401

/** What travels on the live bus between processes; the API gives each frame its id on the way out. */
type WithoutId<Frame> = Frame extends unknown ? Omit<Frame, 'id'> : never
export type LiveEvent = WithoutId<LiveChange>

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
