import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { ChannelJson } from '@repo/contracts/alert-channels'
import type { AlertPolicyJson } from '@repo/contracts/alerts'
import { addUser } from '@repo/db/testing/populate'
import type { UserId } from '@repo/domain/ids'
import { createMailer } from '@repo/notifiers/mailer'
import { createChannels } from '@repo/notifiers/registry'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { channelKindsOf } from '../src/channel-kinds.ts'
import { type ApiInstance, openApi, signIn } from './instance.ts'

let smtp: RecordingSmtpServer
let api: ApiInstance
let mailless: ApiInstance
beforeAll(async () => {
  smtp = await openSmtpServer()
  const mailer = createMailer({ url: smtp.url, from: 'uptime@example.com' })
  const send = () => Promise.reject(new Error('nothing is sent here'))
  api = await openApi({ mailer, channelKinds: channelKindsOf(createChannels({ send, mailer })) })
  mailless = await openApi()
}, 60_000)
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await mailless[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})

const password = 'correct horse battery'

async function signUp(at: ApiInstance, more: { email?: string; invitation?: string } = {}) {
  const username = `person-${crypto.randomUUID().slice(0, 8)}`
  const answer = await at.ask('/api/v1/sign-up', { body: { username, password, ...more } })
  if (answer.status !== 201) throw new Error(await answer.text())
  const { id } = (await answer.json()) as { id: UserId }
  return { username, token: await signIn(at.deps, id) }
}

async function read<Item>(at: ApiInstance, path: string, token: string, workspace?: string): Promise<Item[]> {
  const headers = workspace === undefined ? {} : { 'x-workspace-id': workspace }
  const answer = await at.ask(`/api/v1/${path}`, { token, headers })
  return ((await answer.json()) as { items: Item[] }).items
}

/** To whom mails of theirs go: `ada@example.com`, or `ada@example.com (paused)`. */
async function mailedTo(token: string, workspace?: string): Promise<string[]> {
  const channels = await read<ChannelJson>(api, 'channels', token, workspace)
  return channels.map(({ settings, paused }) => `${settings?.to}${paused ? ' (paused)' : ''}`)
}

const changeEmail = (token: string, email: string | null) =>
  api.ask('/api/v1/account', { method: 'PATCH', token, body: { email, password } })

describe('somebody who signs up', () => {
  test('is told by mail of what is down and up again, before they set anything up', async () => {
    const { token, username } = await signUp(api, { email: 'ada@example.com' })
    const policies = await read<AlertPolicyJson>(api, 'alert-policies', token)
    expect(policies).toMatchObject([
      {
        name: 'Everyone',
        rule: { monitors: { kind: 'all' }, topics: ['down', 'recovered', 'warning'] },
      },
    ])
    const [channel] = await read<ChannelJson>(api, 'channels', token)
    expect(channel).toMatchObject({ kind: 'email', name: `${username} by e-mail`, settings: { to: 'ada@example.com' } })
    expect(channel?.userId).not.toBeNull()
  })

  test('is told of nothing where there is no way to reach them, until they give an address', async () => {
    const { token } = await signUp(api)
    expect(await mailedTo(token)).toEqual([])
    expect((await changeEmail(token, 'late@example.com')).status).toBe(200)
    expect(await mailedTo(token)).toEqual(['late@example.com'])
  })

  test('has no channel that could never work: where no mail is sent, there is the policy alone', async () => {
    const { token } = await signUp(mailless, { email: 'ada@example.com' })
    expect(await read(mailless, 'channels', token)).toEqual([])
    expect(await read(mailless, 'alert-policies', token)).toHaveLength(1)
  })

  test('is told in every workspace in which they are, of which each new one has a policy', async () => {
    const { token } = await signUp(api, { email: 'owner@example.com' })
    const made = await api.ask('/api/v1/workspaces', { token, body: { name: 'Further' } })
    const { id } = (await made.json()) as { id: string }
    expect(await mailedTo(token, id)).toEqual(['owner@example.com'])
    expect(await read(api, 'alert-policies', token, id)).toHaveLength(1)

    const invite = async () => {
      const answer = await api.ask('/api/v1/invitations', {
        ...{ token, headers: { 'x-workspace-id': id } },
        body: { role: 'member' },
      })
      return ((await answer.json()) as { token: string }).token
    }
    await signUp(api, { email: 'new@example.com', invitation: await invite() })
    const known = await addUser(api.deps.sql, { email: 'known@example.com' })
    const accepting = { token: await signIn(api.deps, known.id), body: { token: await invite() } }
    expect((await api.ask('/api/v1/invitations/accept', accepting)).status).toBe(200)
    expect(await mailedTo(token, id)).toEqual(['owner@example.com', 'new@example.com', 'known@example.com'])
    expect(await read(api, 'alert-policies', token, id)).toHaveLength(1)
  })
})

describe('whoever changes their address', () => {
  test('is mailed at the new one, and what was set up for another address stays', async () => {
    const { token } = await signUp(api, { email: 'first@example.com' })
    const [{ userId } = { userId: null }] = await read<ChannelJson>(api, 'channels', token)
    const other = { kind: 'email', name: 'Second phone', userId, settings: { to: 'other@example.com' } }
    expect((await api.ask('/api/v1/channels', { token, body: other })).status).toBe(201)
    await changeEmail(token, 'second@example.com')
    expect(await mailedTo(token)).toEqual(['second@example.com', 'other@example.com'])
    await changeEmail(token, null)
    expect(await mailedTo(token)).toEqual(['second@example.com (paused)', 'other@example.com'])
  })

  test('and has ended the mails gets none at the new address either', async () => {
    const { token } = await signUp(api, { email: 'quiet@example.com' })
    const [channel] = await read<ChannelJson>(api, 'channels', token)
    await api.ask(`/api/v1/channels/${channel?.id}`, { method: 'PATCH', token, body: { paused: true } })
    await changeEmail(token, 'elsewhere@example.com')
    expect(await mailedTo(token)).toEqual(['elsewhere@example.com (paused)'])
  })
})
