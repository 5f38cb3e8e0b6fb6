import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { findPageSecret } from '@repo/db/queries/status-pages'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addWorkspace } from '@repo/db/testing/populate'
import { addStatusPage } from '@repo/db/testing/status-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { type SignedPreview, signPreview } from '@repo/public-page/signed-preview'
import { makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

let database: TestDatabase
let pageId: StatusPageId
let secret: string
beforeAll(async () => {
  database = await openTestDatabase()
  const page = await addStatusPage(database.sql, { workspaceId: await addWorkspace(database.sql) })
  pageId = page.id
  secret = (await findPageSecret(database.sql, pageId)) ?? ''
})
afterAll(() => database[Symbol.asyncDispose]())

const page = makePage({ title: 'Not yet public', language: 'de' })

async function show({ document, signature }: SignedPreview, laterMs = 0): Promise<Response> {
  const { ask, clock } = openStatusApp([], { sql: database.sql })
  await clock.advance(laterMs)
  const body = new FormData()
  body.set('document', document)
  body.set('signature', signature)
  return ask('/status/preview', { method: 'POST', body })
}

describe('a preview', () => {
  const signed = () => signPreview(secret, { pageId, page, nowMs: noonMs })

  test('is the page as it would be, in a frame of our own, and runs nothing', async () => {
    const answer = await show(signed())
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const policy = answer.headers.get('content-security-policy') ?? ''
    for (const rule of ["frame-ancestors 'self'", "script-src 'none'", "form-action 'none'"])
      expect(policy).toContain(rule)
    const html = await answer.text()
    expect(html).toContain('<title>Not yet public</title>')
    expect(html).toContain('<html lang="de"')
    expect(html).not.toContain('<script')
  })

  test('names no logo that is not served yet', async () => {
    const withLogo = { ...page, logo: 'abc' }
    const html = await (await show(signPreview(secret, { pageId, page: withLogo, nowMs: noonMs }))).text()
    expect(html).not.toContain('logo.png')
  })

  test.each([
    ['that was changed', () => ({ ...signed(), document: signed().document.replace('Not yet', 'Already') })],
    ['that somebody else signed', () => signPreview('guess', { pageId, page, nowMs: noonMs })],
    ['of a page that is none', () => signPreview(secret, { pageId: crypto.randomUUID(), page, nowMs: noonMs })],
    ['that is no document', () => ({ document: '{', signature: '' })],
  ])('is not drawn of one %s', async (_what, make) => {
    expect((await show(make())).status).toBe(404)
  })

  test('is good for ten minutes', async () => {
    expect((await show(signed(), 599_999)).status).toBe(200)
    expect((await show(signed(), 600_000)).status).toBe(404)
  })
})

describe('the logo of a page', () => {
  const png = new Uint8Array([137, 80, 78, 71])
  const own = makePage({ logo: 'abc' })

  test('is kept for ever by its own address, and nowhere where there is none', async () => {
    const { ask } = openStatusApp([makeSnapshot({ page: own }), makeSnapshot({ page: makePage({ slug: 'plain' }) })], {
      logoOf: () => png,
    })
    const html = await (await ask('/status/shop')).text()
    expect(html).toContain('src="/status/shop/logo.png?v=abc"')
    const answer = await ask('/status/shop/logo.png?v=abc')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await answer.bytes()).toEqual(png)
    expect((await ask('/status/shop/logo.png')).headers.get('cache-control')).toBe('public, max-age=300')
    expect((await ask('/status/plain/logo.png')).status).toBe(404)
  })
})
