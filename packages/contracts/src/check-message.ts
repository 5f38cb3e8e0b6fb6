import type { Check, CheckResult } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { type Outcome, outcomeCodes } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'
import { type CheckSpec, checkSpecSchema } from './check-spec.ts'

const us = z.number().int().nonnegative()
const epochMs = z.number().int().positive()

const slotShape = {
  monitorId: z.string().transform(parseMonitorId),
  monitorKey: z.number().int().positive(),
  region: z.string().transform(parseRegion),
  scheduledAtMs: epochMs,
}

/** A check as it stands in `betterstack:website:<region>`. Unknown fields are ignored: a newer publisher may add some. */
export const checkSchema = z.object({ ...slotShape, expiresAtMs: epochMs, spec: checkSpecSchema })

const phasesSchema = z.object({
  dnsUs: us.nullable(),
  connectUs: us.nullable(),
  tlsUs: us.nullable(),
  firstByteUs: us.nullable(),
  transferUs: us.nullable(),
  totalUs: us,
})

export const outcomeSchema = z.object({
  verdict: z.enum(['up', 'degraded', 'down', 'unknown']),
  code: z.enum(outcomeCodes),
  message: z.string().max(1_000),
  phases: phasesSchema,
  address: z.string().nullable(),
  status: z.number().int().nullable(),
  redirects: z.number().int().nonnegative(),
  certificateExpiresAtMs: z.number().int().nullable(),
}) satisfies z.ZodType<Outcome>

/** A result as it stands in `betterstack:db`. */
export const checkResultSchema = z.object({ ...slotShape, startedAtMs: epochMs, outcome: outcomeSchema })

/** How a message is written into a stream and read out of it; `decode` throws on text that is not such a message. */
export interface Codec<Message> {
  encode(message: Message): string
  decode(text: string): Message
}

export const checkCodec: Codec<Check<CheckSpec>> = {
  encode: (check) => JSON.stringify(check),
  decode: (text) => checkSchema.parse(JSON.parse(text)),
}

export const checkResultCodec: Codec<CheckResult> = {
  encode: (result) => JSON.stringify(result),
  decode: (text) => checkResultSchema.parse(JSON.parse(text)),
}
