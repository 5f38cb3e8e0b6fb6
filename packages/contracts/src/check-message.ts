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
  dns: us.nullable(),
  connect: us.nullable(),
  tls: us.nullable(),
  firstByte: us.nullable(),
  transfer: us.nullable(),
  total: us,
})

const address = z.union([z.ipv4(), z.ipv6()])
const isoTime = z.iso.datetime().refine((text) => text < '9999', 'is beyond the year 9998')

const hopSchema = z.object({
  url: z.string().max(4_096),
  address: address.nullable(),
  status: z.number().int().nullable(),
  total: us,
})

const certificateSchema = z.object({
  subject: plainText,
  names: z.array(plainText).max(200),
  issuer: plainText,
  notBefore: isoTime.nullable(),
  notAfter: isoTime.nullable(),
  key: plainText,
  signature: plainText,
  fingerprint: plainText,
  chain: z.array(z.object({ subject: plainText, issuer: plainText, notAfter: isoTime.nullable() })).max(16),
  protocol: plainText,
  cipher: plainText,
})

const evidenceText = z.string().max(16_384).nullable()
const evidenceSchema = z.object({
  request: evidenceText,
  responseHead: evidenceText,
  body: evidenceText,
  addresses: z.array(address).max(64),
  chain: z.array(plainText).max(16),
  curl: evidenceText,
})

export const outcomeSchema = z.object({
  verdict: z.enum(['up', 'degraded', 'down', 'unknown']),
  code: z.enum(outcomeCodes),
  message: plainText,
  phases: phasesSchema,
  address: address.nullable(),
  status: z.number().int().min(0).max(999).nullable(),
  hops: z.array(hopSchema).max(16),
  httpVersion: plainText.nullable(),
  bodyBytes: z.number().int().nonnegative().nullable(),
  certificate: certificateSchema.nullable(),
  facts: z.record(
    z.string().max(64),
    z.union([plainText, z.number(), z.boolean(), z.null(), z.array(plainText).max(256)]),
  ),
  evidence: evidenceSchema.nullable(),
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
