import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { setClocks, setEmail, setHistory } from '@repo/db/testing/digests'
import { addMonitor } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { createMailer } from '@repo/notifiers/mailer'
import { openSmtpServer, partOf, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { type ApiInstance, type Asked, openApi, refusalOf } from './instance.ts'

const DAY_MS = 86_400_000
const mondayMs = Date.UTC(2026, 5, 8, 8)

let smtp: RecordingSmtpServer
let api: ApiInstance
let ada: Awaited<ReturnType<ApiInstance['addPerson']>>
beforeAll(async () => {
  smtp = await openSmtpServer()
  api = await openApi({ mailer: createMailer({ url: smtp.url, from: 'us@example.com' }) })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})
beforeEach(async () => {
  ada = await api.addPerson()
  await setEmail(api.deps.sql, ada.id, `${ada.id}@example.com`)
})

const v1 = (path: string, asked: Asked = {}) => api.ask(`/api/v1${path}`, { token: ada.token, ...asked })
const digest = async () => (await v1('/digest')).json()
const choose = (enabled: boolean) => v1('/digest', { method: 'PATCH', body: { enabled } })
const setTimeZone = (timeZone: string) => v1('/workspace', { method: 'PATCH', body: { timeZone } })

/** When the workspace is written to next, as the notifiers see it. */
async function nextAt(): Promise<string> {
  const { rows } = await api.deps.sql.execute<{ at: string }>(
    `select to_char(digest_at at time zone 'utc', 'YYYY-MM-DD HH24:MI') as at from workspace where id = '${ada.workspaceId}'`,
  )
  return rows[0]?.at ?? ''
}

async function deeds(action: string): Promise<unknown[]> {
  const { items } = (await (await v1('/audit')).json()) as { items: { action: string }[] }
  return items.filter((one) => one.action === action)
}

describe('a weekly mail', () => {
  test('comes to whoever has an address, on Monday at eight by the clocks of the workspace', async () => {
    expect(await digest()).toEqual({
      ...{ enabled: true, email: `${ada.id}@example.com`, timeZone: 'UTC', nextAt: '2026-06-08T08:00:00.000Z' },
    })
    expect((await setTimeZone('Asia/Tokyo')).status).toBe(200)
    expect(await digest()).toMatchObject({ timeZone: 'Asia/Tokyo', nextAt: '2026-06-07T23:00:00.000Z' })
  })

  test('does not come to whoever wants none, and comes again when they do', async () => {
    expect(await (await choose(false)).json()).toMatchObject({ enabled: false, nextAt: null })
    expect(await digest()).toMatchObject({ enabled: false, nextAt: null })
    expect(await (await choose(true)).json()).toMatchObject({ enabled: true, nextAt: '2026-06-08T08:00:00.000Z' })
    await choose(true)
    expect(await deeds('digest.changed')).toHaveLength(2)
  })

  test('does not come where there is no address, or no mail', async () => {
    await setEmail(api.deps.sql, ada.id, null)
    expect(await digest()).toMatchObject({ enabled: true, email: null, nextAt: null })
    await using mute = await openApi()
    const person = await mute.addPerson()
    await setEmail(mute.deps.sql, person.id, 'ada@example.com')
    const answer = await mute.ask('/api/v1/digest', { token: person.token })
    expect(await answer.json()).toMatchObject({ enabled: true, nextAt: null })
  })

  test('is everybody’s own: what one member chooses is nothing to another', async () => {
    const bob = await api.addPerson()
    await choose(false)
    expect(await (await v1('/digest', { token: bob.token })).json()).toMatchObject({ enabled: true })
  })
})

describe('the clocks of a workspace', () => {
  test('are changed by an admin, and that is written down', async () => {
    const answer = await setTimeZone('Europe/Berlin')
    expect(await answer.json()).toMatchObject({ name: expect.any(String), timeZone: 'Europe/Berlin' })
    expect(await deeds('workspace.time_zone_changed')).toMatchObject([
      { before: { timeZone: 'UTC' }, after: { timeZone: 'Europe/Berlin' } },
    ])
    expect(await refusalOf(await setTimeZone('Middle/Earth'))).toBe('400 invalid_body')
    expect(await refusalOf(await v1('/workspace', { method: 'PATCH', body: {} }))).toBe('400 invalid_body')
  })

  test('bring the next mail forward, and never put off one that is due', async () => {
    await setClocks(api.deps.sql, ada.workspaceId, { timeZone: 'UTC', nextAtMs: mondayMs })
    await setTimeZone('Asia/Tokyo')
    expect(await nextAt()).toBe('2026-06-07 23:00')
    await setTimeZone('America/New_York')
    expect(await nextAt()).toBe('2026-06-07 23:00')
  })
})

describe('the mail as it would be now', () => {
  const send = () => v1('/digest/test', { method: 'POST' })

  test('is sent to whoever asks for it, about the last seven days', async () => {
    const monitor = await addMonitor(api.deps.sql, ada.workspaceId, { name: 'Shop' })
    await setHistory(api.deps.sql, monitor, [
      [noonMs - 30 * DAY_MS, 'up'],
      [noonMs - DAY_MS, 'down'],
      [noonMs - DAY_MS / 2, 'up'],
    ])
    const before = smtp.mails.length
    expect(await (await send()).json()).toEqual({
      ...{ outcome: 'accepted', answer: 'the mail server took it', reason: '' },
    })
    const [mail] = smtp.mails.slice(before)
    expect(mail?.to).toEqual([`${ada.id}@example.com`])
    expect(partOf(mail?.raw ?? '', 'text/plain')).toContain('92.857 % up, down for 12 h together')
  })

  test('goes out though there is nothing to say, but not too often to one address', async () => {
    for (let time = 0; time < 3; time += 1) expect((await send()).status).toBe(200)
    expect(await refusalOf(await send())).toBe('429 too_many_requests')
  })

  test('is refused in words where there is nowhere to send it', async () => {
    await setEmail(api.deps.sql, ada.id, null)
    expect(await (await send()).json()).toMatchObject({
      outcome: 'refused',
      reason: 'your account has no e-mail address',
    })
    await using mute = await openApi()
    const { token } = await mute.addPerson()
    expect(await refusalOf(await mute.ask('/api/v1/digest/test', { token, method: 'POST' }))).toBe('501 not_configured')
  })
})

describe('the link in a mail', () => {
  async function linkOf(): Promise<string> {
    const before = smtp.mails.length
    await v1('/digest/test', { method: 'POST' })
    const link = smtp.mails[before]?.headers.get('list-unsubscribe') ?? ''
    return new URL(link.slice(1, -1)).href.replace('https://uptime.example.com', '')
  }
  /** As a mail program asks: RFC 8058. */
  const oneClick = (path: string) =>
    api.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })

  test('ends the mails by one request without signing in, as often as it is asked', async () => {
    const link = await linkOf()
    for (let time = 0; time < 2; time += 1) expect((await oneClick(link)).status).toBe(200)
    expect(await digest()).toMatchObject({ enabled: false })
    expect(await deeds('digest.changed')).toMatchObject([
      { actor: { kind: 'link', id: ada.id }, before: { enabled: true }, after: { enabled: false } },
    ])
  })

  test('asks whoever only follows it, and ends nothing by that', async () => {
    const link = await linkOf()
    const page = await api.ask(link)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'")
    expect(await page.text()).toContain('<form method="post">')
    expect(await digest()).toMatchObject({ enabled: true })
    await oneClick(link)
    expect(await (await api.ask(link)).text()).not.toContain('<form')
  })

  test('shows the name of the workspace as a text', async () => {
    await v1('/workspace', { method: 'PATCH', body: { name: '<script>alert(1)</script>' } })
    const text = await (await api.ask(await linkOf())).text()
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script>')
  })

  test('is of no use to whoever guesses it, nor after its person has left', async () => {
    const guesses = ['', '?token=nonsense', `?token=${crypto.randomUUID()}`, '?token=%00']
    for (const guess of guesses)
      expect([guess, await refusalOf(await oneClick(`/api/digest/unsubscribe${guess}`))]).toEqual([
        guess,
        '404 not_found',
      ])
    const link = await linkOf()
    await v1('/workspace', { method: 'DELETE' })
    expect(await refusalOf(await oneClick(link))).toBe('404 not_found')
  })
})
