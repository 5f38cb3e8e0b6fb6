import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { PageChange } from '@repo/contracts/page-changes'
import type { PublicPage } from '@repo/contracts/public-page'
import { addMonitor } from '@repo/db/testing/populate'
import { addPageIncident, addPublishedPage } from '@repo/db/testing/status-pages'
import { type ApiInstance, type Asked, openApi } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

async function json<Body>(path: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(path, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

const uuid = () => crypto.randomUUID()
const component = (more: object = {}) => ({ id: uuid(), name: 'Search', source: { kind: 'manual' }, ...more })

describe('a preview', () => {
  test('is what outsiders would get, and changes nothing', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id: monitorId, monitorKey } = await addMonitor(api.deps.sql, workspaceId)
    await api.deps.sql.execute(`update monitor_state set status = 'down' where monitor_key = ${monitorKey}`)
    const page = await addPublishedPage(api.deps.sql, { workspaceId })
    await addPageIncident(api.deps.sql, { workspaceId, pageId: page.id, isPublished: true })
    await addPageIncident(api.deps.sql, { workspaceId, pageId: page.id, title: 'A draft' })
    const path = `/api/v1/status-pages/${page.id}`
    const before = await json<object>(path, { token })
    const components = [component({ source: { kind: 'monitor', monitorId }, showsChart: true }), component()]
    const content = { title: 'Preview', sections: [{ id: uuid(), name: 'All', components }] }
    const shown = await json<PublicPage>(`${path}/preview`, { token, body: { content } })
    expect(shown).toMatchObject({ title: 'Preview', slug: page.slug, indicator: 'major' })
    expect(shown.sections[0]?.components).toMatchObject([{ state: 'major_outage' }, { state: 'operational' }])
    expect(shown.sections[0]?.components[0]?.days).toHaveLength(90)
    expect(shown.incidents.map(({ title }) => title)).toEqual(['Slow'])
    expect(await json<object>(path, { token })).toEqual(before)
  })

  test('knows nothing of a monitor of another workspace', async () => {
    const { token, workspaceId } = await api.addPerson()
    const foreign = await addMonitor(api.deps.sql, (await api.addPerson()).workspaceId)
    await api.deps.sql.execute(`update monitor_state set status = 'down' where monitor_key = ${foreign.monitorKey}`)
    const { id } = await addPublishedPage(api.deps.sql, { workspaceId })
    const components = [component({ source: { kind: 'monitor', monitorId: foreign.id } })]
    const content = { title: 'Preview', sections: [{ id: uuid(), name: 'All', components }] }
    const shown = await json<PublicPage>(`/api/v1/status-pages/${id}/preview`, { token, body: { content } })
    expect(shown.sections[0]?.components[0]).toMatchObject({ state: 'unknown', uptimePercent: null })
  })
})

test('what would change is told part by part', async () => {
  const { token, workspaceId } = await api.addPerson()
  const [one, other] = [component(), component({ name: 'Checkout' })]
  const section = { id: uuid(), name: 'All', components: [one, other] }
  const page = await addPublishedPage(api.deps.sql, { workspaceId, content: { title: 'Shop', sections: [section] } })
  const path = `/api/v1/status-pages/${page.id}`
  const changes = async () => (await json<{ items: PageChange[] }>(`${path}/changes`, { token })).items
  expect(await changes()).toEqual([])
  const content = { title: 'Shops', sections: [{ ...section, components: [other] }] }
  await json(path, { token, method: 'PATCH', body: { content } })
  expect(await changes()).toEqual([
    { kind: 'setting_changed', field: 'title', before: 'Shop', after: 'Shops' },
    { kind: 'component_removed', id: one.id, name: 'Search' },
  ])
})
