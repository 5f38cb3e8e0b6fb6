import { createHash } from 'node:crypto'
import type { SettingsOf } from '@repo/contracts/channels'
import { generateRequestDetails } from 'web-push'
import type { Alert } from '../alert.ts'
import type { Channel } from '../channel.ts'
import { type Answered, httpChannel, type Judgement, type Prepared, type SendRequest } from '../http-channel.ts'
import { messageOf, type Tone } from '../message.ts'

/** By what push services know the instance (VAPID): a pair of keys on P-256 as base64url, and whom to turn to. */
export interface VapidIdentity {
  readonly publicKey: string
  readonly privateKey: string
  readonly subject: string
}

export interface WebPushDeps {
  readonly send: SendRequest
  /** Undefined where the instance was given no key. */
  readonly webPush?: VapidIdentity | undefined
}

type Settings = SettingsOf<'web_push'>

/** How long a push service keeps what a device that is switched off has not had yet. */
const keptSeconds = 86_400
/** Push services take 4,096 bytes, and encryption adds 103 of them (RFC 8291 section 4). */
const longestPayloadBytes = 3_500
const longestUrl = 1_000
/** RFC 8030 section 5.4. */
const topicLength = 32
/** Neither what is bad nor what calls it off waits until a device is charged. */
const urgencies: Record<Tone, 'high' | 'normal'> = { bad: 'high', good: 'high', warning: 'normal', neutral: 'normal' }

const noKey = 'this instance has no WEB_PUSH_KEY to sign messages for browsers with'
const noSubscription = 'the settings are no subscription of a browser: let it subscribe anew'

/**
 * Notifications of a browser, by the push service of its maker (RFC 8030): encrypted for that browser alone (RFC 8291), and signed by
 * this instance (RFC 8292).
 */
export function createWebPush({ send, webPush }: WebPushDeps): Channel<Settings> {
  if (!webPush) {
    const refused = { kind: 'refused', reason: noKey, answer: '' } as const
    return { kind: 'web_push', unusable: noKey, deliver: async () => refused }
  }
  return {
    kind: 'web_push',
    async deliver(alert, settings, attempt) {
      const prepared = prepare(alert, settings, webPush)
      if (!prepared) return { kind: 'refused', reason: noSubscription, answer: '' }
      return httpChannel<Settings>('web_push', send, () => prepared).deliver(alert, settings, attempt)
    },
  }
}

/** Undefined where the keys are those of nobody, so that nothing can be encrypted with them. */
function prepare(alert: Alert, { endpoint, p256dh, auth }: Settings, webPush: VapidIdentity): Prepared | undefined {
  const topic = topicOf(alert)
  try {
    const { headers, body } = generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payloadOf(alert, topic), {
      vapidDetails: webPush,
      TTL: keptSeconds,
      urgency: urgencies[messageOf(alert).tone],
      topic,
    })
    const { 'Content-Length': _, ...fields } = headers
    return {
      url: endpoint,
      headers: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
      body,
      secrets: [auth, p256dh, ...tokenIn(String(headers.Authorization))],
      judge,
    }
  } catch {
    return undefined
  }
}

/** The same for all that is told of an incident: of what has not been delivered yet, the newest alone is. */
function topicOf({ dedupKey }: Alert): string {
  return createHash('sha256').update(dedupKey).digest('base64url').slice(0, topicLength)
}

/** What `sw.js` of the dashboard shows. */
function payloadOf(alert: Alert, tag: string): string {
  const { subject, lines, facts, links } = messageOf(alert)
  const [open] = links
  const url = open && open.url.length <= longestUrl ? open.url : null
  const withBody = (body: string) => JSON.stringify({ title: subject, body, url, tag, event: alert.event })
  const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].join('\n')
  return withBody(fitted(told, longestPayloadBytes - Buffer.byteLength(withBody(''))))
}

/** As much of a text as fits into so many bytes of JSON, cut between what people take for characters. */
function fitted(text: string, longestBytes: number): string {
  if (bytesOf(text) <= longestBytes) return text
  let kept = ''
  let left = longestBytes - bytesOf('…')
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    left -= bytesOf(segment)
    if (left < 0) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - '""'.length
}

/** The signed token of `vapid t=…, k=…`, which a push service may say back without what stands around it. */
function tokenIn(authorization: string): string[] {
  const [, token] = /\bt=([^,\s]+)/.exec(authorization) ?? []
  return token === undefined ? [] : [token]
}

/** RFC 8030 section 7.3, and what push services answer to a key that they do not expect. */
function judge({ status }: Answered): Judgement | undefined {
  if (status === 404 || status === 410)
    return {
      kind: 'refused',
      reason: `answered ${status}: the browser has ended this subscription, let it subscribe anew`,
    }
  if (status === 401 || status === 403)
    return {
      kind: 'refused',
      reason: `answered ${status}: it takes nothing signed by this instance; where it has another key than before, let the browser subscribe anew`,
    }
  return undefined
}
