import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ApiInstance, type Asked, openApi } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

async function v1<Body>(path: string, asked: Asked): Promise<Body> {
  const answer = await api.ask(`/api/v1${path}`, asked)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as Body
}

interface Entry {
  readonly action: string
  readonly before: Record<string, unknown> | null
  readonly after: Record<string, unknown> | null
}

/** What was written down of it last. */
async function lastEntry(token: string, subjectId: string): Promise<Entry | undefined> {
  const { items } = await v1<{ items: Entry[] }>(`/audit?subjectId=${subjectId}`, { token })
  return items[0]
}

describe('what was taken away is called by its name in the audit log', () => {
  test('a revoked key by its name and its beginning', async () => {
    const { token } = await api.addPerson()
    const body = { name: 'CI of the shop', scopes: ['read'] }
    const { id, prefix, key } = await v1<{ id: string; prefix: string; key: string }>('/keys', { token, body })
    expect((await lastEntry(token, id))?.after).toMatchObject({ name: body.name, prefix })
    await v1(`/keys/${id}`, { token, method: 'DELETE' })
    const entry = await lastEntry(token, id)
    expect(entry).toMatchObject({ action: 'key.revoked', before: { name: body.name, prefix }, after: null })
    expect(JSON.stringify(entry)).not.toContain(key.slice(prefix.length))
  })

  test('an invitation by its role and whom it was for', async () => {
    const { token } = await api.addPerson()
    const body = { role: 'admin', email: 'guest@example.com' }
    const { id } = await v1<{ id: string }>('/invitations', { token, body })
    await v1(`/invitations/${id}`, { token, method: 'DELETE' })
    expect(await lastEntry(token, id)).toMatchObject({ action: 'invitation.revoked', before: body, after: null })
  })

  test('a member by their name and role', async () => {
    const [owner, guest] = [await api.addPerson(), await api.addPerson()]
    const made = await v1<{ token: string }>('/invitations', { token: owner.token, body: { role: 'member' } })
    await v1('/invitations/accept', { token: guest.token, body: { token: made.token } })
    await v1(`/members/${guest.id}`, { token: owner.token, method: 'DELETE' })
    const before = { username: guest.username, role: 'member' }
    expect(await lastEntry(owner.token, guest.id)).toMatchObject({ action: 'member.removed', before, after: null })
  })
})

describe('a change of a monitor’s secrets is in the audit log', () => {
  const header = (value: unknown) => ({ name: 'X-Key', value })
  const spec = {
    kind: 'http',
    url: 'https://shop.example/',
    auth: { kind: 'basic', username: 'SEKRET-user', password: 'SEKRET-password' },
    headers: [{ name: 'Accept', value: 'text/html' }, header('SEKRET-key')],
  }
  const set = { set: true }
  const kept = {
    ...spec,
    auth: { ...spec.auth, username: set, password: set },
    headers: [spec.headers[0], header(set)],
  }

  async function entryAfter(changed: object): Promise<Entry | undefined> {
    const { token } = await api.addPerson()
    const { id } = await v1<{ id: string }>('/monitors', { token, body: { spec } })
    await v1(`/monitors/${id}`, { token, method: 'PATCH', body: changed })
    const entry = await lastEntry(token, id)
    expect(entry?.action).toBe('monitor.changed')
    expect(JSON.stringify(entry)).not.toContain('SEKRET')
    return entry
  }

  const cases: [string, object, string[] | undefined][] = [
    ['a password', { ...kept, auth: { ...kept.auth, password: 'SEKRET-2' } }, ['auth.password']],
    [
      'a header, whatever the case of its name',
      { ...kept, headers: [{ ...header('SEKRET-2'), name: 'x-KEY' }] },
      ['headers[x-key]'],
    ],
    ['a header that went', { ...kept, headers: [] }, ['headers[x-key]']],
    [
      'several at once',
      { ...spec, auth: { kind: 'bearer', token: 'SEKRET' } },
      ['auth.username', 'auth.password', 'auth.token'],
    ],
    ['none of those that are kept', { ...kept, method: 'HEAD' }, undefined],
    ['none of those that are given as they were', { ...spec, method: 'HEAD' }, undefined],
  ]
  test.each(cases)('by its place, without its value: %s', async (_what, changed, places) => {
    expect((await entryAfter({ spec: changed }))?.after?.secretsChanged).toEqual(places)
  })

  test('also where nothing else was changed', async () => {
    const entry = await entryAfter({ spec: { ...kept, auth: { ...kept.auth, password: 'SEKRET-2' } } })
    expect(entry).toMatchObject({ before: { secretsChanged: null }, after: { secretsChanged: ['auth.password'] } })
    expect(Object.keys(entry?.after ?? {})).toEqual(['secretsChanged'])
  })

  test('and a change of something else says nothing of them', async () => {
    expect((await entryAfter({ name: 'Shop' }))?.after).toEqual({ name: 'Shop' })
  })
})
