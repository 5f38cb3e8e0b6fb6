import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import { createChannels } from '@repo/notifiers/registry'
import { type ProviderServer, providers, secretMark, startProvider } from '@repo/notifiers/testing/providers'
import { exampleIdentity } from '@repo/notifiers/testing/push-receiver'
import { createEgressPolicy } from '@repo/probes/egress'
import { createGuardedRequests } from '@repo/probes/guarded-request'
import { systemResolve } from '@repo/probes/resolve'
import { channelKindsOf } from '../src/channel-kinds.ts'
import { type ApiInstance, openApi, problemOf } from './instance.ts'

const egressTo = (allowedCidrs: string[]) => createEgressPolicy({ allowedCidrs })

/** An instance with every channel that there is, which may send to these addresses beside the public ones. */
function openWith(webPush: typeof exampleIdentity | undefined, allowedCidrs: string[] = []): Promise<ApiInstance> {
  const egress = egressTo(allowedCidrs)
  const send = createGuardedRequests({ egress, resolve: systemResolve })
  const channelKinds = channelKindsOf(createChannels({ send, mailer: undefined, webPush }))
  return openApi({ channelKinds, egress, webPushPublicKey: webPush?.publicKey })
}

let api: ApiInstance
let service: ProviderServer
let token: string
let settings: Record<string, unknown>
beforeAll(async () => {
  api = await openWith(exampleIdentity, ['127.0.0.0/8'])
  service = startProvider(providers.web_push)
  token = (await api.addPerson()).token
  const { kind: _, ...rest } = providers.web_push.settings(service.origin)
  settings = rest
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const ask = (method: string, path: string, body?: unknown) =>
  api.ask(`/api/v1/channels${path}`, { method, token, ...(body !== undefined && { body }) })
const make = async () =>
  (await (await ask('POST', '', { name: 'Firefox', kind: 'web_push', settings })).json()) as ChannelJson

describe('the key with which browsers subscribe', () => {
  test('is the public one of the instance, and its private one is told to nobody', async () => {
    const text = await (await api.ask('/api/v1/web-push', { token })).text()
    expect(JSON.parse(text)).toEqual({ publicKey: exampleIdentity.publicKey })
    expect(text).not.toContain(exampleIdentity.privateKey)
  })

  test('is null where the instance has none', async () => {
    await using bare = await openWith(undefined)
    const person = await bare.addPerson()
    expect(await (await bare.ask('/api/v1/web-push', { token: person.token })).json()).toEqual({ publicKey: null })
  })
})

describe('a channel to a browser', () => {
  test('is made of its subscription, of which nothing is answered again', async () => {
    const made = await make()
    const marks = { endpoint: { set: true }, p256dh: { set: true }, auth: { set: true } }
    expect(made).toMatchObject({ kind: 'web_push', settings: marks, failures: 0 })
    const answers = [ask('GET', ''), ask('GET', `/${made.id}`), ask('PATCH', `/${made.id}`, { settings: marks })]
    for (const answer of [...(await Promise.all(answers)), await api.ask('/api/v1/audit', { token })]) {
      expect(answer.status).toBe(200)
      const text = await answer.text()
      for (const secret of [secretMark, String(settings.auth), String(settings.p256dh)])
        expect(text).not.toContain(secret)
    }
  })

  test('shows that it works', async () => {
    const { id } = await make()
    const said = await (await ask('POST', `/${id}/test`)).json()
    expect([said, service.complaints]).toEqual([{ outcome: 'accepted', reason: '', answer: '' }, []])
    expect(JSON.parse(service.requests.at(-1)?.body ?? '')).toMatchObject({
      ...{ title: expect.stringMatching(/^TEST .* - this channel works$/), event: 'test' },
      url: 'https://uptime.example.com',
    })
  })

  test('says what to do where the browser has ended the subscription', async () => {
    const { id } = await make()
    service.answer(() => new Response('gone', { status: 410 }))
    const said = await (await ask('POST', `/${id}/test`)).json()
    service.answer(undefined)
    const reason = 'answered 410: the browser has ended this subscription, let it subscribe anew'
    expect(said).toEqual({ outcome: 'refused', reason, answer: 'gone' })
  })

  test('takes its keys to no other push service', async () => {
    const { id } = await make()
    const moved = { ...settings, endpoint: 'https://elsewhere.example/', auth: { set: true } }
    const problem = await problemOf(await ask('PATCH', `/${id}`, { settings: moved }))
    expect(problem.detail).toStartWith('settings.auth: is kept only where messages go to the same place')
  })

  test('leads to no private network', async () => {
    await using guarded = await openWith(exampleIdentity)
    const person = await guarded.addPerson()
    for (const endpoint of ['http://127.0.0.1/push', 'https://192.168.1.1/push', 'http://169.254.169.254/latest']) {
      const body = { name: 'Firefox', kind: 'web_push', settings: { ...settings, endpoint } }
      const problem = await problemOf(await guarded.ask('/api/v1/channels', { token: person.token, body }))
      expect([problem.code, problem.detail]).toEqual([
        'invalid_body',
        expect.stringMatching(/^settings.endpoint: leads/),
      ])
    }
  })

  test('is refused by an instance that has no key to sign with', async () => {
    await using bare = await openWith(undefined)
    const person = await bare.addPerson()
    const body = { name: 'Firefox', kind: 'web_push', settings: { ...settings, endpoint: 'https://push.example/1' } }
    const problem = await problemOf(await bare.ask('/api/v1/channels', { token: person.token, body }))
    expect([problem.status, problem.errors]).toEqual([
      400,
      [
        {
          field: 'kind',
          message: 'web_push cannot be used: this instance has no WEB_PUSH_KEY to sign messages for browsers with',
        },
      ],
    ])
  })
})
