import { parseMonitorId } from '@repo/domain/ids'
import { outcomeCodes } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { z } from 'zod'

export const address = z.union([z.ipv4(), z.ipv6()])
export const isoTime = z.iso.datetime().refine((text) => text < '9999', 'is beyond the year 9998')

export const messageLimits = {
  /** What the smallest of the columns holds. */
  integer: 2_147_483_647,
  epochMs: Date.UTC(2200, 0),
  plainTextLength: 1_000,
  urlLength: 4_096,
  hops: 16,
  names: 200,
  chain: 16,
  evidenceLength: 16_384,
  evidenceAddresses: 64,
  factNameLength: 64,
  factValues: 256,
} as const

/**
 * Whether a parsed text is a result to the letter: what the schema accepts and gives back unchanged. It is as strict as the
 * schema and ten times as fast. Whatever it does not recognise is left to the schema, which may still accept it.
 */
export function isExactResult(value: unknown): boolean {
  return isObjectOf(value, 6) && isSlot(value) && isEpochMs(value.startedAtMs) && isOutcome(value.outcome)
}

type Fields = Readonly<Record<string, unknown>>

export function isSlot({ monitorId, monitorKey, region, scheduledAtMs }: Fields): boolean {
  return (
    isMonitorId(monitorId) && isInteger(monitorKey) && monitorKey !== 0 && isRegion(region) && isEpochMs(scheduledAtMs)
  )
}

export function isEpochMs(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= messageLimits.epochMs
}

const verdicts: ReadonlySet<unknown> = new Set(['up', 'degraded', 'down', 'unknown'])
const codes: ReadonlySet<unknown> = new Set(outcomeCodes)

function isOutcome(value: unknown): boolean {
  if (!isObjectOf(value, 12)) return false
  const { verdict, code, message, status, httpVersion, bodyBytes } = value
  return (
    verdicts.has(verdict) &&
    codes.has(code) &&
    isPlainText(message) &&
    isPhases(value.phases) &&
    isNullOr(isAddress, value.address) &&
    (status === null || (isInteger(status) && (status as number) <= 999)) &&
    isArrayOf(isHop, value.hops, messageLimits.hops) &&
    isNullOr(isPlainText, httpVersion) &&
    (bodyBytes === null || (Number.isSafeInteger(bodyBytes) && (bodyBytes as number) >= 0)) &&
    isNullOr(isCertificate, value.certificate) &&
    isFacts(value.facts) &&
    isNullOr(isEvidence, value.evidence)
  )
}

function isPhases(value: unknown): boolean {
  if (!isObjectOf(value, 6)) return false
  const { dns, connect, tls, firstByte, transfer, total } = value
  return (
    isNullOr(isInteger, dns) &&
    isNullOr(isInteger, connect) &&
    isNullOr(isInteger, tls) &&
    isNullOr(isInteger, firstByte) &&
    isNullOr(isInteger, transfer) &&
    isInteger(total)
  )
}

function isHop(value: unknown): boolean {
  return (
    isObjectOf(value, 4) &&
    isTextUpTo(messageLimits.urlLength, value.url) &&
    isNullOr(isAddress, value.address) &&
    (value.status === null || Number.isSafeInteger(value.status)) &&
    isInteger(value.total)
  )
}

function isCertificate(value: unknown): boolean {
  return (
    isObjectOf(value, 11) &&
    isPlainText(value.subject) &&
    isArrayOf(isPlainText, value.names, messageLimits.names) &&
    isPlainText(value.issuer) &&
    isNullOr(isIsoTime, value.notBefore) &&
    isNullOr(isIsoTime, value.notAfter) &&
    isPlainText(value.key) &&
    isPlainText(value.signature) &&
    isPlainText(value.fingerprint) &&
    isArrayOf(isLink, value.chain, messageLimits.chain) &&
    isPlainText(value.protocol) &&
    isPlainText(value.cipher)
  )
}

function isLink(value: unknown): boolean {
  return (
    isObjectOf(value, 3) &&
    isPlainText(value.subject) &&
    isPlainText(value.issuer) &&
    isNullOr(isIsoTime, value.notAfter)
  )
}

function isFacts(value: unknown): boolean {
  if (!isObject(value)) return false
  // The schema passes over this name, which means something else to an object.
  for (const [name, fact] of Object.entries(value)) {
    if (name.length > messageLimits.factNameLength || name === '__proto__' || !isFact(fact)) return false
  }
  return true
}

function isFact(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  return isPlainText(value) || isArrayOf(isPlainText, value, messageLimits.factValues)
}

function isEvidence(value: unknown): boolean {
  return (
    isObjectOf(value, 6) &&
    isNullOr(isEvidenceText, value.request) &&
    isNullOr(isEvidenceText, value.responseHead) &&
    isNullOr(isEvidenceText, value.body) &&
    isArrayOf(isAddress, value.addresses, messageLimits.evidenceAddresses) &&
    isArrayOf(isPlainText, value.chain, messageLimits.chain) &&
    isNullOr(isEvidenceText, value.curl)
  )
}

const isEvidenceText = (value: unknown) => isTextUpTo(messageLimits.evidenceLength, value)
const isPlainText = (value: unknown) =>
  isTextUpTo(messageLimits.plainTextLength, value) && !(value as string).includes('\0')

function isTextUpTo(length: number, value: unknown): boolean {
  return typeof value === 'string' && value.length <= length
}

function isInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= messageLimits.integer
}

function isNullOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === null || is(value)
}

function isArrayOf(is: (value: unknown) => boolean, value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length <= length && value.every(is)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** With just so many fields: those that are then asked for and no others. */
function isObjectOf(value: unknown, fields: number): value is Fields {
  if (!isObject(value)) return false
  let count = 0
  for (const _name in value) count += 1
  return count === fields
}

const isAddress = remembered((text) => address.safeParse(text).success)
const isIsoTime = remembered((text) => isoTime.safeParse(text).success)
const isMonitorId = (value: unknown) => typeof value === 'string' && isParsedBy(parseMonitorId, value)
const isRegion = remembered((text) => isParsedBy(parseRegion, text))

function isParsedBy(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

const REMEMBERED = 10_000
const REMEMBERED_LENGTH = 64

/** Addresses and ends of certificates come again with every check of the same target. */
function remembered(accepts: (text: string) => boolean): (value: unknown) => boolean {
  const known = new Set<unknown>()
  return (value) => {
    if (known.has(value)) return true
    if (typeof value !== 'string' || !accepts(value)) return false
    if (known.size >= REMEMBERED) known.clear()
    if (value.length <= REMEMBERED_LENGTH) known.add(value)
    return true
  }
}
