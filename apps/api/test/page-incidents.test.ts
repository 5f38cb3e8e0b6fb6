import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { PageIncident } from '@repo/contracts/page-notices'
import { addIncident } from '@repo/db/testing/incidents'
import { addGroup } from '@repo/db/testing/maintenance'
import { addMonitor } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import { noonMs } from '@repo/domain/testing'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const uuid = () => crypto.randomUUID()

async function json<Body = PageIncident>(path: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(path, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

/** A published page of a monitor, of a group of it and of something that nobody watches. */
async function ground() {
  const { token, workspaceId } = await api.addPerson()
  const { sql } = api.deps
  const monitor = await addMonitor(sql, workspaceId, { name: 'secret-db-7', target: 'https://secret.example/' })
  const members = [{ monitorId: monitor.id, weight: 1 }]
  const { id: groupId } = await addGroup(sql, { workspaceId, members })
  const ids = { search: uuid(), checkout: uuid(), phone: uuid() }
  const components = [
    { id: ids.search, name: 'Search', source: { kind: 'monitor', monitorId: monitor.id } },
    { id: ids.checkout, name: 'Checkout', source: { kind: 'group', groupId } },
    { id: ids.phone, name: 'Phone', source: { kind: 'manual' } },
  ]
  const content = { title: 'Shop', sections: [{ id: uuid(), name: 'All', components }] }
  const page = await addPublishedPage(sql, { workspaceId, content })
  const path = `/api/v1/status-pages/${page.id}`
  return { token, workspaceId, monitor, ids, path, incidents: `${path}/incidents` }
}

const said = { title: 'Slow', body: 'We look into it.' }

describe('an incident of a page', () => {
  test('is a draft until it is published, with all that was written of it', async () => {
    const { token, ids, incidents } = await ground()
    const components = [{ componentId: ids.search, state: 'degraded_performance' }]
    const made = await json(incidents, { token, body: { ...said, components, impact: 'major' } })
    expect(made).toMatchObject({ impact: 'major', components, publishedAt: null, resolvedAt: null, version: 1 })
    expect(made.updates).toMatchObject([{ phase: 'investigating', body: said.body, publishedAt: null }])
    const published = await json(`${incidents}/${made.id}/publish`, { token, method: 'POST' })
    const at = new Date(api.deps.clock.nowMs()).toISOString()
    expect(published).toMatchObject({ publishedAt: at, updates: [{ publishedAt: at }] })
  })

  test('may be published at once', async () => {
    const { token, incidents } = await ground()
    const made = await json(incidents, { token, body: { ...said, publish: true } })
    expect(made).toMatchObject({ publishedAt: expect.any(String), updates: [{ publishedAt: expect.any(String) }] })
  })

  test('goes on by updates: it is what was published last, and over once that says so', async () => {
    const { token, incidents } = await ground()
    const { id } = await json(incidents, { token, body: { ...said, publish: true } })
    const updates = `${incidents}/${id}/updates`
    await api.deps.clock.jump(1_000)
    const draft = await json(updates, { token, body: { phase: 'resolved', body: 'It is well.' } })
    expect(draft).toMatchObject({ phase: 'investigating', resolvedAt: null })
    await api.deps.clock.jump(1_000)
    const [first] = draft.updates
    const over = await json(`${updates}/${first?.id}/publish`, { token, method: 'POST' })
    const resolvedAt = new Date(api.deps.clock.nowMs()).toISOString()
    expect(over).toMatchObject({ phase: 'resolved', resolvedAt })
    await api.deps.clock.jump(1_000)
    const after = await json(updates, { token, body: { phase: 'postmortem', body: 'It was a disk.', publish: true } })
    expect(after).toMatchObject({ phase: 'postmortem', resolvedAt })
    await api.deps.clock.jump(1_000)
    const again = await json(updates, { token, body: { phase: 'investigating', body: 'Not yet.', publish: true } })
    expect(again).toMatchObject({ phase: 'investigating', resolvedAt: null })
  })

  test('keeps what was published as people have read it', async () => {
    const { token, incidents } = await ground()
    const made = await json(incidents, { token, body: { ...said, publish: true } })
    const update = `${incidents}/${made.id}/updates/${made.updates[0]?.id}`
    const change = { token, method: 'PATCH', body: { body: 'Nothing was.' } }
    expect(await refusalOf(await api.ask(update, change))).toBe('409 already_published')
    expect(await refusalOf(await api.ask(update, { token, method: 'DELETE' }))).toBe('409 already_published')
    const draft = await json(`${incidents}/${made.id}/updates`, { token, body: { phase: 'identified', body: 'A' } })
    const written = `${incidents}/${made.id}/updates/${draft.updates[0]?.id}`
    const changed = await json(written, { token, method: 'PATCH', body: { phase: 'monitoring', body: 'B' } })
    expect(changed.updates[0]).toMatchObject({ phase: 'monitoring', body: 'B', publishedAt: null })
    expect((await json(written, { token, method: 'DELETE' })).updates).toHaveLength(1)
  })

  test('began in the last year, and before its end', async () => {
    const { token, incidents } = await ground()
    const at = (agoMs: number) => new Date(api.deps.clock.nowMs() - agoMs).toISOString()
    const [minuteMs, dayMs] = [60_000, 86_400_000]
    const { id } = await json(incidents, { token, body: { ...said, beganAt: at(365 * dayMs), publish: true } })
    const why = async (path: string, asked: Asked) => (await problemOf(await api.ask(path, asked))).errors?.[0]
    const later = { token, body: { ...said, beganAt: at(-minuteMs) } }
    expect(await why(incidents, later)).toEqual({ field: 'beganAt', message: 'is not in the past' })
    const older = { token, body: { ...said, beganAt: at(367 * dayMs) } }
    expect(await why(incidents, older)).toEqual({ field: 'beganAt', message: 'is more than a year ago' })
    await json(`${incidents}/${id}/updates`, { token, body: { phase: 'resolved', body: 'Over.', publish: true } })
    await api.deps.clock.jump(10 * minuteMs)
    const past = { token, method: 'PATCH', body: { beganAt: at(minuteMs) } }
    expect(await why(`${incidents}/${id}`, past)).toEqual({ field: 'beganAt', message: 'is after its end' })
    const right = { token, method: 'PATCH', body: { beganAt: at(20 * minuteMs) } }
    expect(await json(`${incidents}/${id}`, right)).toMatchObject({ beganAt: right.body.beganAt })
  })

  test('is changed by one person after the other, an update counting as a change', async () => {
    const { token, incidents } = await ground()
    const { id } = await json(incidents, { token, body: said })
    const headers = { 'if-match': '"1"' }
    const change = { token, method: 'PATCH', headers, body: { title: 'Slower', components: [] } }
    expect(await json(`${incidents}/${id}`, change)).toMatchObject({ title: 'Slower', version: 2 })
    const update = { token, headers, body: { phase: 'identified', body: 'A' } }
    expect(await refusalOf(await api.ask(`${incidents}/${id}/updates`, update))).toBe('412 changed_meanwhile')
  })

  test.each([
    [
      'a component of no page',
      { components: [{ componentId: uuid(), state: 'operational' }] },
      'components.0.componentId',
    ],
    ['a beginning in the future', { beganAt: '2999-01-01T00:00:00Z' }, 'beganAt'],
    ['no words', { body: ' ' }, 'body'],
    ['a title of two lines', { title: 'a\nb' }, 'title'],
  ])('is refused with %s', async (_what, more, field) => {
    const { token, incidents } = await ground()
    const answer = await api.ask(incidents, { token, body: { ...said, ...more } })
    expect((await problemOf(answer)).errors?.[0]?.field).toBe(field)
  })

  test('is of its page and of no other', async () => {
    const [one, other] = [await ground(), await ground()]
    const { id } = await json(one.incidents, { token: one.token, body: said })
    expect((await api.ask(`${other.incidents}/${id}`, { token: other.token })).status).toBe(404)
    expect((await api.ask(`${other.incidents}/${id}`, { token: other.token, method: 'DELETE' })).status).toBe(404)
    const { token, workspaceId } = one
    const second = await addPublishedPage(api.deps.sql, { workspaceId })
    const path = `/api/v1/status-pages/${second.id}/incidents/${id}`
    expect((await api.ask(path, { token })).status).toBe(404)
    expect((await api.ask(path, { token, method: 'PATCH', body: { title: 'Mine' } })).status).toBe(404)
    expect((await api.ask(`${path}/publish`, { token, method: 'POST' })).status).toBe(404)
  })

  test('comes in a list, the newest first, page by page', async () => {
    const { token, incidents } = await ground()
    for (const hour of [1, 3, 2]) {
      const beganAt = new Date(noonMs - hour * 3_600_000).toISOString()
      await json(incidents, { token, body: { ...said, title: `${hour}`, beganAt } })
    }
    type Page = { items: PageIncident[]; nextCursor: string | null }
    const first = await json<Page>(`${incidents}?limit=2`, { token })
    const second = await json<Page>(`${incidents}?limit=2&cursor=${first.nextCursor}`, { token })
    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['1', '2', '3'])
    expect(second.nextCursor).toBeNull()
  })

  test('is written down without its words', async () => {
    const { token, incidents } = await ground()
    const { id } = await json(incidents, { token, body: said })
    const { items } = await json<{ items: { action: string }[] }>(`/api/v1/audit?subjectId=${id}`, { token })
    expect(items).toMatchObject([{ action: 'page_incident.created' }])
    expect(JSON.stringify(items)).not.toContain(said.body)
  })
})

test.each([
  [
    '5000 incidents of a page',
    'incidents',
    said,
    "page_incident (id, page_id, workspace_id, title, impact, phase, began_at, created_at, updated_at) select gen_random_uuid(), p.id, p.workspace_id, 'A', 'minor', 'resolved', now(), now(), now() from status_page p, generate_series(1, 5000)",
  ],
  [
    '500 announcements of a page',
    'announcements',
    said,
    "page_announcement (id, page_id, workspace_id, title, body, from_at, created_at, updated_at) select gen_random_uuid(), p.id, p.workspace_id, 'A', 'B', now(), now(), now() from status_page p, generate_series(1, 500)",
  ],
] as const)('there are at most %s', async (most, part, body, rows) => {
  const { token, path } = await ground()
  const id = path.slice(path.lastIndexOf('/') + 1)
  await api.deps.sql.execute(`insert into ${rows} where p.id = '${id}'`)
  const answer = await api.ask(`${path}/${part}`, { token, body })
  expect(await problemOf(answer)).toMatchObject({ code: 'limit_reached', detail: `at most ${most}` })
})

test('there are at most 200 updates of an incident', async () => {
  const { token, incidents } = await ground()
  const { id } = await json(incidents, { token, body: said })
  await api.deps.sql.execute(
    `insert into page_incident_update (id, page_incident_id, workspace_id, phase, body, at) select gen_random_uuid(), i.id, i.workspace_id, 'identified', 'A', now() from page_incident i, generate_series(1, 199) where i.id = '${id}'`,
  )
  const answer = await api.ask(`${incidents}/${id}/updates`, { token, body: { phase: 'identified', body: 'A' } })
  expect(await refusalOf(answer)).toBe('403 limit_reached')
})

describe('a draft of the incident of a monitor', () => {
  test('names the components that it touches, and nothing of the monitor', async () => {
    const { token, monitor, ids, incidents } = await ground()
    await api.deps.sql.execute(`update monitor_state set status = 'down' where monitor_key = ${monitor.monitorKey}`)
    const message = 'connect secret.example:443 refused'
    const cause = { code: 'TCP_REFUSED', message, region: 'a' } as const
    const incidentId = await addIncident(api.deps.sql, monitor, { cause })
    const drafted = await json(`${incidents}/from/${incidentId}`, { token, method: 'POST' })
    const states = [ids.search, ids.checkout].map((componentId) => ({ componentId, state: 'major_outage' }))
    expect(drafted.components.toSorted((a, b) => (a.componentId < b.componentId ? -1 : 1))).toEqual(
      states.toSorted((a, b) => (a.componentId < b.componentId ? -1 : 1)) as never,
    )
    expect(drafted).toMatchObject({ publishedAt: null, incidentIds: [incidentId], impact: 'major' })
    expect(drafted.updates[0]?.body).toBe('We are looking into a problem with Search and Checkout.')
    expect(JSON.stringify(drafted)).not.toContain('secret')
  })

  test('is made once', async () => {
    const { token, monitor, incidents } = await ground()
    const incidentId = await addIncident(api.deps.sql, monitor)
    await json(`${incidents}/from/${incidentId}`, { token, method: 'POST' })
    const again = await api.ask(`${incidents}/from/${incidentId}`, { token, method: 'POST' })
    expect(await refusalOf(again)).toBe('409 already_drafted')
  })

  test('is made of no incident of another workspace', async () => {
    const { token, incidents } = await ground()
    const other = await ground()
    const incidentId = await addIncident(api.deps.sql, other.monitor)
    expect((await api.ask(`${incidents}/from/${incidentId}`, { token, method: 'POST' })).status).toBe(404)
  })
})

describe('what nobody watches', () => {
  test('is what people say, from then on', async () => {
    const { token, ids, path } = await ground()
    const state = `${path}/components/${ids.phone}/state`
    const put = (said: string) => json(state, { token, method: 'PUT', body: { state: said } })
    await put('degraded_performance')
    await api.deps.clock.jump(60_000)
    await put('major_outage')
    await put('major_outage')
    const { items } = await json<{ items: unknown[] }>(`${path}/components`, { token })
    const since = new Date(api.deps.clock.nowMs()).toISOString()
    expect(items).toEqual([{ componentId: ids.phone, state: 'major_outage', since }])
    const { rows } = await api.deps.sql.execute(`select state from component_state where component_id = '${ids.phone}'`)
    expect(rows).toHaveLength(2)
  })

  test('is nothing that is watched', async () => {
    const { token, ids, path } = await ground()
    const put = { token, method: 'PUT', body: { state: 'operational' } }
    expect((await api.ask(`${path}/components/${ids.search}/state`, put)).status).toBe(404)
  })

  test('is operational from the moment at which it is published', async () => {
    const { token, ids, path } = await ground()
    await json(`${path}/publish`, { token, method: 'POST' })
    const { items } = await json<{ items: unknown[] }>(`${path}/components`, { token })
    expect(items).toMatchObject([{ componentId: ids.phone, state: 'operational' }])
  })
})

describe('an announcement', () => {
  test('is said from then to then, otherwise, and no more', async () => {
    const { token, path } = await ground()
    const announcements = `${path}/announcements`
    const [from, until] = ['2027-01-01T00:00:00.000Z', '2027-01-02T00:00:00.000Z']
    const body = { title: 'Moving', body: 'Soon.', from, until }
    const made = await json<{ id: string }>(announcements, { token, body })
    expect(made).toMatchObject(body)
    const change = { token, method: 'PUT', body: { title: 'Moving', body: 'Later.' } }
    expect(await json<object>(`${announcements}/${made.id}`, change)).toMatchObject({
      from,
      until: null,
      body: 'Later.',
    })
    expect((await api.ask(`${announcements}/${made.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await json<object>(announcements, { token })).toEqual({ items: [], nextCursor: null })
  })

  test('ends after it begins', async () => {
    const { token, path } = await ground()
    const body = { title: 'Moving', body: 'Soon.', until: '2020-01-01T00:00:00Z' }
    const answer = await api.ask(`${path}/announcements`, { token, body })
    expect((await problemOf(answer)).errors?.[0]?.field).toBe('until')
  })
})
