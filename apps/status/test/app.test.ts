import { describe, expect, test } from 'bun:test'
import { createManualClock } from '@repo/service/testing'
import { font, script } from '../src/page-assets.ts'
import { idOf, makePage, makeShop, shownAtMs, snapshotOf } from '../testing/pages.ts'
import { elementsOf } from './elements.ts'
import { openStatusApp } from './page-ground.ts'

const accent = { light: '#0b5fff', dark: '#7fb0ff' }
const snapshots = [
  snapshotOf(makeShop(), 1),
  snapshotOf(makePage({ slug: 'own', domain: 'status.shop.example', title: 'Own' }), 2),
  snapshotOf(makePage({ slug: 'blue', theme: { mode: 'light', accent } }), 3),
  { ...snapshotOf(makePage({ slug: 'secret' }), 4), access: { kind: 'ip' as const, ranges: ['192.0.2.1'] } },
]
const { ask } = openStatusApp(snapshots, { clock: createManualClock(shownAtMs) })
const get = (path: string, { host = 'localhost', ...headers }: Record<string, string> = {}) =>
  ask(path, { host, address: '198.51.100.1', headers })

describe('the addresses of a page', () => {
  test.each([
    ['itself', '/status/shop', 'Search is degraded.'],
    ['with a slash at its end', '/status/shop/', 'Search is degraded.'],
    ['its history', '/status/shop/history', 'History: November 2026'],
    ['a month of it', '/status/shop/history/2026-10', 'No incidents and no maintenance in this month.'],
    ['an incident', `/status/shop/incidents/${idOf(110)}`, 'Card payments refused'],
    ['a component, day by day', `/status/shop/components/${idOf(3)}`, 'maintenance for 2 h'],
    ['a part of one', `/status/shop/components/${idOf(31)}`, 'Cards, day by day'],
  ])('are %s', async (_what, path, text) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(text)
  })

  test.each(['/status/shop', '/status/shop/history', `/status/shop/components/${idOf(3)}`])(
    'are answered from what is kept, and as unchanged to who has it: %s',
    async (path) => {
      const first = await get(path)
      expect(first.headers.get('cache-control')).toContain('stale-while-revalidate')
      const again = await get(path, { 'if-none-match': first.headers.get('etag') ?? '' })
      expect([again.status, await again.text()]).toEqual([304, ''])
    },
  )

  test.each([
    '/status/shop/nothing',
    '/status/shop/history/2026-08',
    '/status/shop/history/2026-12',
    '/status/shop/history/..%2f..%2fetc',
    '/status/shop/incidents/1',
    `/status/shop/components/${idOf(110)}`,
  ])('are no others: %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    const body = await response.text()
    expect(body).toContain('There is no page here.')
    expect(body).toContain('<a href="/status/shop">Back to the current status</a>')
    const again = await get(path, { 'if-none-match': response.headers.get('etag') ?? '' })
    expect([again.status, await again.text()]).toEqual([404, body])
  })

  test.each([
    ['de-CH, en;q=0.5', 'de'],
    ['nl, fr;q=0.3, es;q=0.7', 'es'],
    ['nl', 'en'],
    ['ja;q=0, *', 'en'],
    [undefined, 'en'],
  ])('that are of no page are answered in a language that is read there: %s', async (asked, language) => {
    for (const path of ['/status/none', '/status/none/history.rss', '/status/none/oembed', '/status/secret']) {
      const response = await get(path, asked === undefined ? {} : { 'accept-language': asked })
      expect(response.headers.get('vary')).toContain('accept-language')
      expect(await response.text()).toContain(`<html lang="${language}"`)
    }
  })

  test('are the same to who may not see a page as to who asks for none', async () => {
    const answers = await Promise.all(
      ['/status/secret', '/status/secret/history', '/status/none', '/', '/x'].map((path) => get(path)),
    )
    const bodies = await Promise.all(answers.map((response) => response.text()))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect(new Set(bodies).size).toBe(1)
    expect(new Set(answers.map(({ headers }) => JSON.stringify([...headers]))).size).toBe(1)
  })

  test('begin with nothing under a domain of its own', async () => {
    const host = 'status.shop.example'
    const html = await (await get('/', { host })).text()
    const links = (await elementsOf(html)).flatMap(({ attributes }) => attributes.get('href') ?? [])
    expect(links).toContain('/history')
    expect(links.filter((link) => link.startsWith('/status/') && !link.startsWith('/status/assets/'))).toEqual([])
    expect((await get('/history', { host })).status).toBe(200)
    expect((await get(script.path, { host })).status).toBe(200)
  })
})

describe('what a document may load', () => {
  test.each(['/status/shop', '/status/blue', '/status/shop/nothing', '/status/none'])(
    'are the styles that stand in it, and nothing that is written elsewhere: %s',
    async (path) => {
      const response = await get(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      const html = await response.text()
      const styles = Array.from(html.matchAll(/<style>(.*?)<\/style>/gs), ([, text = '']) => text)
      expect(styles.length).toBeGreaterThan(0)
      for (const style of styles)
        expect(policy).toContain(`'sha256-${new Bun.CryptoHasher('sha256').update(style).digest('base64')}'`)
      expect(policy).not.toContain('unsafe')
      expect(policy).toContain("script-src 'self';")
    },
  )

  test('is coloured by the accent of the page', async () => {
    const html = await (await get('/status/blue')).text()
    expect(html).toContain('--accent:#0b5fff;--link:var(--accent);--ink:#ffffff')
    expect(html).toContain('data-theme="light"')
  })
})

describe('the files that every page names', () => {
  test.each([
    ['the script', script],
    ['the font', font],
  ])('are kept for ever: %s', async (_what, { path, plain }) => {
    const response = await get(path)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await response.bytes()).toEqual(plain)
    expect(path).toMatch(/^\/status\/assets\/\w+\.[0-9a-z]+\.\w+$/)
  })

  test('are compressed for who takes it', async () => {
    const response = await get(script.path, { 'accept-encoding': 'br, gzip' })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(Bun.gunzipSync(await response.arrayBuffer())).toEqual(script.plain)
  })

  test('are no others', async () => {
    expect((await get('/status/assets/page.0.js')).status).toBe(404)
    expect((await get('/status/assets/..%2f..%2fpackage.json')).status).toBe(404)
  })

  test('are a script of at most 6 KB, and a first visit of at most 60 KB', async () => {
    const page = await (await get('/status/shop', { 'accept-encoding': 'gzip' })).bytes()
    const scriptBytes = script.packed?.length ?? script.plain.length
    expect(scriptBytes).toBeLessThanOrEqual(6_144)
    expect(page.length + scriptBytes + font.plain.length).toBeLessThanOrEqual(61_440)
  })
})
