import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStaticSite } from '../src/static-site.ts'

const directory = mkdtempSync(join(tmpdir(), 'site-'))
mkdirSync(join(directory, '_next/static'), { recursive: true })
const page = (title: string) => `<!doctype html><script>one()</script><script src="/a.js"></script><h1>${title}</h1>`
writeFileSync(join(directory, 'monitors.html'), page('list'))
writeFileSync(join(directory, 'index.html'), page('overview'))
writeFileSync(join(directory, 'monitor.html'), page('one'))
writeFileSync(join(directory, 'settings.html'), page('settings'))
writeFileSync(join(directory, '404.html'), page('missing'))
writeFileSync(join(directory, '_next/static/a.js'), 'one()')
writeFileSync(join(directory, 'sw.js'), 'self.one()')
const site = await openStaticSite(directory)
const get = (path: string, headers: Record<string, string> = {}) =>
  site.fetch(new Request(`http://localhost${path}`, { headers }))

afterAll(() => rmSync(directory, { recursive: true }))

describe('the dashboard as files', () => {
  test.each([
    ['/', 200, 'overview'],
    ['/monitors', 200, 'list'],
    ['/monitors/', 200, 'list'],
    ['/monitors/0190a0b0', 200, 'one'],
    ['/monitors/0190a0b0/more', 404, 'missing'],
    ['/settings/members', 200, 'settings'],
    ['/settings/members/more', 404, 'missing'],
    ['/../../etc/passwd', 404, 'missing'],
    ['/%2e%2e/monitors.html', 200, 'list'],
  ])('%s answers %d with the page of %s', async (path, status, title) => {
    const answer = get(path)
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(`<h1>${title}</h1>`)
  })

  test('lets no script run but its own files and the inline ones it was built with', () => {
    const policy = get('/monitors').headers.get('content-security-policy') ?? ''
    const hash = new Bun.CryptoHasher('sha256').update('one()').digest('base64')
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('keeps hashed files for ever and asks about pages each time', () => {
    expect(get('/_next/static/a.js').headers.get('cache-control')).toContain('immutable')
    expect(get('/monitors').headers.get('cache-control')).toBe('no-cache')
  })

  test('lets its service worker ask for nothing, and asks each time whether there is a newer one', () => {
    const { headers } = get('/sw.js')
    expect(headers.get('content-type')).toStartWith('text/javascript')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-cache')
  })

  test('sends a page once', () => {
    const etag = get('/monitors').headers.get('etag') ?? ''
    expect(get('/monitors', { 'if-none-match': etag }).status).toBe(304)
  })

  test('compresses for those who can read it', async () => {
    const answer = get('/monitors', { 'accept-encoding': 'gzip, br' })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(new TextDecoder().decode(Bun.gunzipSync(await answer.bytes()))).toContain('list')
  })

  test('takes no other method', () => {
    expect(site.fetch(new Request('http://localhost/monitors', { method: 'POST' })).status).toBe(405)
  })
})
