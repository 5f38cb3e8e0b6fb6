import type { CheckSpec } from '@repo/contracts/check-spec'
import { mapSecrets } from '@repo/contracts/spec-secrets'
import type { Evidence, Facts, Outcome } from '@repo/domain/outcome'

export type Mask = (text: string) => string

const MASK = '•••'
/** Shorter ones would blot out half of every text. */
const SHORTEST = 4
const LONGEST_BEGINNING = 256
/** A body may be long, and each of its words costs a look through every text. */
const CREDENTIALS = 50

/**
 * Hides the secrets of a spec wherever a target says them back. The probes hide what they know of; this is the last door, through
 * which every outcome goes.
 */
export function createMask(spec: CheckSpec): Mask {
  const hidden = [...new Set(spellingsIn(spec))]
    .filter((text) => text.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
  return (text) =>
    withoutBeginnings(
      hidden.reduce((safe, secret) => safe.replaceAll(secret, MASK), text),
      hidden,
    )
}

/** A text that was cut may end with the beginning of a secret; whoever cuts it writes so, or ends there. */
function withoutBeginnings(text: string, hidden: readonly string[]): string {
  const cuts = [...text.matchAll(/…|$/g)].map(({ index }) => index)
  let safe = ''
  let from = 0
  for (const at of cuts) {
    const shown = text.slice(from, at)
    const cut = Math.max(0, ...hidden.map((secret) => beginningAtEnd(shown, secret)))
    safe += cut === 0 ? shown : `${shown.slice(0, shown.length - cut)}${MASK}`
    from = at
  }
  return safe
}

/** How much of a secret's beginning a text ends with. */
function beginningAtEnd(text: string, secret: string): number {
  const tail = text.slice(-LONGEST_BEGINNING)
  const head = secret.slice(0, SHORTEST)
  for (let at = tail.indexOf(head); at !== -1; at = tail.indexOf(head, at + 1)) {
    if (secret.startsWith(tail.slice(at))) return tail.length - at
  }
  return 0
}

/** Of a check that just passes every word is ours: there is nothing to hide, and no time to be lost with it. */
export function isOurWords({ code, facts, hops, evidence }: Outcome): boolean {
  if (code !== 'OK' || hops.length > 1 || evidence !== null) return false
  for (const _name in facts) return false
  return true
}

/** Addresses, statuses and times are no texts of a target, and are left as they are. */
export function maskOutcome(outcome: Outcome, mask: Mask): Outcome {
  return {
    ...outcome,
    message: mask(outcome.message),
    hops: outcome.hops.map((hop) => ({ ...hop, url: mask(hop.url) })),
    facts: maskFacts(outcome.facts, mask),
    evidence: outcome.evidence && maskEvidence(outcome.evidence, mask),
  }
}

export function maskError(error: unknown, mask: Mask): Error {
  const masked = new Error(mask(error instanceof Error ? error.message : String(error)))
  masked.stack = mask((error instanceof Error && error.stack) || '')
  return masked
}

function maskFacts(facts: Facts, mask: Mask): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value === 'string') return [name, mask(value)]
      return [name, Array.isArray(value) ? value.map((item) => mask(String(item))) : value]
    }),
  )
}

function maskEvidence(evidence: Evidence, mask: Mask): Evidence {
  const maskText = (text: string | null) => text && mask(text)
  return {
    ...evidence,
    request: maskText(evidence.request),
    responseHead: maskText(evidence.responseHead),
    body: maskText(evidence.body),
    chain: evidence.chain.map(mask),
    curl: maskText(evidence.curl),
  }
}

/** Each secret in the forms in which it goes over the wire, and comes back. */
function spellingsIn(spec: CheckSpec): string[] {
  const found: string[] = []
  mapSecrets(spec, (secret, { name }) => {
    const text = String(secret)
    const parts = isFreeText.test(name) ? credentialsIn(text) : [text]
    for (const part of parts)
      found.push(part, encodeURIComponent(part), base64(part), JSON.stringify(part).slice(1, -1))
    return secret
  })
  if ('auth' in spec && spec.auth?.kind === 'basic') found.push(basic(spec.auth))
  if ('proxy' in spec && spec.proxy) found.push(basic(spec.proxy))
  return found
}

function basic({ username = '', password = '' }: { username?: string | undefined; password?: string | undefined }) {
  return base64(`${username}:${password}`)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** What is sent may be anything; a user's name may be a plain word. */
const isFreeText = /(^|\.)(body|send|username)$/

/** Of a text that is not secret as a whole: its lines, and what in them looks like a credential. */
function credentialsIn(text: string): string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => looksLikeCredential(line.replaceAll(/\s/g, '')))
  const words = text.split(/[\s"'`{}[\]()<>,;:&?]+/).flatMap((word) => [word, ...word.split('=')])
  return [...lines, ...words.filter(looksLikeCredential)].slice(0, CREDENTIALS)
}

function looksLikeCredential(text: string): boolean {
  return text.length >= 16 || (text.length >= 8 && /\d/.test(text))
}
