import { afterAll, describe, expect, test } from 'bun:test'
import { channelSettingsSchema } from '@repo/contracts/channels'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { systemResolve } from '@repo/probes/resolve'
import { type Alert, noLinks } from '../src/alert.ts'
import type { Delivery } from '../src/channel.ts'
import { createChannels } from '../src/registry.ts'
import { everyAlert, hostileNames, makeAlert } from '../testing/alerts.ts'
import { providers, secretMark, startProvider } from '../testing/providers.ts'
import { exampleIdentity } from '../testing/push-receiver.ts'

/** What every channel that sends requests has to do, whoever is behind it. */

const nowMs = Date.UTC(2026, 5, 1, 12, 5)
const sending = (allowedCidrs: string[]) =>
  createGuardedRequests({ egress: createEgressPolicy({ allowedCidrs }), resolve: systemResolve })
const channels = createChannels({ send: sending(['127.0.0.0/8']), mailer: undefined, webPush: exampleIdentity })
const guarded = createChannels({ send: sending([]), mailer: undefined, webPush: exampleIdentity })
const running = new AbortController().signal

test('every channel but mail has a provider here, and every provider a channel', () => {
  expect([...channels.keys()].filter((kind) => kind !== 'email').sort()).toEqual(Object.keys(providers).sort() as never)
})

describe.each(Object.entries(providers))('%s', (kind, provider) => {
  const server = startProvider(provider)
  afterAll(() => server[Symbol.asyncDispose]())
  const settings = channelSettingsSchema.parse(provider.settings(server.origin))
  async function deliver(alert: Alert = makeAlert(), signal = running, by = channels): Promise<Delivery> {
    const channel = by.get(settings.kind)
    if (!channel) throw new Error(`there is no channel ${kind}`)
    return channel.deliver(alert, settings, { signal, nowMs })
  }
  const respond = (status: number, headers: Record<string, string> = {}, body = 'no') =>
    server.answer(() => new Response(body, { status, headers }))

  test('takes every event', async () => {
    server.answer(undefined)
    for (const alert of everyAlert()) {
      const delivery = await deliver(alert)
      expect([alert.event, delivery.kind, ...server.complaints]).toEqual([alert.event, 'accepted'])
    }
  })

  test('takes whatever a monitor is named, and nobody is called by it', async () => {
    server.answer(undefined)
    for (const name of hostileNames) {
      const subject = { kind: 'monitor', id: '1', name, target: name } as const
      const cause = { code: 'TCP_REFUSED', message: name }
      const alert = makeAlert({ subject, cause, evidence: name, workspaceName: name, policyName: name })
      const delivery = await deliver(alert)
      expect([name, delivery.kind, ...server.complaints]).toEqual([name, 'accepted'])
    }
  })

  test('takes links to an instance that has no name of the internet, and leaves none out', async () => {
    server.answer(undefined)
    const delivery = await deliver(makeAlert({ links: { ...noLinks, open: 'http://localhost:3000/incidents/1' } }))
    expect([delivery.kind, ...server.complaints]).toEqual(['accepted'])
    expect(decodeURIComponent(server.requests.at(-1)?.body ?? '')).toContain('http://localhost:3000/incidents/1')
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is worth another try', async (status) => {
    respond(status)
    expect(await deliver()).toMatchObject({ kind: 'retry' })
  })

  test('is asked again no sooner than it says, in seconds and by a date', async () => {
    respond(429, { 'retry-after': '7' }, '{}')
    expect(await deliver()).toMatchObject({ kind: 'retry', afterMs: 7_000 })
    respond(503, { 'retry-after': 'Mon, 01 Jun 2026 12:06:30 GMT' }, '{}')
    expect(await deliver()).toMatchObject({ kind: 'retry', afterMs: 90_000 })
    respond(503, { 'retry-after': '9999999' }, '{}')
    expect(await deliver()).toMatchObject({ kind: 'retry', afterMs: 86_400_000 })
  })

  test.each([400, 401, 403, 404, 410, 413, 422])('%i would be the same again', async (status) => {
    respond(status)
    expect(await deliver()).toMatchObject({ kind: 'refused' })
  })

  test('that leads elsewhere is not followed', async () => {
    const before = server.requests.length
    respond(307, { location: `${server.origin}/elsewhere` })
    expect(await deliver()).toMatchObject({ kind: 'refused' })
    expect(server.requests.length).toBe(before + 1)
  })

  test('that says nothing is left at once where somebody stops', async () => {
    const asked = Promise.withResolvers<void>()
    server.answer(() => {
      asked.resolve()
      return new Promise(() => {})
    })
    const stopping = new AbortController()
    const delivery = deliver(makeAlert(), stopping.signal)
    await asked.promise
    stopping.abort()
    expect(await delivery).toMatchObject({ kind: 'retry' })
  })

  test('tells no secret again, whatever it answers', async () => {
    server.answer(({ path, body, headers }) =>
      Response.json(
        { errors: [path, body], description: body, message: path, ok: false, all: [...headers] },
        { status: 400 },
      ),
    )
    const delivery = await deliver()
    expect(delivery.kind).toBe('refused')
    const said = JSON.stringify(delivery)
    for (const form of [secretMark, Buffer.from(secretMark).toString('base64').slice(0, 20)])
      expect(said).not.toContain(form)
    expect(delivery.answer.length).toBeLessThanOrEqual(1_000)
  })

  test('is reached where the guard lets it be reached, and not else', async () => {
    server.answer(undefined)
    const before = server.requests.length
    expect(await deliver(makeAlert(), running, guarded)).toMatchObject({ kind: 'refused' })
    expect(server.requests.length).toBe(before)
  })

  test('gets the same keys with every try', async () => {
    server.answer(undefined)
    const before = server.requests.length
    await deliver()
    await deliver()
    for (const request of server.requests.slice(before)) {
      if (provider.dedupKeyIn) expect(provider.dedupKeyIn(request)).toBe('incident-1')
      if (provider.deliveryKeyIn) expect(provider.deliveryKeyIn(request)).toBe('event-7-channel-3')
    }
  })
})
