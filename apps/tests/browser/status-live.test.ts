/// <reference lib="dom" />
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { PublicPage } from '@repo/contracts/public-page'
import type { Page } from 'playwright-core'
import { daysWith, idOf, makeComponent, makeShop, sectionOf, shownAtMs, snapshotOf } from 'status/testing/pages'
import { partsOf } from 'status/testing/parts'
import { eventually } from '../src/eventually.ts'
import { openPage, type WatchedPage } from './chromium.ts'
import { openStatusPages } from './status-ground.ts'

setDefaultTimeout(60_000)

const pages = openStatusPages([
  snapshotOf(makeShop(), 1),
  { ...snapshotOf(makeShop({ slug: 'stale' }), 2), readAtMs: shownAtMs - 300_000 },
  snapshotOf(makeShop({ slug: 'japan', language: 'ja' }), 3),
])
afterEach(() => pages.refuse(false))

async function visit(path = 'shop', width = 1280): Promise<WatchedPage> {
  const viewport = { width, height: 900 }
  const watched = await openPage(pages.browser, { url: pages.url, viewport, timezoneId: 'UTC' })
  await watched.page.clock.setFixedTime(shownAtMs)
  await watched.page.goto(`/status/${path}`)
  return watched
}

const live = (page: Page) => page.getByText('Live', { exact: true })
const headline = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()

/** The shop once search works again. */
const recovered = makeShop({
  indicator: 'none',
  sections: makeShop().sections.map((section) => ({
    ...section,
    components: section.components.map((component) => ({ ...component, state: 'operational' as const, since: null })),
  })),
  incidents: [],
})
let version = 1
function publish(page: PublicPage): void {
  version += 1
  pages.send('page', { version: `v${version}`, parts: partsOf(page) })
}

describe('a page that is read', () => {
  test('becomes what it is by now, without being loaded anew', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    await page.evaluate(() => Object.assign(globalThis, { isSame: true }))
    await headline(page, 'Search is degraded. Everything else works.')
    publish(recovered)
    await headline(page, 'Everything works.')
    await page.getByText('Slow search results').first().waitFor({ state: 'detached' })
    expect(
      await page.locator('[data-part="component-00000000-0000-4000-8000-000000000002"] .state').textContent(),
    ).toBe('Operational')
    expect(await page.evaluate('isSame')).toBeTrue()
    expect(watched.offences).toEqual([])
  })

  test('tells new times by the clock of whoever reads', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'Asia/Tokyo' })
    const { page } = watched
    await page.clock.setFixedTime(shownAtMs)
    await page.goto('/status/shop')
    await live(page).waitFor()
    publish(recovered)
    await headline(page, 'Everything works.')
    publish(makeShop())
    await page.getByText('Since 23:02, for 38 min.').waitFor()
  })

  test('says what it knows where it begins to listen, and what it was told since where it does so again', async () => {
    await using watched = await visit()
    const { page } = watched
    watched.expectStatus(502)
    await live(page).waitFor()
    expect(pages.known.at(-1)).toBe(await page.locator('body').getAttribute('data-version'))
    publish(recovered)
    await headline(page, 'Everything works.')
    pages.refuse(true)
    await page.getByText('Reconnecting…').waitFor()
    pages.refuse(false)
    await live(page).waitFor()
    expect(pages.known.at(-1)).toBe(`v${version}`)
  })

  test('is asked for as a whole where it has got other components', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    await page.evaluate(() => Object.assign(globalThis, { isSame: true }))
    const documents: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/status/shop')) documents.push(request.resourceType())
    })
    publish(recovered)
    await headline(page, 'Everything works.')
    expect(documents).toEqual([])
    // What is served has not changed; it is put in again as it is.
    pages.send('page', { version: 'x', parts: { ...partsOf(recovered), outline: 'another' } })
    await headline(page, 'Search is degraded. Everything else works.')
    expect(documents).toEqual(['fetch'])
    expect(await page.evaluate('isSame')).toBeTrue()
    await barsOf(page, 'Search').focus()
    expect(watched.offences).toEqual([])
  })

  test('is of now for as long as it is live', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'UTC' })
    const { page } = watched
    await page.clock.install({ time: shownAtMs })
    await page.goto('/status/shop')
    await live(page).waitFor()
    await page.clock.runFor(600_000)
    await page.getByText('Updated 14:50', { exact: true }).waitFor()
    pages.send('stale', {})
    await page.getByText('Last updated 14:50, live data unavailable').waitFor()
    await page.clock.runFor(600_000)
    expect(await page.getByText('Last updated 14:50, live data unavailable').isVisible()).toBeTrue()
  })

  test('keeps a part as it is for as long as the focus is in it', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    const link = page.getByRole('link', { name: 'Search', exact: true })
    const state = page.locator('[data-part="component-00000000-0000-4000-8000-000000000002"] .state')
    await link.focus()
    publish(recovered)
    await headline(page, 'Everything works.')
    expect(await state.textContent()).toBe('Degraded')
    expect(await link.evaluate((element) => element === document.activeElement)).toBeTrue()
    // From the name to the bars of the same part: the focus has not left it.
    await page.keyboard.press('Tab')
    expect(await state.textContent()).toBe('Degraded')
    await page.keyboard.press('Tab')
    await eventually('the part is as it is by now', async () => (await state.textContent()) === 'Operational')
  })

  test('stays folded and unfolded as somebody has left it', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    await page.getByText('2 parts').click()
    await page.getByRole('link', { name: 'Cards', exact: true }).waitFor()
    await page.getByText('2 parts').blur()
    const [shop] = makeShop().sections
    const renamed = (shop?.components ?? []).map((one) => (one.id === idOf(3) ? { ...one, name: 'Checkout' } : one))
    publish(makeShop({ sections: [sectionOf(renamed), ...makeShop().sections.slice(1)] }))
    await page.getByRole('link', { name: 'Checkout', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'Cards', exact: true }).isVisible()).toBeTrue()
  })

  test('says when nobody can be asked, and when somebody can be again', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    pages.send('stale', {})
    await page.getByText('Last updated 14:40, live data unavailable').waitFor()
    await live(page).waitFor({ state: 'hidden' })
    pages.send('fresh', {})
    await page.getByText('live data unavailable').waitFor({ state: 'hidden' })
    await live(page).waitFor()
  })

  test('that was stale when it came is fresh with what comes', async () => {
    await using watched = await visit('stale')
    const { page } = watched
    await page.getByText('live data unavailable').waitFor()
    await eventually('it listens', () => pages.listeners > 0)
    expect(await live(page).isVisible()).toBeFalse()
    publish(makeShop({ slug: 'stale' }))
    await page.getByText('live data unavailable').waitFor({ state: 'hidden' })
    await live(page).waitFor()
  })

  test('comes back by itself when the server does, whatever was answered meanwhile', async () => {
    await using watched = await visit()
    const { page } = watched
    watched.expectStatus(502)
    await live(page).waitFor()
    pages.refuse(true)
    await page.getByText('Reconnecting…').waitFor()
    pages.refuse(false)
    await live(page).waitFor()
    publish(recovered)
    await headline(page, 'Everything works.')
    expect(watched.offences.filter((offence) => !offence.includes('net::ERR'))).toEqual([])
  })

  test('says how old it is once it has heard nothing for a while, and no more when it hears again', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'UTC' })
    const { page } = watched
    watched.expectStatus(502)
    await page.clock.install({ time: shownAtMs })
    await page.goto('/status/shop')
    await live(page).waitFor()
    pages.refuse(true)
    await page.getByText('Reconnecting…').waitFor()
    await page.clock.runFor(14_000)
    expect(await page.getByText('live data unavailable').isVisible()).toBeFalse()
    await page.clock.runFor(2_000)
    await page.getByText('Last updated 14:40, live data unavailable').waitFor()
    pages.refuse(false)
    await page.clock.runFor(120_000)
    await eventually('it listens again', () => pages.listeners > 0)
    pages.send('fresh', {})
    await page.getByText('live data unavailable').waitFor({ state: 'hidden' })
    await live(page).waitFor()
  })
})

const tip = (page: Page) => page.locator('.tip')
const barsOf = (page: Page, name: string) => page.getByRole('slider', { name: `${name}: the last 90 days` })

describe('the bars of a component', () => {
  test('are moved over by keys, and tell in words of the day', async () => {
    await using watched = await visit()
    const { page } = watched
    const bars = barsOf(page, 'Checkout and payments')
    await page.getByRole('link', { name: 'Checkout and payments', exact: true }).focus()
    await page.keyboard.press('Tab')
    const told = () => bars.getAttribute('aria-valuetext')
    expect(await told()).toBe('Sunday 29 November: 100 %')
    expect(await tip(page).textContent()).toBe('Sunday 29 November: 100 %')
    for (let place = 0; place < 22; place += 1) await page.keyboard.press('ArrowLeft')
    expect(await told()).toBe('Saturday 7 November: 99.93 %, down for 1 min')
    expect(await tip(page).textContent()).toBe('Saturday 7 November: 99.93 %, down for 1 min')
    await page.keyboard.press('ArrowRight')
    expect(await told()).toBe('Sunday 8 November: 100 %')
    await page.keyboard.press('Home')
    expect(await told()).toBe('Tuesday 1 September: 100 %')
    await page.keyboard.press('ArrowLeft')
    expect(await told()).toBe('Tuesday 1 September: 100 %')
    await page.keyboard.press('End')
    expect(await told()).toBe('Sunday 29 November: 100 %')
    expect(watched.offences).toEqual([])
  })

  test('tell of a day without data that there is none', async () => {
    await using watched = await visit()
    const bars = barsOf(watched.page, 'Webhooks')
    await bars.focus()
    await watched.page.keyboard.press('Home')
    expect(await bars.getAttribute('aria-valuetext')).toBe('Tuesday 1 September: no data')
  })

  test('are told of in the language of the page', async () => {
    await using watched = await visit('japan')
    const bars = watched.page.getByRole('slider', { name: 'Checkout and payments：過去 90 日間' })
    await bars.focus()
    for (let place = 0; place < 22; place += 1) await watched.page.keyboard.press('ArrowLeft')
    expect(await bars.getAttribute('aria-valuetext')).toBe('11月7日土曜日：99.93%、停止 1 分')
  })

  test('tell of a day until Esc where Enter has pinned it, and else until the focus leaves', async () => {
    await using watched = await visit()
    const { page } = watched
    await barsOf(page, 'Search').focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await tip(page).textContent()).not.toContain('28 November')
    await barsOf(page, 'Search').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Get updates' }).focus()
    expect(await tip(page).textContent()).toContain('28 November')
    await page.keyboard.press('Escape')
    expect(await tip(page).count()).toBe(0)
  })

  test('tell of what is pointed at, of one of them at a time, and stay while the pointer is on what they tell', async () => {
    await using watched = await visit()
    const { page } = watched
    const [search, storefront] = [barsOf(page, 'Search'), barsOf(page, 'Storefront')]
    const box = await search.boundingBox()
    const middleOf = (ago: number) => ({ x: (box?.width ?? 0) * ((89.5 - ago) / 90), y: 10 })
    await search.hover({ position: middleOf(37) })
    expect(await tip(page).textContent()).toBe('Friday 23 October: 100 %, degraded for 1 h 46 min')
    // Beside the bar that it is about.
    await tip(page).hover({ position: { x: 6, y: 6 } })
    expect(await tip(page).textContent()).toBe('Friday 23 October: 100 %, degraded for 1 h 46 min')
    await storefront.hover()
    expect(await tip(page).count()).toBe(1)
    await search.click({ position: middleOf(37) })
    await page.getByRole('heading', { name: 'Developers' }).hover()
    expect(await tip(page).textContent()).toContain('23 October')
    await page.keyboard.press('Escape')
    expect(await tip(page).count()).toBe(0)
  })

  test('are thirty where there is no room for ninety', async () => {
    await using watched = await visit('shop', 360)
    const { page } = watched
    const bars = barsOf(page, 'Search')
    expect(await bars.getAttribute('aria-valuemin')).toBe('60')
    await bars.focus()
    await page.keyboard.press('Home')
    expect(await bars.getAttribute('aria-valuetext')).toBe('Saturday 31 October: 100 %')
    const [tipBox, barsBox] = [await tip(page).boundingBox(), await bars.boundingBox()]
    expect(tipBox?.x).toBeGreaterThanOrEqual(barsBox?.x ?? 0)
    expect((tipBox?.x ?? 0) + (tipBox?.width ?? 0)).toBeLessThanOrEqual((barsBox?.x ?? 0) + (barsBox?.width ?? 0) + 1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })

  test('can be moved over again when they have come anew', async () => {
    await using watched = await visit()
    const { page } = watched
    await live(page).waitFor()
    const component = makeComponent(1, {
      name: 'Storefront',
      days: daysWith({ 0: [50_000, 0, 600, 0, 0] }),
      uptimePercent: 99.9,
    })
    const [shop, ...others] = makeShop().sections
    const components = (shop?.components ?? []).map((one) => (one.id === component.id ? component : one))
    publish(makeShop({ sections: [sectionOf(components), ...others] }))
    await page.getByText('99.9 %').waitFor()
    await barsOf(page, 'Storefront').focus()
    await page.keyboard.press('End')
    expect(await barsOf(page, 'Storefront').getAttribute('aria-valuetext')).toBe(
      'Sunday 29 November: 98.814 %, down for 10 min',
    )
  })
})
