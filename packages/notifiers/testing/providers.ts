import type { ChannelKind, ChannelSettings } from '@repo/contracts/channels'
import { exampleIdentity, exampleSubscription, openMessage, vapidIn } from './push-receiver.ts'

/** A request as a provider gets it. */
export interface ProviderRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Headers
  /** As its receiver reads it. */
  readonly body: string
}

/** How a provider is reached, and what the real one would say of a request: undefined where it would take it. */
export interface Provider {
  readonly settings: (origin: string) => ChannelSettings
  readonly refuses: (request: ProviderRequest) => string | undefined
  /** What it answers where it takes a message. */
  readonly taken?: { readonly status?: number; readonly body: string }
  /** Reads what comes encrypted for a receiver behind the provider. */
  readonly open?: (sent: Uint8Array) => string
  /** Where the key of the incident stands, for those that fold by it. */
  readonly dedupKeyIn?: (request: ProviderRequest) => unknown
  /** Where the key of the delivery stands, for those that drop what they have had. */
  readonly deliveryKeyIn?: (request: ProviderRequest) => unknown
}

type Json = Record<string, unknown>
const json = ({ body }: ProviderRequest) => JSON.parse(body) as Json
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((found, key) => (found as Json | undefined)?.[key as string], value)

function complain(...claims: [isRight: unknown, complaint: string][]): string | undefined {
  return claims.find(([isRight]) => !isRight)?.[1]
}

const isText = (value: unknown, longest: number) =>
  typeof value === 'string' && value.length > 0 && value.length <= longest
const isJson = ({ headers }: ProviderRequest) => headers.get('content-type')?.startsWith('application/json')
/** Tokens that must be seen in no answer of ours. */
export const secretMark = 'SECRETSECRETSECRETSECRET'
const hook = (kind: 'slack' | 'discord' | 'teams' | 'google_chat' | 'mattermost') => (origin: string) =>
  ({ kind, url: `${origin}/hooks/${secretMark}?key=${secretMark}2` }) as const

export const providers: Readonly<Record<Exclude<ChannelKind, 'email'>, Provider>> = {
  webhook: {
    settings: (origin) => ({
      kind: 'webhook',
      url: `${origin}/hook/${secretMark}`,
      signingSecret: `whsec_${Buffer.from(secretMark.repeat(2)).toString('base64')}`,
      headers: [{ name: 'X-Api-Key', value: secretMark }],
    }),
    refuses: (request) =>
      complain(
        [isJson(request), 'not JSON'],
        [json(request).version === 1, 'another version'],
        [isText(json(request).title, 70), 'no title'],
        [request.headers.get('x-api-key') === secretMark, 'the header is missing'],
        [/^v1,[A-Za-z0-9+/]{43}=$/.test(request.headers.get('webhook-signature') ?? ''), 'not signed'],
      ),
    dedupKeyIn: (request) => json(request).dedupKey,
    deliveryKeyIn: ({ headers }) => headers.get('webhook-id'),
  },
  slack: {
    settings: hook('slack'),
    taken: { body: 'ok' },
    refuses(request) {
      const { text, blocks } = json(request)
      const sections = blocks as { type: string; text?: { text: string }; elements?: { url: string; text: Json }[] }[]
      return complain(
        [isJson(request), 'invalid_payload'],
        [isText(text, 40_000), 'no_text'],
        [sections.length > 0 && sections.length <= 50, 'invalid_blocks'],
        [sections.every((one) => !one.text || isText(one.text.text, 3_000)), 'invalid_blocks: text'],
        [sections.every((one) => (one.elements ?? []).every(({ url }) => url.length <= 3_000)), 'invalid_blocks: url'],
        [!/<[!@#]/.test(request.body), 'somebody is called'],
      )
    },
  },
  discord: {
    settings: hook('discord'),
    taken: { status: 204, body: '' },
    refuses(request) {
      const { content, embeds, allowed_mentions: mentions } = json(request)
      const [embed] = embeds as { description: string; fields: { name: string; value: string }[] }[]
      const fields = embed?.fields ?? []
      const length = fields.reduce(
        (sum, { name, value }) => sum + name.length + value.length,
        embed?.description.length ?? 0,
      )
      return complain(
        [isText(content, 2_000), 'BASE_TYPE_MAX_LENGTH: content'],
        [(embed?.description.length ?? 0) <= 4_096, 'BASE_TYPE_MAX_LENGTH: description'],
        [!embed || length > 0, 'BASE_TYPE_REQUIRED: description'],
        [length <= 6_000, 'MAX_EMBED_SIZE_EXCEEDED'],
        [fields.every(({ name, value }) => isText(name, 256) && isText(value, 1_024)), 'BASE_TYPE_REQUIRED: fields'],
        [JSON.stringify(mentions) === '{"parse":[]}', 'somebody is called'],
      )
    },
  },
  teams: {
    settings: hook('teams'),
    taken: { status: 202, body: '' },
    refuses(request) {
      const content = at(json(request), 'attachments', 0, 'content')
      const facts = (at(content, 'body') as { type: string; facts?: { title: string; value: string }[] }[]).flatMap(
        (block) => block.facts ?? [],
      )
      return complain(
        [at(json(request), 'type') === 'message', 'no message'],
        [at(content, 'type') === 'AdaptiveCard', 'no card'],
        [facts.every(({ title, value }) => isText(title, 100) && isText(value, 20_000)), 'a fact is empty'],
        [Buffer.byteLength(request.body) < 28_000, 'RequestEntityTooLarge'],
      )
    },
  },
  google_chat: {
    settings: hook('google_chat'),
    taken: { body: '{}' },
    refuses: (request) =>
      complain(
        [isText(json(request).text, 4_096), 'INVALID_ARGUMENT'],
        [!String(json(request).text).includes('<users/'), 'somebody is called'],
        [request.path.includes('messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD'), 'no thread'],
        [request.path.includes(`key=${secretMark}2`), 'PERMISSION_DENIED'],
      ),
    dedupKeyIn: (request) => at(json(request), 'thread', 'threadKey'),
  },
  mattermost: {
    settings: hook('mattermost'),
    taken: { body: 'ok' },
    refuses: (request) =>
      complain(
        [isText(json(request).text, 16_383), 'too long'],
        [!/@(all|channel|here)\b/.test(String(json(request).text)), 'somebody is called'],
      ),
  },
  telegram: {
    settings: (server) => ({ kind: 'telegram', botToken: `12345:${secretMark}`, chatId: '-100123', server }),
    taken: { body: '{"ok":true,"result":{"message_id":7}}' },
    refuses(request) {
      const { text, chat_id: chat, parse_mode: mode, reply_markup: keyboard } = json(request)
      const rest = String(text).replaceAll(/<\/?b>|&(amp|lt|gt);/g, '')
      const buttons = (at(keyboard, 'inline_keyboard', 0) ?? []) as { text: string; url: string }[]
      return complain(
        [request.path === `/bot12345:${secretMark}/sendMessage`, 'Not Found'],
        [chat === '-100123' && mode === 'HTML', 'Bad Request: chat not found'],
        [isText(text, 4_096), 'Bad Request: message is too long'],
        [!/[<>&]/.test(rest), "Bad Request: can't parse entities"],
        [
          buttons.every((button) => isText(button.text, 64) && isText(button.url, 2_048)),
          'Bad Request: BUTTON_INVALID',
        ],
        [buttons.every(({ url }) => new URL(url).hostname.includes('.')), 'Bad Request: Wrong HTTP URL'],
      )
    },
  },
  pagerduty: {
    settings: (server) => ({ kind: 'pagerduty', routingKey: `${secretMark}${secretMark}`.slice(0, 32), server }),
    taken: { status: 202, body: '{"status":"success"}' },
    refuses: (request) =>
      complain(
        [request.path === '/v2/enqueue', 'not found'],
        [['trigger', 'acknowledge', 'resolve'].includes(String(json(request).event_action)), 'event_action'],
        [isText(json(request).dedup_key, 255), 'dedup_key'],
        [isText(at(json(request), 'payload', 'summary'), 1_024), 'summary'],
        [isText(at(json(request), 'payload', 'source'), 255), 'source'],
        [
          ['critical', 'warning', 'error', 'info'].includes(String(at(json(request), 'payload', 'severity'))),
          'severity',
        ],
      ),
    dedupKeyIn: (request) => json(request).dedup_key,
  },
  opsgenie: {
    settings: (server) => ({ kind: 'opsgenie', apiKey: secretMark, server }),
    taken: { status: 202, body: '{"result":"Request will be processed"}' },
    refuses(request) {
      const isNew = request.path === '/v2/alerts'
      return complain(
        [request.headers.get('authorization') === `GenieKey ${secretMark}`, 'Key format is not valid'],
        [
          isNew || /^\/v2\/alerts\/[^/]+\/(close|acknowledge)\?identifierType=alias$/.test(request.path),
          'no such path',
        ],
        [!isNew || isText(json(request).message, 130), 'message is too long'],
        [!isNew || isText(json(request).alias, 512), 'alias'],
        [!isNew || isText(json(request).description, 15_000), 'description'],
        [isNew || isText(json(request).note, 25_000), 'note'],
      )
    },
    dedupKeyIn: (request) =>
      request.path === '/v2/alerts' ? json(request).alias : decodeURIComponent(request.path.split('/')[3] ?? ''),
  },
  twilio: {
    settings: (server) => ({
      ...{ kind: 'twilio', accountSid: `AC${'0'.repeat(32)}`, authToken: secretMark, server },
      ...{ from: '+15005550006', to: '+4915112345678' },
    }),
    taken: { status: 201, body: '{"sid":"SM1","status":"queued"}' },
    refuses(request) {
      const form = new URLSearchParams(request.body)
      const login = Buffer.from(`AC${'0'.repeat(32)}:${secretMark}`).toString('base64')
      return complain(
        [request.path === `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`, 'not found'],
        [request.headers.get('authorization') === `Basic ${login}`, 'Authenticate'],
        [form.get('To') === '+4915112345678' && form.get('From') === '+15005550006', 'invalid number'],
        [isText(form.get('Body'), 1_600), 'body'],
      )
    },
  },
  sms_gateway: {
    settings: (origin) => ({ kind: 'sms_gateway', url: `${origin}/sms`, to: '+4915112345678', token: secretMark }),
    refuses: (request) =>
      complain(
        [request.headers.get('authorization') === `Bearer ${secretMark}`, 'who are you'],
        [json(request).to === '+4915112345678' && isText(json(request).text, 306), 'no message'],
      ),
    deliveryKeyIn: (request) => json(request).id,
  },
  ntfy: {
    settings: (server) => ({ kind: 'ntfy', server, topic: 'shop', token: secretMark }),
    taken: { body: '{"id":"x"}' },
    refuses: (request) =>
      complain(
        [request.headers.get('authorization') === `Bearer ${secretMark}`, 'unauthorized'],
        [json(request).topic === 'shop', 'no topic'],
        [Buffer.byteLength(String(json(request).message)) <= 4_096, 'attachment not allowed'],
        [isText(json(request).title, 250), 'title'],
        [Number(json(request).priority) >= 1 && Number(json(request).priority) <= 5, 'priority'],
        [(json(request).actions as unknown[]).length <= 3, 'actions'],
      ),
  },
  gotify: {
    settings: (server) => ({ kind: 'gotify', server, token: secretMark }),
    taken: { body: '{"id":1}' },
    refuses: (request) =>
      complain(
        [request.headers.get('x-gotify-key') === secretMark, 'unauthorized'],
        [request.path === '/message', 'not found'],
        [isText(json(request).message, 20_000), 'message'],
      ),
  },
  pushover: {
    settings: (server) => ({
      kind: 'pushover',
      userKey: `${secretMark}123456`,
      apiToken: `${secretMark}abcdef`,
      server,
    }),
    taken: { body: '{"status":1,"request":"r"}' },
    refuses(request) {
      const isCancelled = /^\/1\/receipts\/cancel_by_tag\/[^/]+\.json$/.test(request.path)
      if (isCancelled) return complain([json(request).token === `${secretMark}abcdef`, 'token'])
      return complain(
        [request.path === '/1/messages.json', 'not found'],
        [json(request).token === `${secretMark}abcdef` && json(request).user === `${secretMark}123456`, 'token'],
        [isText(json(request).message, 1_024) && isText(json(request).title, 250), 'message'],
        [json(request).priority !== 2 || Number(json(request).retry) >= 30, 'retry'],
        [json(request).priority !== 2 || Number(json(request).expire) <= 10_800, 'expire'],
        [json(request).url === undefined || isText(json(request).url, 512), 'url'],
      )
    },
  },
  matrix: {
    settings: (server) => ({ kind: 'matrix', server, accessToken: secretMark, roomId: '!room:example.org' }),
    taken: { body: '{"event_id":"$1"}' },
    refuses: (request) =>
      complain(
        [request.method === 'PUT', 'M_UNRECOGNIZED'],
        [request.path.startsWith('/_matrix/client/v3/rooms/!room%3Aexample.org/send/m.room.message/'), 'M_NOT_FOUND'],
        [request.headers.get('authorization') === `Bearer ${secretMark}`, 'M_UNKNOWN_TOKEN'],
        [isText(json(request).body, 60_000) && Buffer.byteLength(request.body) < 65_000, 'M_TOO_LARGE'],
        [
          !String(json(request).formatted_body)
            .replaceAll(/<\/?b>|<br>|<a href="[^"<>]*">|<\/a>/g, '')
            .includes('<'),
          'HTML',
        ],
      ),
    deliveryKeyIn: ({ path }) => decodeURIComponent(path.split('/').at(-1) ?? ''),
  },
  web_push: {
    settings: (origin) => ({
      ...{ kind: 'web_push', endpoint: `${origin}/push/${secretMark}` },
      ...{ p256dh: exampleSubscription.p256dh, auth: exampleSubscription.auth },
    }),
    taken: { status: 201, body: '' },
    open: (sent) => openMessage(sent, exampleSubscription),
    refuses(request) {
      const { headers } = request
      const vapid = vapidIn(headers.get('authorization'))
      const leftSeconds = (vapid?.claims.exp ?? 0) - Date.now() / 1_000
      return complain(
        [vapid?.isSigned && vapid.publicKey === exampleIdentity.publicKey, 'VapidPkHashMismatch'],
        [vapid?.claims.aud === `http://${headers.get('host')}`, 'BadAudience'],
        [leftSeconds > 0 && leftSeconds <= 86_400, 'BadExpiration'],
        [request.method === 'POST' && /^\d+$/.test(headers.get('ttl') ?? ''), 'BadTtl'],
        [/^(very-low|low|normal|high)$/.test(headers.get('urgency') ?? ''), 'BadUrgency'],
        [/^[\w-]{1,32}$/.test(headers.get('topic') ?? ''), 'BadWebPushTopic'],
        [headers.get('content-encoding') === 'aes128gcm', 'BadContentEncoding'],
        [Number(headers.get('content-length')) <= 4_096, 'PayloadTooLarge'],
        [Buffer.byteLength(request.body) <= 3_500, 'the payload is too large'],
        [isText(json(request).title, 70) && json(request).tag === headers.get('topic'), 'no notification'],
      )
    },
  },
}

export interface ProviderServer extends AsyncDisposable {
  readonly origin: string
  readonly requests: ProviderRequest[]
  /** What it would have complained about. */
  readonly complaints: string[]
  /** Answers so from now on; as the provider does where nothing is said. */
  answer(by: ((request: ProviderRequest) => Response | Promise<Response>) | undefined): void
}

export function startProvider({ refuses, open = asText, taken = { body: 'ok' } }: Provider): ProviderServer {
  const requests: ProviderRequest[] = []
  const complaints: string[] = []
  let answering: ((request: ProviderRequest) => Response | Promise<Response>) | undefined
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    async fetch(asked) {
      const { pathname, search } = new URL(asked.url)
      const request = {
        method: asked.method,
        path: pathname + search,
        headers: asked.headers,
        body: open(await asked.bytes()),
      }
      requests.push(request)
      if (answering) return answering(request)
      const complaint = refuses(request)
      if (complaint === undefined) return new Response(taken.body || null, { status: taken.status ?? 200 })
      complaints.push(complaint)
      return new Response(complaint, { status: 400 })
    },
  })
  return {
    origin: `http://127.0.0.1:${server.port}`,
    requests,
    complaints,
    answer(by) {
      answering = by
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}

function asText(sent: Uint8Array): string {
  return new TextDecoder().decode(sent)
}
