import { type MonitorId, parseMonitorId } from '@repo/domain/ids'
import { z } from 'zod'
import type { Codec } from './check-message.ts'

/** What the API tells the publishers on the live bus: read this monitor anew, it was created, changed, paused or deleted. */
export interface MonitorChanged {
  readonly monitorId: MonitorId
}

export const monitorChangedSchema = z.object({ monitorId: z.string().transform(parseMonitorId) })

export const monitorChangedCodec: Codec<MonitorChanged> = {
  encode: (change) => JSON.stringify(change),
  decode: (text) => monitorChangedSchema.parse(JSON.parse(text)),
}
