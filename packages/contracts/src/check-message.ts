import type { Check, CheckResult } from '@repo/domain/check'
import { parseMonitorId, parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { type Outcome, outcomeCodes } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'
import type { CheckSpec } from './check-spec.ts'
import { address, isEpochMs, isExactResult, isoTime, isSlot, messageLimits } from './exact-result.ts'
import { KnownSpecs } from './known-specs.ts'
import { storedSpecSchema } from './spec-schemas.ts'

/** Whatever passes this door fits its column: one message that the database refused would hold up all behind it. */
const integer = z.number().int().nonnegative().max(messageLimits.integer)
const us = integer
export const epochMs = z.number().int().positive().max(messageLimits.epochMs)
const plainText = z
  .string()
  .max(messageLimits.plainTextLength)
  .refine((text) => !text.includes('\0'), 'has a NUL character')

const slotShape = {
  monitorId: z.string().transform(parseMonitorId),
  monitorKey: integer.positive(),
  region: z.string().transform(parseRegion),
  scheduledAtMs: epochMs,
}

/** A check as it stands in `betterstack:website:<region>`. Unknown fields are ignored: a newer publisher may add some. */
export const checkSchema = z.object({
  ...slotShape,
  workspaceId: z.string().transform(parseWorkspaceId).optional(),
  testRunId: z.uuid().optional(),
  avoid: address.optional(),
  expiresAtMs: epochMs,
  spec: storedSpecSchema,
})

const phasesSchema = z.object({
  dns: us.nullable(),
  connect: us.nullable(),
  tls: us.nullable(),
  firstByte: us.nullable(),
  transfer: us.nullable(),
  total: us,
})

const hopSchema = z.object({
  url: z.string().max(messageLimits.urlLength),
  address: address.nullable(),
  status: z.number().int().nullable(),
  total: us,
})

const certificateSchema = z.object({
  subject: plainText,
  names: z.array(plainText).max(messageLimits.names),
  issuer: plainText,
  notBefore: isoTime.nullable(),
  notAfter: isoTime.nullable(),
  key: plainText,
  signature: plainText,
  fingerprint: plainText,
  chain: z
    .array(z.object({ subject: plainText, issuer: plainText, notAfter: isoTime.nullable() }))
    .max(messageLimits.chain),
  protocol: plainText,
  cipher: plainText,
})

const evidenceText = z.string().max(messageLimits.evidenceLength).nullable()
const evidenceSchema = z.object({
  request: evidenceText,
  responseHead: evidenceText,
  body: evidenceText,
  addresses: z.array(address).max(messageLimits.evidenceAddresses),
  chain: z.array(plainText).max(messageLimits.chain),
  curl: evidenceText,
})

export const outcomeSchema = z.object({
  verdict: z.enum(['up', 'degraded', 'down', 'unknown']),
  code: z.enum(outcomeCodes),
  message: plainText,
  phases: phasesSchema,
  address: address.nullable(),
  status: z.number().int().min(0).max(999).nullable(),
  hops: z.array(hopSchema).max(messageLimits.hops),
  httpVersion: plainText.nullable(),
  bodyBytes: z.number().int().nonnegative().nullable(),
  certificate: certificateSchema.nullable(),
  facts: z.record(
    z.string().max(messageLimits.factNameLength),
    z.union([plainText, z.number(), z.boolean(), z.null(), z.array(plainText).max(messageLimits.factValues)]),
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
  decode: (text) => decodeOwnCheck(text) ?? checkSchema.parse(JSON.parse(text)),
}

export const checkResultCodec: Codec<CheckResult> = {
  encode: (result) => JSON.stringify(result),
  decode(text) {
    const value: unknown = JSON.parse(text)
    return isExactResult(value) ? (value as CheckResult) : checkResultSchema.parse(value)
  },
}

const specs = new KnownSpecs()
const SPEC = ',"spec":'

/**
 * A check as `encode` writes it, its spec at the end: what stands there need not be read again where it is known. Undefined
 * for any other text, and for what is no check: the schema has the last word on it.
 */
function decodeOwnCheck(text: string): Check<CheckSpec> | undefined {
  // Within a text of JSON these characters cannot stand, so here a field begins: ours, or one within another, whose
  // beginning then is no JSON.
  const at = text.indexOf(SPEC)
  if (at === -1 || !text.endsWith('}')) return undefined
  try {
    const head = JSON.parse(`${text.slice(0, at)}}`) as Record<string, unknown>
    if (!isSlot(head) || !isEpochMs(head.expiresAtMs)) return undefined
    const { monitorId, monitorKey, region, scheduledAtMs, workspaceId, testRunId, avoid, expiresAtMs } = head
    // Seldom, and not worth a shortcut.
    if (testRunId !== undefined || avoid !== undefined) return undefined
    const spec = specs.get(text.slice(at + SPEC.length, -1))
    const check = { monitorId, monitorKey, region, scheduledAtMs, expiresAtMs, spec } as Check<CheckSpec>
    if (workspaceId === undefined) return check
    return isWorkspaceId(workspaceId) ? { ...check, workspaceId: workspaceId as WorkspaceId } : undefined
  } catch {
    return undefined
  }
}

const WORKSPACES = 10_000
const workspaces = new Set<unknown>()

function isWorkspaceId(value: unknown): boolean {
  if (workspaces.has(value)) return true
  if (typeof value !== 'string') return false
  parseWorkspaceId(value)
  if (workspaces.size >= WORKSPACES) workspaces.clear()
  workspaces.add(value)
  return true
}
