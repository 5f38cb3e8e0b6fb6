import { type MonitorId, parseMonitorId } from '@repo/domain/ids'
import { z } from 'zod'
import type { Codec } from './check-message.ts'

/** What the API tells the publishers on the live bus: read these anew, they were created, changed, paused or deleted. */
export interface MonitorChanged {
  readonly monitorIds: readonly MonitorId[]
}

/** So many in one message at most: 40 KB. */
export const changedAtOnce = 1_000

const id = z.string().transform(parseMonitorId)

export const monitorChangedSchema = z.union([
  z.object({ monitorIds: z.array(id).max(changedAtOnce) }),
  z.object({ monitorId: id }).transform(({ monitorId }) => ({ monitorIds: [monitorId] })),
])

export const monitorChangedCodec: Codec<MonitorChanged> = {
  // One alone is written as every version reads it: while processes are replaced one by one, others are of the version before.
  encode: ({ monitorIds }) => JSON.stringify(monitorIds.length === 1 ? { monitorId: monitorIds[0] } : { monitorIds }),
  decode: (text) => monitorChangedSchema.parse(JSON.parse(text)),
}
