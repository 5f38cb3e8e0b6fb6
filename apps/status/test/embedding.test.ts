import { describe, expect, test } from 'bun:test'
import { elementsOf } from './elements.ts'
import { makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const hostile = '"><script>alert(1)</script>'

describe('the page within other pages', () => {
  const { ask } = openStatusApp([
    makeSnapshot({ page: makePage({ title: hostile }) }),
    makeSnapshot({ page: makePage({ slug: 'own', domain: 'status.example.com' }) }),
  ])

  test('is its headline as a link to it, in a frame that any page may hold and that does nothing', async () => {
    const answer = await ask('/status/shop/embed')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain('frame-ancestors *')
    expect(policy).toContain("default-src 'none'")
    const elements = await elementsOf(await answer.text())
    expect(elements.filter(({ tag }) => tag === 'script')).toEqual([])
    const links = elements.filter(({ tag }) => tag === 'a').map(({ attributes }) => attributes.get('href'))
    expect(links).toEqual(['http://status.test/status/shop'])
  })

  test('is found by sites that are given its address, and brings them nothing of what people wrote', async () => {
    const answer = await ask('/status/shop/oembed?url=x&format=json')
    const found = (await answer.json()) as Record<string, string>
    // https://oembed.com, 2.3.4: of `rich`, HTML and its size are required.
    expect(found).toEqual({
      ...{ version: '1.0', type: 'rich', title: hostile, width: 360, height: 96, html: expect.any(String) },
      ...{ provider_name: hostile, provider_url: 'http://status.test/status/shop' },
    } as never)
    const elements = await elementsOf(found.html ?? '')
    expect(elements.map(({ tag }) => tag)).toEqual(['iframe'])
    expect(elements[0]?.attributes.get('src')).toBe('http://status.test/status/shop/embed')
    expect(elements[0]?.attributes.get('title')).toBe('&quot;>&lt;script>alert(1)&lt;/script>')
    expect((await ask('/status/shop/oembed?format=xml')).status).toBe(501)
  })

  test('is under its own name where it has one, whoever asks by another', async () => {
    const answer = await ask('/status/own/oembed', { host: 'evil.example' })
    expect(await answer.json()).toMatchObject({ provider_url: 'https://status.example.com' })
  })

  test('is told to each by the name by which they asked, and never by that of somebody else', async () => {
    const urlBy = async (host: string) =>
      ((await (await ask('/status/shop/oembed', { host })).json()) as { provider_url: string }).provider_url
    expect(await urlBy('evil.example')).toBe('http://evil.example/status/shop')
    expect(await urlBy('uptime.example')).toBe('http://uptime.example/status/shop')
  })

  test('is told of to robots as its maker wants', async () => {
    const hidden = openStatusApp([makeSnapshot({ page: makePage({ domain: 'status.example.com', isListed: false }) })])
    const robots = async (of: typeof hidden, path: string) =>
      (await of.ask(path, { host: 'status.example.com' })).text()
    expect(await robots(hidden, '/robots.txt')).toBe('User-agent: *\nDisallow: /\n')
    expect(await robots({ ...hidden, ask }, '/robots.txt')).toBe('User-agent: *\nAllow: /\n')
    const page = await hidden.ask('/', { host: 'status.example.com' })
    expect(await page.text()).toContain('<meta name="robots" content="noindex"/>')
  })
})
