import { parseRegion, type Region } from '@repo/domain/region'
import { systemLimits } from '@repo/domain/system-health'
import { z } from 'zod'
import type { Codec } from './check-message.ts'

/** What each consumer tells of itself every few seconds, on the live bus: so a region is known as soon as one works there. */
export interface ConsumerSeen {
  readonly name: string
  readonly region: Region
  readonly version: string
  /** False while its canaries fail: then nothing that it says counts. */
  readonly online: boolean
  /** False while it judges its own test targets wrongly: then nothing that it says counts either. */
  readonly trusted: boolean
  readonly checksPerSecond: number
  /** How late its checks started, at the 99th percentile since it last told. */
  readonly startLagMs: number
  readonly probesRunning: number
  /** How far its clock is behind that of the streams, by which it works. */
  readonly clockOffsetMs: number
}

const count = z.number().nonnegative()
const name = z.string().min(1).max(200)

export const consumerSeenSchema = z.object({
  name,
  region: z.string().transform(parseRegion),
  version: z.string().max(50),
  online: z.boolean(),
  // One of an earlier version does not say.
  trusted: z.boolean().default(true),
  checksPerSecond: count,
  startLagMs: count,
  probesRunning: count,
  clockOffsetMs: z.number().int(),
})

export const consumerSeenCodec: Codec<ConsumerSeen> = {
  encode: (seen) => JSON.stringify(seen),
  decode: (text) => consumerSeenSchema.parse(JSON.parse(text)),
}

export const consumerSeenLimits = { everyMs: 5_000, goneAfterMs: systemLimits.consumerGoneAfterMs } as const
