import type { Alert } from './alert.ts'
import { answerText } from './answer-text.ts'
import type { Attempt, Channel, Delivery } from './channel.ts'

/** What a channel asks of whoever sends requests: the egress guard, a deadline and bounds are theirs. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly body: string | Uint8Array | null
  readonly timeoutMs: number
}

export type Answered = {
  readonly kind: 'answered'
  readonly status: number
  readonly body: string
  field(name: string): string | undefined
}

export type SendRequest = (
  request: OutgoingRequest,
  signal: AbortSignal,
) => Promise<Answered | { readonly kind: 'failed'; readonly code: string; readonly message: string }>

/** One message, ready to be sent. */
export interface Prepared {
  readonly method?: 'POST' | 'PUT'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, where it is neither text nor bytes. */
  readonly body: unknown
  /** Nothing of these may be repeated by what is said of the attempt. */
  readonly secrets: readonly string[]
  /** Where a provider says it in the body: what it made of it, or undefined where the status says it. */
  readonly judge?: (answer: Answered) => Judgement | undefined
  /** Sent with the same headers once it was taken, whatever comes of that: people have been told by then. */
  readonly afterwards?: { readonly url: string; readonly body: unknown } | undefined
}

export type Judgement =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'refused'; readonly reason: string }

const timeoutMs = 10_000
const longestWaitMs = 86_400_000
/** A text this short would be found everywhere. */
const shortestSecret = 4
const shortestSegment = 16
const shortestCredential = 8

/** A channel that is one HTTP request for each message. */
export function httpChannel<Settings extends { readonly kind: string }>(
  kind: Settings['kind'],
  send: SendRequest,
  prepare: (alert: Alert, settings: Settings, attempt: Attempt) => Prepared,
): Channel<Settings> {
  return {
    kind,
    async deliver(alert, settings, attempt) {
      const prepared = prepare(alert, settings, attempt)
      const { delivery } = await sendPrepared(send, withSecrets(prepared, tokensIn(alert)), attempt)
      return delivery
    },
  }
}

function withSecrets(prepared: Prepared, more: readonly string[]): Prepared {
  return { ...prepared, secrets: [...prepared.secrets, ...more] }
}

/** What a provider made of a message, and the status of its answer; undefined where it gave none. */
export interface PreparedSent {
  readonly delivery: Delivery
  readonly status: number | undefined
}

/** Sends a message that is one HTTP request. It never throws. */
export async function sendPrepared(send: SendRequest, prepared: Prepared, attempt: Attempt): Promise<PreparedSent> {
  const { url, headers = {}, secrets, judge, afterwards } = prepared
  const hide = hiding([...secrets, ...credentialsIn(headers), ...secretsIn(url)])
  const answer = await send(requestOf(prepared), attempt.signal).catch(() => undefined)
  if (!answer) {
    const reason = attempt.signal.aborted ? 'it was stopped before anybody answered' : 'the request could not be sent'
    return { delivery: { kind: 'retry', reason, answer: '' }, status: undefined }
  }
  if (answer.kind === 'failed') return { delivery: notHeard(answer, hide), status: undefined }
  const { status } = answer
  const said = answerText(hide(answer.body))
  const judged = judgeAnswer(answer, judge, attempt.nowMs)
  if (judged.kind !== 'accepted')
    return { delivery: { ...judged, reason: answerText(hide(judged.reason)), answer: said }, status }
  if (afterwards) await send(requestOf({ headers, ...afterwards }), attempt.signal).catch(() => {})
  return { delivery: { kind: 'accepted', answer: said }, status }
}

/** Whoever reads the log of deliveries is not whoever was written to. */
function tokensIn({ links }: Alert): string[] {
  const { open, ...deeds } = links
  return Object.values(deeds).flatMap((link) => link?.split(/#|token=/)[1] ?? [])
}

function requestOf({ method = 'POST', url, headers = {}, body }: Omit<Prepared, 'secrets'>): OutgoingRequest {
  const [type, sent] = sentAs(body)
  return { method, url, timeoutMs, body: sent, headers: fieldsOf({ 'Content-Type': type }, headers) }
}

function sentAs(body: unknown): [type: string, sent: string | Uint8Array] {
  if (typeof body === 'string') return ['text/plain; charset=utf-8', body]
  return body instanceof Uint8Array ? ['application/octet-stream', body] : ['application/json', JSON.stringify(body)]
}

/** Where the guard lets nobody go, nobody will be let go later. */
function notHeard({ code, message }: { code: string; message: string }, hide: (text: string) => string): Delivery {
  const reason = hide(message)
  return code.startsWith('BLOCKED') ? { kind: 'refused', reason, answer: '' } : { kind: 'retry', reason, answer: '' }
}

/** What a provider says of itself counts, but never that something is wrong for good which a status says will pass. */
function judgeAnswer(answer: Answered, judge: Prepared['judge'], nowMs: number): Judgement {
  const byStatus = judgeStatus(answer, nowMs)
  const bySelf = judgeBySelf(answer, judge)
  if (bySelf === undefined || (byStatus.kind === 'retry' && bySelf.kind === 'refused')) return byStatus
  if (bySelf.kind !== 'retry') return bySelf
  const afterMs = boundedMs(bySelf.afterMs)
  return { kind: 'retry', reason: bySelf.reason, ...(afterMs !== undefined && { afterMs }) }
}

/** An answer that nobody expected is no reason to say the same once more: then its status counts. */
function judgeBySelf(answer: Answered, judge: Prepared['judge']): Judgement | undefined {
  try {
    return judge?.(answer)
  } catch {
    return undefined
  }
}

/** What a status means for who sends messages: RFC 9110 section 15, and RFC 6585 for 429. */
export function judgeStatus(answer: Answered, nowMs: number): Judgement {
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  const reason = `answered ${status}`
  if (status >= 500 || [408, 425, 429].includes(status)) {
    const afterMs = retryAfterMs(answer.field('retry-after'), nowMs)
    return { kind: 'retry', reason, ...(afterMs !== undefined && { afterMs }) }
  }
  return { kind: 'refused', reason: status < 400 ? `${reason}: it leads elsewhere, which is not followed` : reason }
}

/** Seconds or a date (RFC 9110 section 10.2.3), a day at most. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return boundedMs(ms)
}

function boundedMs(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms > 0 ? Math.min(Math.ceil(ms), longestWaitMs) : undefined
}

/** One field of each name, whatever its case: what is given later stands, and never beside what was given before. */
function fieldsOf(...given: readonly Readonly<Record<string, string>>[]): { name: string; value: string }[] {
  const byName = new Map<string, { name: string; value: string }>()
  for (const [name, value] of given.flatMap(Object.entries)) {
    byName.set(name.toLowerCase(), { name, value: value.replaceAll(/[\r\n\0]+/g, ' ') })
  }
  return [...byName.values()]
}

/** What follows the scheme is the secret, and a provider may say it back alone: `Bearer` is said by everybody. */
function credentialsIn(headers: Readonly<Record<string, string>>): string[] {
  const words = Object.entries(headers).flatMap(([name, value]) =>
    /^content-type$/i.test(name) ? [] : value.split(' ').slice(1),
  )
  return words.filter((word) => word.length >= shortestCredential)
}

/** Whoever knows the address of a hook can post there: what makes it hard to guess is in its path, or its query. */
function secretsIn(text: string): string[] {
  if (!URL.canParse(text)) return []
  const { href, pathname, searchParams } = new URL(text)
  const segments = pathname.split('/').filter((segment) => segment.length >= shortestSegment)
  return [href, ...segments, ...searchParams.values()]
}

function hiding(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .toSorted((a, b) => b.length - a.length)
  return (text) => forms.reduce((left, secret) => left.replaceAll(secret, '•••'), text)
}

/** What a provider said in a JSON answer, where it is one. */
export function jsonOf({ body }: Answered): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
