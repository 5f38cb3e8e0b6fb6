import { describe, expect, test } from 'bun:test'
import { XMLValidator } from 'fast-xml-parser'
import { makeComponent, makePage, makeSnapshot, openStatusApp } from './page-ground.ts'

const hostile = '"><script>alert(1)</script>'
const up = makeComponent({ name: 'Search & Find', responseMs: [...Array(23).fill(null), 120] })
const down = makeComponent({
  name: hostile,
  state: 'major_outage',
  days: [...Array(88).fill(null), [0, 0, 86_400, 0, 0], [43_200, 0, 43_200, 0, 0]],
})
const fresh = makeComponent({ name: 'Fresh', state: 'unknown', days: Array(90).fill(null) })
const kept = makeComponent({ name: 'Kept', state: 'under_maintenance' })
const { ask } = openStatusApp([
  makeSnapshot({
    page: makePage({
      title: hostile,
      indicator: 'major',
      sections: [{ id: crypto.randomUUID(), name: 'Core', isFolded: false, components: [up, down, fresh, kept] }],
    }),
  }),
])

/** What a badge says, as those hear it who do not see it. */
async function said(path: string): Promise<string> {
  const answer = await ask(`/status/shop${path}`)
  expect([path, answer.status]).toEqual([path, 200])
  const text = await answer.text()
  expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
  expect(XMLValidator.validate(text)).toBe(true)
  expect(text).not.toContain('<script')
  return /aria-label="([^"]*)"/.exec(text)?.[1] ?? ''
}

describe('a badge', () => {
  test.each([
    ['/badge.svg', '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;: partial outage'],
    ['/badge.svg?label=API', 'API: partial outage'],
    [`/badges/${up.id}/status.svg`, 'Search &amp; Find: up'],
    [`/badges/${down.id}/status.svg?label=x`, 'x: down'],
    [`/badges/${fresh.id}/status.svg`, 'Fresh: unknown'],
    [`/badges/${up.id}/uptime.svg`, 'uptime 90d: 100%'],
    [`/badges/${down.id}/uptime.svg?days=1`, 'uptime today: 50%'],
    [`/badges/${down.id}/uptime.svg?days=2`, 'uptime 2d: 25%'],
    [`/badges/${fresh.id}/uptime.svg`, 'uptime 90d: N/A'],
    [`/badges/${up.id}/response.svg`, 'response 24h: 120 ms'],
    [`/badges/${fresh.id}/response.svg`, 'response 24h: N/A'],
  ])('%s says %s', async (path, text) => {
    expect(await said(path)).toBe(text)
  })

  test.each([
    ['/api/status-page/shop/badge?label=S', 'S: partial outage'],
    [`/api/badge/${up.id}/status`, 'Search &amp; Find: up'],
    [`/api/badge/${up.id}/status?upLabel=fine&label=S`, 'S: fine'],
    [`/api/badge/${down.id}/uptime/48h?label=U`, 'U: 25%'],
    [`/api/badge/${down.id}/uptime/24?label=U&suffix=!`, 'U: 50%!'],
    [`/api/badge/${down.id}/uptime/30d?label=U`, 'U: 25%'],
    [`/api/badge/${up.id}/ping/24`, 'response 24h: 120 ms'],
    [`/api/badge/${up.id}/avg-response/1h`, 'response 1h: 120 ms'],
    [`/api/badge/${up.id}/uptime`, 'uptime today: 100%'],
    [`/api/badge/${up.id}/uptime/1y`, 'uptime 90d: 100%'],
    [`/api/badge/${up.id}/ping/90m`, 'response 2h: 120 ms'],
    [`/api/badge/${up.id}/response`, 'response 24h: 120 ms'],
    [`/api/badge/${up.id}/cert-exp?label=TLS`, 'TLS: N/A'],
    [`/api/badge/${fresh.id}/status?pendingLabel=wait&label=S`, 'S: wait'],
    [`/api/badge/${kept.id}/status?maintenanceLabel=tended&label=S`, 'S: tended'],
  ])('is at the address that Uptime Kuma has for it: %s', async (path, text) => {
    expect(await said(path)).toBe(text)
  })

  test.each([
    ['/health/badge.svg', 'Search &amp; Find: up'],
    ['/uptimes/7d/badge.svg', 'uptime 7d: 100%'],
    ['/uptimes/1h/badge.svg', 'uptime today: 100%'],
    ['/uptimes/24h/badge.svg', 'uptime today: 100%'],
    ['/uptimes/30d/badge.svg', 'uptime 30d: 100%'],
    ['/response-times/1h/badge.svg', 'response 1h: 120 ms'],
    ['/response-times/24h/badge.svg', 'response 24h: 120 ms'],
    ['/response-times/7d/badge.svg', 'response 24h: 120 ms'],
  ])('is at the address that Gatus has for it: %s', async (path, text) => {
    expect(await said(`/api/v1/endpoints/core_search---find${path}`)).toBe(text)
  })

  test('is an endpoint for shields.io', async () => {
    for (const path of [`/badges/${down.id}/status.json`, '/badge.json']) {
      const badge = await (await ask(`/status/shop${path}`)).json()
      // https://shields.io/badges/endpoint-badge: the number 1, two texts of which the message is not empty, and no word of ours.
      expect(badge).toEqual({
        ...{ schemaVersion: 1, label: expect.any(String), message: expect.stringMatching(/./) },
        ...{ color: '#b3200d', isError: true },
      })
    }
  })

  test.each([
    ['a component that is none', '/badges/x/status.svg'],
    ['a style that is none', '/badge.svg?style=round'],
    ['a colour with more in it', '/badge.svg?color=red%22%20onload=%22alert(1)'],
    ['no days', `/badges/${up.id}/uptime.svg?days=0`],
    ['more days than there are', `/badges/${up.id}/uptime.svg?days=91`],
  ])('is not drawn of %s', async (_what, path) => {
    expect((await ask(`/status/shop${path}`)).status).toBe(404)
  })
})
