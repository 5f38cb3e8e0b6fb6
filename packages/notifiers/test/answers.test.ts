import { describe, expect, test } from 'bun:test'
import { type ChannelSettings, channelSettingsSchema } from '@repo/contracts/channels'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { systemResolve } from '@repo/probes/resolve'
import { type Step, startTarget } from '@repo/probes/testing/target'
import type { Alert } from '../src/alert.ts'
import type { Delivery } from '../src/channel.ts'
import type { OutgoingRequest } from '../src/http-channel.ts'
import { createChannels } from '../src/registry.ts'
import { makeAlert } from '../testing/alerts.ts'
import { type ProviderRequest, providers, secretMark, startProvider } from '../testing/providers.ts'
import { exampleIdentity } from '../testing/push-receiver.ts'

const day = 86_400_000
const nowMs = Date.UTC(2026, 5, 1, 12, 5)
const running = new AbortController().signal
const guarded = createGuardedRequests({
  egress: createEgressPolicy({ allowedCidrs: ['127.0.0.0/8'] }),
  resolve: systemResolve,
})
/** Nobody waits for ten seconds here. */
const impatient = (request: OutgoingRequest, signal: AbortSignal) => guarded({ ...request, timeoutMs: 400 }, signal)
const channels = createChannels({ send: impatient, mailer: undefined, webPush: exampleIdentity })

type Kind = keyof typeof providers

async function deliver(settings: ChannelSettings, alert: Partial<Alert> = {}): Promise<Delivery> {
  const channel = channels.get(settings.kind)
  if (!channel) throw new Error(`there is no channel ${settings.kind}`)
  return channel.deliver(makeAlert(alert), settings, { signal: running, nowMs })
}

async function answered(kind: Kind, answer: (request: ProviderRequest) => Response): Promise<Delivery> {
  await using server = startProvider(providers[kind])
  server.answer(answer)
  return await deliver(channelSettingsSchema.parse(providers[kind].settings(server.origin)))
}

describe('what a provider says of itself', () => {
  const cases: [kind: Kind, status: number, body: string, made: Partial<Delivery>][] = [
    ['telegram', 429, '{"ok":false,"parameters":{"retry_after":35}}', { kind: 'retry', afterMs: 35_000 }],
    ['telegram', 403, '{"ok":false,"description":"Forbidden: bot was blocked"}', { kind: 'refused' }],
    ['telegram', 200, '{"ok":false,"description":"Bad Request: chat not found"}', { kind: 'refused' }],
    ['telegram', 500, '{"ok":false,"description":"Internal Server Error"}', { kind: 'retry' }],
    ['discord', 429, '{"message":"You are being rate limited.","retry_after":0.3}', { kind: 'retry', afterMs: 300 }],
    ['discord', 404, '{"message":"Unknown Webhook","code":10015}', { kind: 'refused' }],
    ['matrix', 429, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}', { kind: 'retry', afterMs: 2_000 }],
    ['matrix', 403, '{"errcode":"M_FORBIDDEN"}', { kind: 'refused' }],
    ['pushover', 200, '{"status":0,"errors":["user identifier is invalid"]}', { kind: 'refused' }],
    ['pushover', 200, '{"status":1,"receipt":"r30"}', { kind: 'accepted', answer: '{"status":1,"receipt":"r30"}' }],
    ['slack', 404, 'no_service', { kind: 'refused', reason: 'answered 404: no_service' }],
    ['slack', 403, 'action_prohibited', { kind: 'refused', reason: 'answered 403: action_prohibited' }],
    ['twilio', 400, '{"code":21211,"message":"Invalid To"}', { kind: 'refused' }],
    ['pagerduty', 400, '{"status":"invalid event"}', { kind: 'refused' }],
  ]
  test.each(cases)('%s %i %s', async (kind, status, body, made) => {
    expect(await answered(kind, () => new Response(body, { status }))).toMatchObject(made)
  })

  const waits: [kind: Kind, body: string, afterMs: number | undefined][] = [
    ['telegram', '{"ok":false,"parameters":{"retry_after":99999999999}}', day],
    ['discord', '{"retry_after":1e300}', day],
    ['matrix', '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1e12}', day],
    ['telegram', '{"ok":false,"parameters":{"retry_after":-5}}', undefined],
    ['matrix', '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":"soon"}', undefined],
  ]
  test.each(waits)('is a wait of a day at most, and never of less than nothing: %s %s', async (kind, body, afterMs) => {
    const delivery = await answered(kind, () => new Response(body, { status: 429 }))
    expect(delivery.kind).toBe('retry')
    expect('afterMs' in delivery ? delivery.afterMs : undefined).toBe(afterMs)
  })

  test('is kept as text that a database takes: without control characters, and never cut within a letter', async () => {
    const delivery = await answered('webhook', () => new Response(`\0a\u0007\u001b[31m${'🧑‍🚀'.repeat(999)}`))
    expect(delivery.answer).toStartWith(' a  [31m🧑')
    expect(delivery.answer.length).toBeLessThanOrEqual(1_000)
    expect(delivery.answer.isWellFormed()).toBe(true)
  })
})

describe('a credential that a provider says back', () => {
  const whole = `AC${'0'.repeat(32)}:${secretMark}`
  const cases: [kind: Kind, field: string, said: string][] = [
    ['twilio', 'authorization', Buffer.from(whole).toString('base64')],
    ['opsgenie', 'authorization', secretMark],
    ['matrix', 'authorization', secretMark],
    ['webhook', 'x-api-key', secretMark],
  ]
  test.each(cases)('is hidden, as it was sent and alone: %s', async (kind, field, said) => {
    const delivery = await answered(kind, ({ headers }) => {
      const sent = headers.get(field) ?? ''
      return new Response(`${sent} or ${sent.split(' ').at(-1)}`, { status: 401 })
    })
    expect(delivery.kind).toBe('refused')
    expect(delivery.answer).toContain('•••')
    expect(JSON.stringify(delivery)).not.toContain(said)
  })

  test('is hidden without the word before it, where a person wrote the header', async () => {
    await using server = startProvider(providers.webhook)
    server.answer(() => new Response(`${secretMark} is no key`, { status: 401 }))
    const headers = [{ name: 'Authorization', value: `Token ${secretMark}` }]
    const delivery = await deliver({ kind: 'webhook', url: `${server.origin}/`, headers })
    expect(delivery.answer).toBe('••• is no key')
  })
})

test('what is secret in an address is hidden decoded and as it stands in the address', async () => {
  await using server = startProvider(providers.mattermost)
  const token = 'aB/cD+eF=='
  server.answer(({ path }) => new Response(`${path.split('=')[1]} or ${token}`, { status: 400 }))
  const delivery = await deliver({ kind: 'mattermost', url: `${server.origin}/?t=${encodeURIComponent(token)}` })
  expect(delivery.answer).toBe('••• or •••')
})

test.each(Object.entries(providers))('%s is given ten seconds', async (_kind, { settings }) => {
  const asked: number[] = []
  const waiting = createChannels({
    ...{ mailer: undefined, webPush: exampleIdentity },
    send(request) {
      asked.push(request.timeoutMs)
      return Promise.resolve({ kind: 'failed', code: 'TIMEOUT', message: 'nobody answered' })
    },
  })
  const parsed = channelSettingsSchema.parse(settings('https://provider.example'))
  const delivery = await waiting.get(parsed.kind)?.deliver(makeAlert(), parsed, { signal: running, nowMs })
  expect(delivery).toEqual({ kind: 'retry', reason: 'nobody answered', answer: '' })
  expect(asked).toEqual([10_000])
})

describe('what rings until somebody has seen it', () => {
  test.each([
    ['down', 1],
    ['recovered', 2],
    ['acknowledged', 2],
    ['warning', 1],
  ] as const)('is ended by what follows it: %s', async (event, count) => {
    await using server = startProvider(providers.pushover)
    const settings = channelSettingsSchema.parse(providers.pushover.settings(server.origin))
    const alert = makeAlert({ event, dedupKey: 'incident/1' })
    const delivery = await channels.get('pushover')?.deliver(alert, settings, { signal: running, nowMs })
    expect([delivery?.kind, ...server.complaints]).toEqual(['accepted'])
    const paths = server.requests.map(({ path }) => path)
    expect(paths).toEqual(['/1/messages.json', '/1/receipts/cancel_by_tag/incident%2F1.json'].slice(0, count))
  })

  test('was told all the same where ending it fails', async () => {
    await using server = startProvider(providers.pushover)
    server.answer(({ path }) =>
      path.includes('cancel') ? new Response('no', { status: 500 }) : Response.json({ status: 1 }),
    )
    const settings = channelSettingsSchema.parse(providers.pushover.settings(server.origin))
    const alert = makeAlert({ event: 'recovered' })
    const delivery = await channels.get('pushover')?.deliver(alert, settings, { signal: running, nowMs })
    expect(delivery).toEqual({ kind: 'accepted', answer: '{"status":1}' })
    expect(server.requests).toHaveLength(2)
  })
})

test('a header of a person stands in place of ours, and beside none', async () => {
  const target = await startTarget(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])
  const headers = [
    { name: 'content-type', value: 'application/vnd.acme+json' },
    { name: 'WEBHOOK-SIGNATURE', value: 'v1,forged' },
  ]
  const signingSecret = `whsec_${Buffer.from(secretMark.repeat(2)).toString('base64')}`
  await deliver({ kind: 'webhook', url: target.url, headers, signingSecret })
  const [head = ''] = target.requests
  expect(head.match(/^content-type:.*$/gim)).toEqual(['content-type: application/vnd.acme+json'])
  expect(head.match(/^webhook-signature:.*$/gim)).toHaveLength(1)
  expect(head).not.toContain('forged')
  await target.stop()
})

describe.each(Object.keys(providers) as Kind[])('%s where its provider', (kind) => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const cases: [what: string, script: Step[], made: Delivery['kind']][] = [
    ['says nothing', [{ pauseMs: 5_000 }], 'retry'],
    ['hangs up', ['FIN'], 'retry'],
    ['breaks off', ['RST'], 'retry'],
    ['says half a status', ['HTTP/1.1 2', 'FIN'], 'retry'],
    ['talks of something else', ['SSH-2.0-OpenSSH_9.6\r\n', 'FIN'], 'retry'],
    ['never ends its head', [`${head}X-Fill: `, { endless: 'x' }], 'retry'],
    ['fails and never ends saying so', ['HTTP/1.1 503 Oh\r\n\r\n', { endless: 'no ' }], 'retry'],
    [
      'refuses and says a gigabyte',
      ['HTTP/1.1 401 No\r\nContent-Length: 1000000000\r\n\r\n', { endless: '.' }],
      'refused',
    ],
    [
      'leads to the metadata of a cloud',
      ['HTTP/1.1 302 Go\r\nLocation: http://169.254.169.254/\r\n\r\n', 'FIN'],
      'refused',
    ],
  ]
  test.each(cases)('%s, by the deadline', async (_what, script, made) => {
    const target = await startTarget(script)
    const settings = channelSettingsSchema.parse(providers[kind].settings(target.url.slice(0, -1)))
    const startedAt = performance.now()
    const delivery = await deliver(settings)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(delivery.kind).toBe(made)
    expect(delivery.answer.length).toBeLessThanOrEqual(1_000)
    expect(JSON.stringify(delivery)).not.toContain(secretMark)
    expect(target.connections()).toBe(1)
    await target.stop()
  })

  test('is not there', async () => {
    const target = await startTarget([])
    await target.stop()
    const delivery = await deliver(channelSettingsSchema.parse(providers[kind].settings(target.url.slice(0, -1))))
    expect(delivery.kind).toBe('retry')
    expect(JSON.stringify(delivery)).not.toContain(secretMark)
  })
})

describe('a test', () => {
  test.each([
    ['pagerduty', ({ body }: ProviderRequest) => JSON.parse(body).event_action, 'resolve'],
    ['opsgenie', ({ path }: ProviderRequest) => path.split('/').at(-1), 'close?identifierType=alias'],
  ] as const)('leaves nothing open for those on call: %s', async (kind, deedOf, deed) => {
    await using server = startProvider(providers[kind])
    const settings = channelSettingsSchema.parse(providers[kind].settings(server.origin))
    for (const event of ['test', 'down'] as const)
      expect(await deliver(settings, { event, dedupKey: event })).toMatchObject({ kind: 'accepted' })
    expect(server.complaints).toEqual([])
    expect(server.requests.map(deedOf).filter((done) => done === deed)).toHaveLength(1)
  })
})

test('where there is too much to say, it is not the links that are cut', async () => {
  const members = Array.from({ length: 10 }, (_, place) => `${'*_[shop]_*'.repeat(200)} ${place}`)
  const storm = { trait: 'x'.repeat(2_000), members, count: 10 }
  for (const kind of ['discord', 'mattermost', 'google_chat'] as const) {
    await using server = startProvider(providers[kind])
    const settings = channelSettingsSchema.parse(providers[kind].settings(server.origin))
    const { links } = makeAlert()
    expect(await deliver(settings, { event: 'storm', storm, subject: null })).toMatchObject({ kind: 'accepted' })
    for (const link of [links.open, links.acknowledge]) expect(server.requests[0]?.body).toContain(link ?? 'no link')
  }
})
