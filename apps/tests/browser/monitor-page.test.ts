/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { BrowserContextOptions } from 'playwright-core'
import { signIn } from './account.ts'
import { openPage } from './chromium.ts'
import { openDetailSite } from './detail-ground.ts'

setDefaultTimeout(60_000)

const site = openDetailSite()
type Session = Exclude<BrowserContextOptions['storageState'], string | undefined>
let owner: Session

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  await signIn(watched.page, site.owner)
  owner = await watched.page.context().storageState()
}, 60_000)

function open(options: Omit<BrowserContextOptions, 'baseURL'> = {}) {
  return openPage(site.browser, {
    ...{ url: site.url, viewport: { width: 1_280, height: 900 }, storageState: owner },
    ...options,
  })
}

describe('the figures of a monitor', () => {
  test.each([
    ['en', 1_280],
    ['de', 1_280],
    ['de', 1_024],
    ['de', 360],
  ] as const)('are whole in %s at %i pixels, however long, and stand on one line', async (locale, width) => {
    await using watched = await open({ locale, viewport: { width, height: 900 } })
    const { page } = watched
    await page.route('**/series?range=24h', async (route) => {
      const answer = await route.fetch()
      const series = await answer.json()
      const counts = { checks: 1_296_000, up: 1_294_700, degraded: 12, down: 54, unknown: 1_234 }
      Object.assign(series.summary, counts, { p50Ms: 12_345, p95Ms: 59_999, p99Ms: 59_999 })
      await route.fulfill({ response: answer, json: series })
    })
    await page.goto(`/monitors/${site.shopId}?range=24h`)
    const tiles = page.locator('dl').first()
    await tiles.getByText(locale === 'de' ? '1.234 unbekannt' : '1,234 unknown').waitFor()
    const cut = await tiles
      .locator('dt, dd')
      .evaluateAll((parts) =>
        parts
          .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
            [scrollWidth > clientWidth, scrollHeight > clientHeight + 1].includes(true),
          )
          .map(({ textContent }) => textContent),
      )
    expect(cut).toEqual([])
    if (width > 1_000) {
      const tops = await tiles
        .locator('dd.num')
        .evaluateAll((values) => values.map((value) => Math.round(value.getBoundingClientRect().top)))
      expect(new Set(tops).size).toBe(1)
    }
    if (process.env.LOOK) await tiles.screenshot({ path: `${process.env.LOOK}/tiles-${locale}-${width}.png` })
    expect(watched.offences).toEqual([])
  })
})
