import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import { channelContext } from '@repo/contracts/alerts'
import { addChannel } from '@repo/db/testing/alerting'
import { parseChannelId } from '@repo/domain/ids'
import { createChannels } from '@repo/notifiers/registry'
import { type Receiver, startReceiver } from '@repo/notifiers/testing/plain-webhook'
import { createKeyring } from '@repo/secrets/keyring'
import { channelKindsOf } from '../src/channel-kinds.ts'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
let receiver: Receiver
let token: string
let workspaceId: Awaited<ReturnType<ApiInstance['addPerson']>>['workspaceId']
beforeAll(async () => {
  api = await openApi()
  receiver = startReceiver()
  const person = await api.addPerson()
  token = person.token
  workspaceId = person.workspaceId
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const url = 'https://hooks.example/'
const secret = `SEKRET-${crypto.randomUUID()}`
const ask = (method: string, path: string, body?: unknown) =>
  api.ask(`/api/v1/channels${path}`, { method, token, ...(body !== undefined && { body }) })
const create = async (settings: object) => {
  const answer = await ask('POST', '', { name: 'ops', kind: 'webhook', settings })
  return (await answer.json()) as ChannelJson
}

describe('a channel', () => {
  test('is set up, changed, paused and deleted, and none of its secrets is answered, logged or kept in the clear', async () => {
    const made = await create({ url, token: secret })
    expect(made).toMatchObject({ name: 'ops', kind: 'webhook', settings: { url, token: { set: true } }, paused: false })
    const read = await ask('GET', `/${made.id}`)
    const changed = await ask('PATCH', `/${made.id}`, {
      name: 'pager',
      settings: { url, token: { set: true } },
      paused: true,
    })
    expect(await changed.clone().json()).toMatchObject({
      name: 'pager',
      settings: { token: { set: true } },
      paused: true,
    })
    expect((await ask('DELETE', `/${made.id}`)).status).toBe(204)
    const audit = await api.ask('/api/v1/audit', { token })
    for (const answer of [read, changed, audit]) expect(await answer.text()).not.toContain(secret)
  })

  test('keeps its settings sealed for itself alone', async () => {
    const made = await create({ url, token: secret })
    const { rows } = await api.deps.sql.execute<{ settings: string }>(
      `select settings from channel where id = '${made.id}'`,
    )
    const sealed = rows[0]?.settings ?? ''
    expect(sealed).not.toContain(secret)
    expect(JSON.parse(api.deps.keyring.open(sealed, channelContext(workspaceId, made.id)))).toEqual({
      url,
      token: secret,
    })
    expect(() => api.deps.keyring.open(sealed, channelContext(workspaceId, crypto.randomUUID()))).toThrow()
  })

  const refused: [string, object, string][] = [
    ['a kind that is not known', { kind: 'pigeon', settings: {} }, 'kind: is none of webhook'],
    ['an address in a private network', { settings: { url: 'http://192.168.1.1/' } }, 'settings.url: leads to'],
    ['the address of this machine', { settings: { url: 'http://127.0.0.1:5432/' } }, 'settings.url: leads to'],
    ['settings that its kind does not know', { settings: { url, sender: 'me' } }, 'settings.sender: is not known'],
    [
      'a mark in place of a secret that was never there',
      { settings: { url, token: { set: true } } },
      'settings.token: cannot be kept, for nothing is stored here',
    ],
    [
      'a person who is not in the workspace',
      { settings: { url }, userId: crypto.randomUUID() },
      'userId: there is no such person',
    ],
  ]
  test.each(refused)('is refused with %s', async (_what, body, message) => {
    const problem = await problemOf(await ask('POST', '', { name: 'ops', kind: 'webhook', ...body }))
    expect([problem.code, problem.detail?.slice(0, message.length)]).toEqual(['invalid_body', message])
  })

  test('takes its secret nowhere else: whoever sends messages to another place has to know it', async () => {
    const made = await create({ url, token: secret })
    const moved = { settings: { url: 'https://elsewhere.example/', token: { set: true } } }
    const problem = await problemOf(await ask('PATCH', `/${made.id}`, moved))
    expect(problem.detail).toStartWith('settings.token: is kept only where messages go to the same place')
  })

  test('is not made of mail where this instance cannot send any: what to set is said', async () => {
    const send = () => Promise.reject(new Error('nobody is asked'))
    await using real = await openApi({ channelKinds: channelKindsOf(createChannels({ send, mailer: undefined })) })
    const { token: theirs } = await real.addPerson()
    const body = { name: 'Mail', kind: 'email', userId: null, settings: { to: 'ada@example.com' } }
    const problem = await problemOf(await real.ask('/api/v1/channels', { token: theirs, body }))
    expect(problem.detail).toBe(
      'kind: email cannot be used: this instance was not told how to send mail: set SMTP_URL and MAIL_FROM',
    )
  })

  const moves: [kind: string, settings: object, moved: object][] = [
    ['webhook', { url, headers: [{ name: 'X-Key', value: secret }] }, { headers: { set: true } }],
    ['sms_gateway', { url, to: '+4915112345678', token: secret }, { to: '+4915112345678', token: { set: true } }],
  ]
  test.each(moves)('takes no secret elsewhere where its address is one too: %s', async (kind, settings, kept) => {
    const send = () => Promise.reject(new Error('nobody is asked'))
    const channelKinds = channelKindsOf(createChannels({ send, mailer: undefined }))
    await using real = await openApi({ channelKinds })
    const { token: theirs } = await real.addPerson()
    const change = (body: object, path = '', method = 'POST') =>
      real.ask(`/api/v1/channels${path}`, { method, token: theirs, body })
    const { id } = (await (await change({ name: 'ops', kind, settings })).json()) as ChannelJson
    const staying = await change({ settings: { ...kept, url: { set: true } } }, `/${id}`, 'PATCH')
    expect(staying.status).toBe(200)
    const moved = await change({ settings: { ...kept, url: 'https://elsewhere.example/' } }, `/${id}`, 'PATCH')
    expect((await problemOf(moved)).detail).toContain('is kept only where messages go to the same place')
  })

  test('is refused by an instance that has nothing to seal with', async () => {
    await using bare = await openApi({ keyring: createKeyring([]) })
    const person = await bare.addPerson()
    const body = { name: 'ops', kind: 'webhook', settings: { url } }
    const problem = await problemOf(await bare.ask('/api/v1/channels', { token: person.token, body }))
    expect(problem.detail).toContain('INSTANCE_KEYS')
  })

  test('of another workspace is not there', async () => {
    const stranger = await api.addPerson()
    const made = await create({ url })
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/test'],
    ] as const) {
      const answer = await api.ask(`/api/v1/channels/${made.id}${path}`, { method, token: stranger.token })
      expect(await refusalOf(answer)).toBe('404 not_found')
    }
  })
})

describe('a test of a channel', () => {
  async function receiving(path: string): Promise<string> {
    const id = parseChannelId(Bun.randomUUIDv7())
    const context = channelContext(workspaceId, id)
    const settings = api.deps.keyring.seal(JSON.stringify({ url: receiver.urlOf(path), token: secret }), context)
    return addChannel(api.deps.sql, { id, workspaceId, settings })
  }

  test('says what the provider made of it', async () => {
    receiver.answer('gone', { status: 410 })
    const said = await (await ask('POST', `/${await receiving('well')}/test`)).json()
    expect(said).toEqual({ outcome: 'accepted', reason: '', answer: 'thanks' })
    expect(receiver.received.at(-1)?.alert).toMatchObject({ event: 'test', subject: null })
    const refusing = await (await ask('POST', `/${await receiving('gone')}/test`)).json()
    expect(refusing).toEqual({ outcome: 'refused', reason: 'answered 410', answer: 'no' })
  })

  test('that was taken is the last message of the channel, and one that was refused is none', async () => {
    const [well, gone] = [await receiving('well'), await receiving('gone')]
    const lastOf = async (id: string) => ((await (await ask('GET', `/${id}`)).json()) as ChannelJson).lastAcceptedAt
    expect(await lastOf(well)).toBeNull()
    await Promise.all([well, gone].map((id) => ask('POST', `/${id}/test`)))
    expect(await lastOf(well)).toBe(new Date(api.deps.clock.nowMs()).toISOString())
    expect(await lastOf(gone)).toBeNull()
  })

  test('can be had ten times a minute', async () => {
    const id = await receiving('often')
    let answer = await ask('POST', `/${id}/test`)
    for (let time = 0; time < 10 && answer.status === 200; time += 1) answer = await ask('POST', `/${id}/test`)
    expect(await refusalOf(answer)).toBe('429 too_many_requests')
  })
})
