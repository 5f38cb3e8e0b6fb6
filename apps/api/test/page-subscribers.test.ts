import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Subscriber, subscriberPageSchema } from '@repo/contracts/page-subscribers'
import { askSubscriber, endSubscription } from '@repo/db/queries/page-subscribers'
import { addSubscriber, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import { addPublishedPage, addStatusPage } from '@repo/db/testing/status-pages'
import { parseSubscriberId, type StatusPageId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { subscriberContext } from '@repo/secrets/subscriber-address'
import type { z } from 'zod'
import { type ApiInstance, openApi, problemOf, refusalOf } from './instance.ts'

const sent: string[] = []
let api: ApiInstance
beforeAll(async () => {
  const mailer = { send: async ({ to }: { to: string }) => void sent.push(to) }
  api = await openApi({ mailer })
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

async function newPage() {
  const { token, workspaceId } = await api.addPerson()
  const component = { id: crypto.randomUUID(), name: 'Search', source: { kind: 'manual' } }
  const content = { title: 'Shop', sections: [{ id: crypto.randomUUID(), name: '', components: [component] }] }
  const { id: pageId } = await addPublishedPage(api.deps.sql, { workspaceId, content })
  return { token, workspaceId, pageId, componentId: component.id, path: `/api/v1/status-pages/${pageId}/subscribers` }
}

async function jsonOf<Body>(asked: Promise<Response>): Promise<Body> {
  return (await (await asked).json()) as Body
}
type Page = z.output<typeof subscriberPageSchema>

async function addHook(pageId: StatusPageId, url: string) {
  const id = parseSubscriberId(Bun.randomUUIDv7())
  const settings = api.deps.keyring.seal(JSON.stringify({ url }), subscriberContext(pageId, id))
  const asked = { id, pageId, kind: 'slack', addressKey: `slack ${id}`, email: null, components: null } as const
  await askSubscriber(api.deps.sql, { ...asked, settings }, noonMs)
  return id
}

describe('the subscribers of a page', () => {
  test('are listed with what they chose, counted by their states, and no hook is shown whole', async () => {
    const { token, pageId, path, componentId } = await newPage()
    const { sql } = api.deps
    await addSubscriber(sql, { pageId, email: 'ada@example.com', components: [componentId] })
    await addSubscriber(sql, { pageId, email: 'bob@example.com', isPending: true })
    const gone = await addSubscriber(sql, { pageId, email: 'eve@example.com' })
    await endSubscription(sql, { pageId, id: gone }, { because: 'refused', nowMs: noonMs })
    await addHook(pageId, 'https://hooks.example/services/SEKRET?key=SEKRET')
    const text = await (await api.ask(path, { token })).text()
    expect(text).not.toContain('SEKRET')
    const { items, counts } = JSON.parse(text)
    expect(items).toMatchObject([
      { kind: 'email', address: 'ada@example.com', state: 'confirmed', components: [componentId] },
      { address: 'bob@example.com', state: 'pending', confirmedAt: null },
      { address: 'eve@example.com', state: 'unsubscribed', endedBecause: 'refused' },
      { kind: 'slack', address: 'https://hooks.example/…', state: 'pending', components: null },
    ])
    expect(counts).toEqual({ pending: 2, confirmed: 1, unsubscribed: 1 })
    const pending = await jsonOf<Page>(api.ask(`${path}?state=pending&limit=1`, { token }))
    expect(pending.items).toHaveLength(1)
    const rest = await jsonOf<Page>(api.ask(`${path}?state=pending&cursor=${pending.nextCursor}`, { token }))
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null])
  })

  test('come as CSV, in which no address is a formula', async () => {
    const { token, pageId, path } = await newPage()
    await addSubscriber(api.deps.sql, { pageId, email: '=cmd@example.com' })
    await addHook(pageId, 'https://hooks.example/services/SEKRET')
    const answer = await api.ask(`${path}/export`, { token })
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="subscribers.csv"')
    const lines = (await answer.text()).split('\r\n')
    expect(lines[0]).toBe('id,kind,address,state,components,created_at,confirmed_at,ended_at,ended_because')
    expect(lines[1]).toContain(",email,'=cmd@example.com,confirmed,")
    expect(lines[2]).toContain(',slack,https://hooks.example/…,pending,')
    expect(lines).toHaveLength(4)
  })

  test('are asked before they are told of anything, by whoever owns the page too', async () => {
    const { token, pageId, path, componentId } = await newPage()
    const body = { email: 'ada@example.com', components: [componentId] }
    const added = await jsonOf<Subscriber>(api.ask(path, { token, body }))
    expect(added).toMatchObject({ state: 'pending', components: [componentId] })
    expect((await jsonOf<Subscriber>(api.ask(path, { token, body }))).id).toBe(added.id)
    expect(await pageMessagesOf(api.deps.sql, pageId)).toEqual(['ada@example.com confirm waiting'])
    expect(sent).toEqual([])
    const strange = await api.ask(path, { token, body: { ...body, components: [crypto.randomUUID()] } })
    expect(await problemOf(strange)).toMatchObject({ code: 'invalid_body', errors: [{ field: 'components.0' }] })
  })

  test('are none of a page that the public does not see', async () => {
    const { token, workspaceId } = await newPage()
    const { id } = await addStatusPage(api.deps.sql, { workspaceId })
    const asked = api.ask(`/api/v1/status-pages/${id}/subscribers`, { token, body: { email: 'ada@example.com' } })
    expect(await refusalOf(await asked)).toBe('409 not_published')
  })

  test('are forgotten with all that was to be sent to them, and what is kept of that names nobody', async () => {
    const { token, pageId, path } = await newPage()
    const { id } = await jsonOf<Subscriber>(api.ask(path, { token, body: { email: 'ada@example.com' } }))
    expect((await api.ask(`${path}/${id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await pageMessagesOf(api.deps.sql, pageId)).toEqual([])
    expect((await api.ask(`${path}/${id}`, { token, method: 'DELETE' })).status).toBe(404)
    const { rows } = await api.deps.sql.execute(`select t::text from audit_entry t where subject_id = '${pageId}'`)
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toContain('ada@')
  })

  test('are nobody’s of another page, or another workspace', async () => {
    const [own, other] = [await newPage(), await newPage()]
    const id = await addSubscriber(api.deps.sql, { pageId: other.pageId })
    for (const path of [`${own.path}/${id}`, `${other.path}/${id}`])
      expect((await api.ask(path, { token: own.token, method: 'DELETE' })).status).toBe(404)
    expect((await api.ask(other.path, { token: own.token })).status).toBe(404)
    expect((await jsonOf<Page>(api.ask(other.path, { token: other.token }))).counts.confirmed).toBe(1)
  })
})
