import { describe, expect, test } from 'bun:test'
import { createECDH, randomBytes } from 'node:crypto'
import { channelSettingsSchema, fieldsOf, type SettingsOf } from '@repo/contracts/channels'
import { type Alert, noLinks } from '../src/alert.ts'
import { createWebPush } from '../src/channels/web-push.ts'
import type { OutgoingRequest } from '../src/http-channel.ts'
import { everyAlert, hostileNames, makeAlert } from '../testing/alerts.ts'
import {
  exampleIdentity,
  exampleSubscription,
  openMessage,
  type Subscription,
  vapidIn,
} from '../testing/push-receiver.ts'

const endpoint = 'https://push.example:8443/send/SEKRETSEKRETSEKRET?v=2'
const attempt = { signal: new AbortController().signal, nowMs: Date.UTC(2026, 5, 1, 12, 5) }

function subscribe(): Subscription {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const [p256dh, privateKey] = [pair.getPublicKey('base64url'), pair.getPrivateKey('base64url')]
  return { p256dh, privateKey, auth: randomBytes(16).toString('base64url') }
}

const settingsOf = ({ p256dh, auth }: Subscription) =>
  channelSettingsSchema.parse({ kind: 'web_push', endpoint, p256dh, auth }) as SettingsOf<'web_push'>

interface Sent {
  readonly request: OutgoingRequest
  readonly body: Uint8Array
  field(name: string): string | null
}

/** What goes to the push service for a subscription. */
async function sentTo(subscription: Subscription, alert: Alert = makeAlert()): Promise<Sent> {
  const requests: OutgoingRequest[] = []
  const channel = createWebPush({
    webPush: exampleIdentity,
    async send(request) {
      requests.push(request)
      return { kind: 'answered', status: 201, body: '', field: () => undefined }
    },
  })
  expect(await channel.deliver(alert, settingsOf(subscription), attempt)).toEqual({ kind: 'accepted', answer: '' })
  const [request] = requests
  if (!(request?.body instanceof Uint8Array)) throw new Error('nothing was sent')
  const headers = new Headers(request.headers.map(({ name, value }) => [name, value]))
  return { request, body: request.body, field: (name) => headers.get(name) }
}

const notificationOf = async (alert: Alert) => {
  const { body } = await sentTo(exampleSubscription, alert)
  const text = openMessage(body, exampleSubscription)
  return { bytes: Buffer.byteLength(text), ...JSON.parse(text) }
}

test('the browser of these tests opens the example of RFC 8291, Appendix A', () => {
  const example =
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
  const opened = openMessage(Buffer.from(example, 'base64url'), exampleSubscription)
  expect(opened).toBe('When I grow up, I want to be a watermelon')
})

describe('a message to a browser', () => {
  test('is opened by the browser that subscribed, and by no other', async () => {
    const [mine, other] = [subscribe(), subscribe()]
    const { body } = await sentTo(mine)
    expect(JSON.parse(openMessage(body, mine)).title).toBe(
      'DOWN shop.example - TLS certificate expired (2 of 3 regions)',
    )
    expect(() => openMessage(body, other)).toThrow()
    expect(() => openMessage(body, { ...mine, auth: other.auth })).toThrow()
    expect(Buffer.from(body).toString('latin1')).not.toContain('shop.example')
  })

  test('is encrypted by keys of its own: the same one twice has nothing in common', async () => {
    const keysOf = ({ body }: Sent) => Buffer.from(body).subarray(0, 86).toString('hex')
    const [first, second] = [await sentTo(exampleSubscription), await sentTo(exampleSubscription)]
    expect(keysOf(first).slice(0, 32)).not.toBe(keysOf(second).slice(0, 32))
    expect(keysOf(first).slice(-64)).not.toBe(keysOf(second).slice(-64))
  })

  test('is signed by the instance, for this push service alone and for a day at most', async () => {
    const { field } = await sentTo(exampleSubscription)
    const vapid = vapidIn(field('authorization'))
    expect(vapid).toMatchObject({ isSigned: true, publicKey: exampleIdentity.publicKey, header: { alg: 'ES256' } })
    expect(vapid?.claims).toMatchObject({ aud: 'https://push.example:8443', sub: 'https://uptime.example.com' })
    const leftSeconds = (vapid?.claims.exp ?? 0) - Date.now() / 1_000
    expect(leftSeconds).toBeGreaterThan(3_600)
    expect(leftSeconds).toBeLessThanOrEqual(86_400)
  })

  test('goes to the endpoint of the subscription, as it is', async () => {
    const { request, field } = await sentTo(exampleSubscription)
    expect([request.method, request.url]).toEqual(['POST', endpoint])
    expect([field('content-type'), field('content-encoding')]).toEqual(['application/octet-stream', 'aes128gcm'])
    expect([field('ttl'), field('content-length')]).toEqual(['86400', null])
  })

  test.each([
    ['down', 'high'],
    ['recovered', 'high'],
    ['degraded', 'normal'],
    ['digest', 'normal'],
  ] as const)('of the event %s is of the urgency %s', async (event, urgency) => {
    expect((await sentTo(exampleSubscription, makeAlert({ event }))).field('urgency')).toBe(urgency)
  })

  test('stands in place of what was told of the same incident, and of nothing else', async () => {
    const topicOf = async (changed: Partial<Alert>) =>
      (await sentTo(exampleSubscription, makeAlert(changed))).field('topic')
    const down = await topicOf({})
    expect(down).toMatch(/^[A-Za-z0-9_-]{32}$/)
    expect(await topicOf({ event: 'recovered', deliveryKey: 'another' })).toBe(down)
    expect(await topicOf({ dedupKey: 'incident-2' })).not.toBe(down)
    expect((await notificationOf(makeAlert())).tag).toBe(down)
  })

  test('says what there is to say, and where to look', async () => {
    expect(await notificationOf(makeAlert())).toMatchObject({
      title: 'DOWN shop.example - TLS certificate expired (2 of 3 regions)',
      body: expect.stringContaining(
        'TLS certificate expired\nthe certificate ended on 30 May 2026\nTarget: https://shop',
      ),
      url: 'https://up.example/incidents/1?a=b&c=d',
      event: 'down',
    })
    expect((await notificationOf(makeAlert({ links: noLinks }))).url).toBeNull()
  })

  test('is 3,500 bytes at most, cut at a whole character', async () => {
    const families = new Set<string>()
    for (const name of [...hostileNames, '👩‍👩‍👧‍👦'.repeat(3_000), '"\\'.repeat(3_000), '\ud800'.repeat(3_000)])
      for (const alert of everyAlert()) {
        const cause = { code: 'X'.repeat(300), message: name }
        const subject = alert.subject && { ...alert.subject, name, target: name }
        const named = { ...alert, subject, cause, evidence: name, policyName: name, workspaceName: name }
        const { bytes, body, title } = await notificationOf(named)
        expect(bytes).toBeLessThanOrEqual(3_500)
        expect(`${title}${body}`.replaceAll('\ud800', '').isWellFormed()).toBe(true)
        for (const [family] of body.matchAll(/👩[^:\n…]*/gu))
          for (const one of family.split('👩‍👩‍👧‍👦')) families.add(one)
      }
    expect([...families]).toEqual([''])
  })

  test('leaves out an address that would leave no room for words', async () => {
    const links = { ...noLinks, open: `https://up.example/${'x'.repeat(4_000)}` }
    expect(await notificationOf(makeAlert({ links }))).toMatchObject({ url: null, event: 'down' })
  })
})

describe('a subscription', () => {
  const answered = (status: number) =>
    createWebPush({
      webPush: exampleIdentity,
      send: async () => ({ kind: 'answered', status, body: 'gone', field: () => undefined }),
    }).deliver(makeAlert(), settingsOf(exampleSubscription), attempt)

  test.each([404, 410])('that the browser has ended is refused, with what to do: %i', async (status) => {
    const reason = `answered ${status}: the browser has ended this subscription, let it subscribe anew`
    expect(await answered(status)).toEqual({ kind: 'refused', reason, answer: 'gone' })
  })

  test.each([401, 403])('that was made with another key is refused, with what to do: %i', async (status) => {
    expect(await answered(status)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('another key') })
  })

  test('whose keys are no keys is refused, and nobody is asked', async () => {
    const channel = createWebPush({
      webPush: exampleIdentity,
      send: () => Promise.reject(new Error('nobody is asked')),
    })
    // As long as a key has to be, and no point of the curve.
    const settings = settingsOf({ ...exampleSubscription, p256dh: `B${'A'.repeat(86)}` })
    const reason = 'the settings are no subscription of a browser: let it subscribe anew'
    expect(await channel.deliver(makeAlert(), settings, attempt)).toEqual({ kind: 'refused', reason, answer: '' })
  })

  test('is told nothing by an instance without a key, which says so', async () => {
    const channel = createWebPush({ webPush: undefined, send: () => Promise.reject(new Error('nobody is asked')) })
    expect(channel.unusable).toContain('WEB_PUSH_KEY')
    const delivery = await channel.deliver(makeAlert(), settingsOf(exampleSubscription), attempt)
    expect(delivery).toMatchObject({ kind: 'refused', reason: channel.unusable })
  })

  test('is repeated by nothing that is said of an attempt, nor is what the instance signed', async () => {
    const { auth, p256dh } = exampleSubscription
    let token = ''
    const channel = createWebPush({
      webPush: exampleIdentity,
      async send({ headers }) {
        const authorization = headers.find(({ name }) => name === 'Authorization')?.value ?? ''
        token = /t=([^,]+)/.exec(authorization)?.[1] ?? ''
        const body = [authorization, token, auth, p256dh, endpoint].join(' or ')
        return { kind: 'answered', status: 400, body, field: () => undefined }
      },
    })
    const delivery = await channel.deliver(makeAlert(), settingsOf(exampleSubscription), attempt)
    expect(delivery.answer).toContain('•••')
    for (const secret of [token, auth, p256dh, 'SEKRET']) expect(JSON.stringify(delivery)).not.toContain(secret)
  })

  test('is secret as a whole, and its endpoint is where messages go', () => {
    const { secrets, addresses } = fieldsOf('web_push')
    expect([secrets.toSorted(), addresses]).toEqual([['auth', 'endpoint', 'p256dh'], ['endpoint']])
  })

  const { p256dh, auth } = exampleSubscription
  test.each([
    ['a key that is too short', { p256dh: p256dh.slice(2), auth }],
    ['a compressed key', { p256dh: `A${p256dh.slice(1, 44)}`, auth }],
    ['a secret that is too short', { p256dh, auth: auth.slice(2) }],
    ['keys of base64 with other signs', { p256dh: p256dh.replace('_', '/'), auth }],
    ['no keys', {}],
    ['keys below a name of their own, as the browser gives them', { keys: { p256dh, auth } }],
  ])('is none with %s', (_what, keys) => {
    expect(channelSettingsSchema.safeParse({ kind: 'web_push', endpoint, ...keys }).success).toBe(false)
  })

  test('may be padded, as some browsers spell it', async () => {
    const padded = { ...exampleSubscription, p256dh: `${p256dh}=`, auth: `${auth}==` }
    const { body } = await sentTo(padded)
    expect(openMessage(body, exampleSubscription)).toContain('shop.example')
  })
})
