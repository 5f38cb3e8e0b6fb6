import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { pageChangesSchema } from '@repo/contracts/page-changes'
import type { StatusPage } from '@repo/contracts/status-pages'
import { addMonitor } from '@repo/db/testing/populate'
import { type ApiInstance, type Asked, openApi, problemOf, refusalOf } from './instance.ts'

let api: ApiInstance
beforeAll(async () => {
  api = await openApi()
}, 30_000)
afterAll(() => api[Symbol.asyncDispose]())

const path = '/api/v1/status-pages'
const uuid = () => crypto.randomUUID()
const componentOf = (source: unknown) => ({ id: uuid(), name: 'Search', source })
const contentOf = (...components: unknown[]) => ({
  title: 'Shop',
  sections: [{ id: uuid(), name: 'All', components }],
})

async function json<Body = StatusPage>(asked: string, asking: Asked): Promise<Body> {
  const answer = await api.ask(asked, asking)
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

describe('a status page', () => {
  test('is written as a draft, and published as it is then', async () => {
    const { token, workspaceId } = await api.addPerson()
    const { id: monitorId } = await addMonitor(api.deps.sql, workspaceId)
    const content = contentOf(componentOf({ kind: 'monitor', monitorId }), componentOf({ kind: 'manual' }))
    const slug = `shop-${uuid()}`
    const made = await json(path, { token, body: { slug, content } })
    expect(made).toMatchObject({ slug, published: null, publishedAt: null, hasChanges: true, version: 1 })
    const published = await json(`${path}/${made.id}/publish`, { token, method: 'POST' })
    expect(published).toMatchObject({ hasChanges: false, published: made.draft })
    const body = { content: { ...content, title: 'Shop and more' } }
    const changed = await json(`${path}/${made.id}`, { token, method: 'PATCH', body })
    expect(changed).toMatchObject({ hasChanges: true, draft: { title: 'Shop and more' }, published: { title: 'Shop' } })
    const withdrawn = await json(`${path}/${made.id}/withdraw`, { token, method: 'POST' })
    expect(withdrawn).toMatchObject({ published: null, publishedBy: null, draft: { title: 'Shop and more' } })
  })

  test('is changed by one person after the other', async () => {
    const { token } = await api.addPerson()
    const made = await json(path, { token, body: { content: contentOf() } })
    const change = { token, method: 'PATCH', headers: { 'if-match': '"1"' }, body: { content: contentOf() } }
    await json(`${path}/${made.id}`, change)
    expect(await refusalOf(await api.ask(`${path}/${made.id}`, change))).toBe('412 changed_meanwhile')
  })

  test('is called by its title where nobody names it, and by no name that another page has', async () => {
    const { token } = await api.addPerson()
    const content = { ...contentOf(), title: `Café ${uuid()}` }
    const one = await json(path, { token, body: { content } })
    expect(one.slug).toBe(content.title.toLowerCase().replace('é', 'e').replace(' ', '-'))
    const other = await json(path, { token, body: { content } })
    expect(other.slug).toStartWith(one.slug.slice(0, 50))
    expect(await refusalOf(await api.ask(path, { token, body: { slug: one.slug, content } }))).toBe('409 slug_taken')
    const change = { token, method: 'PATCH', body: { slug: one.slug } }
    expect(await refusalOf(await api.ask(`${path}/${other.id}`, change))).toBe('409 slug_taken')
  })

  test('has the address that was published last until it is published again, and holds the next one already', async () => {
    const { token } = await api.addPerson()
    const [first, next] = [`one-${uuid()}`, `two-${uuid()}`]
    const ask = (slug: string) => api.ask(path, { token, body: { slug, content: contentOf() } })
    const made = await json(path, { token, body: { slug: first, content: contentOf() } })
    expect(made).toMatchObject({ slug: first, publishedSlug: null })
    const publishing = { token, method: 'POST' }
    expect(await json(`${path}/${made.id}/publish`, publishing)).toMatchObject({ publishedSlug: first })
    const changed = await json(`${path}/${made.id}`, { token, method: 'PATCH', body: { slug: next } })
    expect(changed).toMatchObject({ slug: next, publishedSlug: first, hasChanges: true })
    expect(await json<ReturnType<typeof pageChangesSchema.parse>>(`${path}/${made.id}/changes`, { token })).toEqual({
      items: [{ kind: 'setting_changed', field: 'slug', before: first, after: next }],
    })
    for (const slug of [first, next]) expect(await refusalOf(await ask(slug))).toBe('409 slug_taken')
    const published = await json(`${path}/${made.id}/publish`, publishing)
    expect(published).toMatchObject({ slug: next, publishedSlug: next, hasChanges: false })
    expect((await ask(first)).status).toBe(201)
    expect(await refusalOf(await ask(next))).toBe('409 slug_taken')
  })

  test('leaves the address of one that was withdrawn to others, but for the one that is drafted', async () => {
    const { token } = await api.addPerson()
    const [first, next] = [`one-${uuid()}`, `two-${uuid()}`]
    const made = await json(path, { token, body: { slug: first, content: contentOf() } })
    await json(`${path}/${made.id}/publish`, { token, method: 'POST' })
    await json(`${path}/${made.id}`, { token, method: 'PATCH', body: { slug: next } })
    const withdrawn = await json(`${path}/${made.id}/withdraw`, { token, method: 'POST' })
    expect(withdrawn).toMatchObject({ slug: next, publishedSlug: null })
    const other = await api.addPerson()
    const ask = (slug: string) => api.ask(path, { token: other.token, body: { slug, content: contentOf() } })
    expect((await ask(first)).status).toBe(201)
    expect(await refusalOf(await ask(next))).toBe('409 slug_taken')
  })

  test('is not published at an address that another page has by then', async () => {
    const { token } = await api.addPerson()
    const [first, next] = [`one-${uuid()}`, `two-${uuid()}`]
    const made = await json(path, { token, body: { slug: first, content: contentOf() } })
    const other = await json(path, { token, body: { content: contentOf() } })
    await json(`${path}/${made.id}/publish`, { token, method: 'POST' })
    await json(`${path}/${made.id}`, { token, method: 'PATCH', body: { slug: next } })
    await api.deps.sql.execute(`update status_page_address set page_id = '${other.id}' where slug = '${next}'`)
    const publishing = { token, method: 'POST' }
    expect(await refusalOf(await api.ask(`${path}/${made.id}/publish`, publishing))).toBe('409 slug_taken')
    expect(await json(`${path}/${made.id}`, { token })).toMatchObject({ slug: next, publishedSlug: first })
  })

  test('shows nothing of another workspace', async () => {
    const { token } = await api.addPerson()
    const foreign = await api.addPerson()
    const { id: monitorId } = await addMonitor(api.deps.sql, foreign.workspaceId)
    const parts = { ...componentOf({ kind: 'parts' }), parts: [componentOf({ kind: 'monitor', monitorId })] }
    const answer = await api.ask(path, { token, body: { content: contentOf(componentOf({ kind: 'manual' }), parts) } })
    expect(await problemOf(answer)).toMatchObject({
      code: 'invalid_body',
      errors: [{ field: 'content.sections.0.components.1.parts.0.source', message: 'there is no such monitor' }],
    })
  })

  const bad: [what: string, body: Record<string, unknown>, field: string][] = [
    ['a slug with capitals', { slug: 'Shop', content: contentOf() }, 'slug'],
    ['a slug that the product has itself', { slug: 'assets', content: contentOf() }, 'slug'],
    ['no title', { content: { ...contentOf(), title: ' ' } }, 'content.title'],
    ['a link to a script', { content: { ...contentOf(), homepage: 'javascript:alert(1)' } }, 'content.homepage'],
    [
      'a colour that is none',
      { content: { ...contentOf(), theme: { accent: { light: 'red', dark: 'red' } } } },
      'content.theme.accent.light',
    ],
    [
      'parts of nothing',
      { content: contentOf(componentOf({ kind: 'parts' })) },
      'content.sections.0.components.0.parts',
    ],
    ['a language nobody wrote', { content: { ...contentOf(), language: 'xx' } }, 'content.language'],
    [
      'a range that is none',
      { content: { ...contentOf(), access: { kind: 'ip', ranges: ['10.0.0.0/99'] } } },
      'content.access.ranges.0',
    ],
  ]
  test.each(bad)('is refused with %s', async (_what, body, field) => {
    const { token } = await api.addPerson()
    const answer = await api.ask(path, { token, body })
    expect(answer.status).toBe(400)
    expect((await problemOf(answer)).errors?.[0]?.field).toBe(field)
  })

  test('has no component twice, of which subscribers could not be told apart', async () => {
    const { token } = await api.addPerson()
    const component = componentOf({ kind: 'manual' })
    const answer = await api.ask(path, { token, body: { content: contentOf(component, component) } })
    expect(await problemOf(answer)).toMatchObject({ errors: [{ message: 'two components have the same id' }] })
  })
})
