import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { PageIncident, PageMail } from '@repo/contracts/page-notices'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import { type ApiInstance, type Asked, openApi, refusalOf } from './instance.ts'

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

async function ground() {
  const { token, workspaceId } = await api.addPerson()
  const search = crypto.randomUUID()
  const sections = [
    { id: crypto.randomUUID(), name: '', components: [{ id: search, name: 'Search', source: { kind: 'manual' } }] },
  ]
  const content = { title: 'Shop', sections }
  const { id, slug } = await addPublishedPage(api.deps.sql, { workspaceId, content })
  const incidents = `/api/v1/status-pages/${id}/incidents`
  const components = [{ componentId: search, state: 'major_outage' }]
  const body = { title: 'Search fails', body: 'We *look* into it.', impact: 'major', components }
  const incident = await json<PageIncident>(incidents, { token, body })
  const say = (said: Record<string, unknown>) =>
    json<PageIncident>(`${incidents}/${incident.id}/updates`, { token, body: said })
  const mailPath = (updateId = '') => `${incidents}/${incident.id}/updates/${updateId}/mail`
  const mail = (updateId = '') => json<PageMail>(mailPath(updateId), { token })
  const publish = () => json<PageIncident>(`${incidents}/${incident.id}/publish`, { token, method: 'POST' })
  return { token, slug, incident, say, mail, mailPath, publish }
}

describe('the mail of an update', () => {
  test('is shown before it is published: its subject, its text without marks, and where it leads', async () => {
    const { slug, incident, mail } = await ground()
    const { subject, text } = await mail(incident.updates[0]?.id)
    expect(subject).toBe('[Shop] Investigating: Search fails')
    expect(text).toStartWith('Investigating: Search fails\n\nWe look into it.\n\nAffects: Search\nBegan: ')
    expect(text).toContain(`https://uptime.example.com/status/${slug}/incidents/${incident.id}`)
    // The ways of one subscriber are nobody else's.
    expect(text).toContain(`https://uptime.example.com/status/${slug}/unsubscribe?token=…\n`)
  })

  test('has below it what people have read before, and no other draft', async () => {
    const { incident, say, mail, publish } = await ground()
    await publish()
    await api.deps.clock.jump(1_000)
    await say({ phase: 'identified', body: 'Somebody else’s thought.' })
    await api.deps.clock.jump(1_000)
    const { updates } = await say({ phase: 'resolved', body: 'It works.' })
    const { subject, text } = await mail(updates[0]?.id)
    expect(subject).toBe('[Shop] Resolved: Search fails')
    expect(text).toMatch(/^Resolved: Search fails\n\nIt works\.\n\n[\s\S]+\n\nInvestigating, .+\nWe look into it\.\n/)
    expect(text).not.toContain('thought')
    expect((await mail(incident.updates[0]?.id)).text).not.toContain('It works')
  })

  test('of a draft has all that was written for it, for it is published as a whole', async () => {
    const { say, mail } = await ground()
    await api.deps.clock.jump(1_000)
    const { updates } = await say({ phase: 'identified', body: 'A disk.' })
    expect((await mail(updates[0]?.id)).text).toMatch(/A disk\.[\s\S]+We look into it\./)
  })

  test('is none of an update that the incident does not have', async () => {
    const { token, mailPath } = await ground()
    const { incident } = await ground()
    for (const id of [crypto.randomUUID(), incident.updates[0]?.id])
      expect(await refusalOf(await api.ask(mailPath(id), { token }))).toBe('404 not_found')
  })
})
