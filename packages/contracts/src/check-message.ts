import type { Check, CheckResult } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { type Outcome, outcomeCodes } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'
import { type CheckSpec, checkSpecSchema } from './check-spec.ts'

/** Whatever passes this door fits its column: one message that the database refused would hold up all behind it. */
const integer = z.number().int().nonnegative().max(2_147_483_647)
const us = integer
const epochMs = z.number().int().positive().max(Date.UTC(2200, 0))
const plainText = z
  .string()
  .max(1_000)
  .refine((text) => !text.includes('\0'), 'has a NUL character')

const slotShape = {
  monitorId: z.string().transform(parseMonitorId),
  monitorKey: integer.positive(),
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
  message: plainText,
  phases: phasesSchema,
  address: z.union([z.ipv4(), z.ipv6()]).nullable(),
  status: z.number().int().min(0).max(999).nullable(),
  redirects: z.number().int().min(0).max(100),
  certificateExpiresAtMs: z.number().int().min(0).max(Date.UTC(9999, 0)).nullable(),
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
