/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Slowdowns } from '@repo/contracts/slowdowns'
import type { System } from '@repo/contracts/system'
import type { Page } from 'playwright-core'
import { type Account, addMonitor, fillIn, newAccount, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite, type Website } from './website.ts'

/** The first screen of whoever signs in: what is so just now (UX.md, S4). */

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 800 }
const VERDICT_MS = 30_000
const DAY_MS = 86_400_000

const names = ['checkout', 'docs', 'payments'] as const
let websites: Record<(typeof names)[number], Website>
beforeAll(async () => {
  const opened = names.map((name, place) => [name, openWebsite({ delayMs: () => 3 + 20 * place })] as const)
  websites = Object.fromEntries(opened) as typeof websites
})
afterAll(() => Promise.all(Object.values(websites).map((website) => website[Symbol.asyncDispose]())))

/** Signing in leads here. */
async function enter(page: Page, by: Account = account): Promise<void> {
  await page.goto('/signin')
  await fillIn(page, by)
  await page.waitForURL(({ pathname }) => pathname === '/')
}

async function openOverview() {
  const watched = await openPage(site.browser, { url: site.url, viewport: wide })
  await enter(watched.page)
  return watched
}

const truth = (page: Page) => page.getByRole('heading', { level: 1 })
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const iconOf = (page: Page) => page.locator('link[rel="icon"]').first().getAttribute('href')

/** What the page is shown in place of the instance's own answer: one region is not to be relied on. */
async function doubtRegion(page: Page): Promise<void> {
  await page.route('**/api/v1/system', async (route) => {
    const system = (await (await route.fetch()).json()) as System
    const beganAt = new Date(Date.now() - 90_000).toISOString()
    const trouble = { kind: 'region_offline', region: 'eu', message: 'it watches itself, and sees nothing' } as const
    const rest = { beganAt, endedAt: null, stopsAlerts: true, details: null }
    await route.fulfill({ json: { ...system, open: [{ id: '7', ...trouble, ...rest }] } satisfies System })
  })
}

describe('the overview', () => {
  test('is where a new person begins: one sentence, and where to name a website', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signUp(page, account)
    await truth(page).getByText('Nothing is watched yet.').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.waitForURL(({ pathname }) => pathname === '/')
    await truth(page).getByText('Nothing is watched yet.').waitFor()
    await page.getByLabel('URL').waitFor()
    await page.waitForFunction(() => document.title === 'Overview · BetterUptime')
    expect(await page.getByRole('link', { name: 'Overview' }).getAttribute('aria-current')).toBe('page')
    expect(watched.offences).toEqual([])
  })

  test('says that all are up, and that nothing has ever happened', async () => {
    await using watched = await openOverview()
    const { page } = watched
    for (const name of names) await addMonitor(page, { name, url: websites[name].url, intervalSeconds: 1 })
    await truth(page).getByText('All 3 monitors are up.').waitFor({ timeout: VERDICT_MS })
    await truth(page).getByText('There was no incident yet.').waitFor()
    await part(page, 'Incidents today').getByText('No incident today.').waitFor()
    await part(page, 'Ends soon').getByText('Nothing ends within 14 days.').waitFor()
    expect(await part(page, 'All monitors').getByRole('link').count()).toBe(3)
    expect(await part(page, 'Down').count()).toBe(0)
    await page.getByRole('link', { name: /1 of 1 region online/ }).waitFor({ timeout: VERDICT_MS })
    expect(watched.offences).toEqual([])
  })

  test('tells within a second of the news that a monitor is down: in the sentence, the title and the icon', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    // A second at most, and what the browser takes to paint it, by the clock of the page: it is held up as the page itself is.
    const titleSoonAfter = Promise.withResolvers<string>()
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const frame = JSON.parse(String(payload)) as { type: string; status?: string }
        if (frame.type !== 'monitor.status' || frame.status !== 'down') return
        const soon = page.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 1_300))
          await new Promise(requestAnimationFrame)
          return document.title
        })
        soon.then(titleSoonAfter.resolve, titleSoonAfter.reject)
      }),
    )
    await enter(page)
    await page.getByText('Live', { exact: true }).last().waitFor()
    const calmIcon = await iconOf(page)
    websites.payments.goDown()
    expect(await titleSoonAfter.promise).toBe('(1) Overview · BetterUptime')
    await truth(page).getByText('1 of 3 monitors is down.').waitFor()
    expect(await iconOf(page)).not.toBe(calmIcon)
    const row = part(page, 'Down').getByRole('listitem')
    await row.getByText(/answered 503/).waitFor()
    expect(await row.getByRole('link').textContent()).toBe('payments')
    await part(page, 'Incidents today').getByRole('link', { name: 'payments' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('does not count a region that cannot see among what is down', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await doubtRegion(page)
    await enter(page)
    await truth(page).getByText('1 region is unreliable.').waitFor()
    await truth(page).getByText('1 of 3 monitors is down.').waitFor()
    await part(page, 'Down').getByRole('listitem').waitFor()
    expect(await part(page, 'Down').getByRole('listitem').count()).toBe(1)
    expect(watched.offences).toEqual([])
  })

  test('names what came back for five minutes, and says how long all has been well', async () => {
    await using watched = await openOverview()
    const { page } = watched
    await part(page, 'Down').waitFor()
    websites.payments.comeUp()
    const recovered = part(page, 'Just recovered')
    await recovered.getByRole('link', { name: 'payments' }).waitFor({ timeout: VERDICT_MS })
    await part(page, 'Down').waitFor({ state: 'detached' })
    await truth(page)
      .getByText(/All 3 monitors are up.*The last incident ended (now|\d+ s ago)\./)
      .waitFor()
    await page.waitForFunction(() => document.title === 'Overview · BetterUptime')
    await page.reload()
    await recovered.getByText(/was down for \d+ s/).waitFor()
    await page.clock.setFixedTime(Date.now() + 5 * 60_000)
    await recovered.waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('that loses its connection says so, and catches up without a reload', async () => {
    await using watched = await openOverview()
    const { page } = watched
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    await page.context().setOffline(true)
    await page.getByText('Reconnecting…').last().waitFor()
    websites.docs.goDown()
    await page
      .getByText(/Stale since/)
      .last()
      .waitFor({ timeout: 25_000 })
    expect(await truth(page).textContent()).toContain('All 3 monitors are up.')
    await page.context().setOffline(false)
    await truth(page).getByText('1 of 3 monitors is down.').waitFor({ timeout: VERDICT_MS })
    await part(page, 'Down').getByRole('link', { name: 'docs' }).waitFor()
    await page.getByText('Live', { exact: true }).last().waitFor()
    expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
    // Without a network nothing can be read, not ahead either.
    const others = watched.offences.filter((one) => !/ERR_INTERNET_DISCONNECTED|Failed to load chunk/.test(one))
    expect(others).toEqual([])
  })

  test.each([
    ['expiries', 'Ends soon', 'Nothing ends within 14 days.'],
    ['incidents', 'Incidents today', 'docs'],
  ])('of which %s cannot be read has all the rest, and reads them again when asked', async (what, title, sign) => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    watched.expectStatus(500)
    const { page } = watched
    let isBroken = true
    await page.route(`**/api/v1/${what}?*`, (route) =>
      isBroken
        ? route.fulfill({
            status: 500,
            headers: { 'x-request-id': 'req-500', 'content-type': 'application/problem+json' },
            json: { type: 'about:blank', title: 'Our fault', status: 500, code: 'internal' },
          })
        : route.continue(),
    )
    await enter(page)
    const alert = part(page, title).getByRole('alert')
    await alert.getByText('Request req-500').waitFor()
    await truth(page).getByText('1 of 3 monitors is down.').waitFor()
    await part(page, 'Down').getByRole('link', { name: 'docs' }).waitFor()
    expect(await page.getByText('Request req-500').count()).toBe(1)
    isBroken = false
    await alert.getByRole('button', { name: 'Retry' }).click()
    await part(page, title).getByText(sign).first().waitFor()
    expect(await page.getByText('Request req-500').count()).toBe(0)
    expect(watched.offences).toEqual([])
  })

  test('names what ends soon, what has ended too', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await page.route('**/api/v1/expiries?*', (route) => route.fulfill({ json: endings() }))
    await enter(page)
    const items = part(page, 'Ends soon').getByRole('listitem')
    await items.first().waitFor()
    expect(await items.allTextContents()).toEqual([
      expect.stringMatching(/shop.*Certificate.*ended 2 days ago/),
      expect.stringMatching(/mail.*Domain.*today/),
      expect.stringMatching(/docs.*Certificate.*5 days left/),
    ])
    expect(watched.offences).toEqual([])
  })

  test('names what is slower than before, and has no such part where nothing is', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await page.clock.install()
    await page.route('**/api/v1/slowdowns?*', (route) => route.fulfill({ json: slowdowns() }))
    await enter(page)
    const items = part(page, 'Slower than before').getByRole('listitem')
    await items.first().waitFor()
    expect(await items.allTextContents()).toEqual([
      expect.stringMatching(/^search210 ms → 840 ms.*from 210 ms to 840 ms.*4 times$/),
      expect.stringMatching(/^shop1.20 s → 1.84 s.*1.5 times$/),
    ])
    await page.unroute('**/api/v1/slowdowns?*')
    await page.clock.fastForward(60_000)
    await part(page, 'Slower than before').waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('draws a line for every one of hundreds, of which only those in sight are in the page', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signUp(page, newAccount())
    const add = (place: number) =>
      addMonitor(page, {
        name: `edge-${String(place).padStart(3, '0')}`,
        url: `${websites.checkout.url}?${place}`,
        intervalSeconds: 3_600,
      })
    for (let first = 0; first < 240; first += 24)
      await Promise.all(Array.from({ length: 24 }, (_, place) => add(first + place)))
    await page.goto('/')
    const wall = part(page, 'All monitors').getByRole('list')
    const cell = (place: number) => wall.locator(`[aria-posinset="${place}"][aria-setsize="240"]`)
    await cell(1).waitFor()
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(1_500)
    // Further pages are read on the way down.
    await page.waitForFunction(() => {
      scrollTo(0, document.documentElement.scrollHeight)
      return document.querySelector('[aria-posinset="240"]') !== null
    })
    expect(await cell(1).count()).toBe(0)
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(1_500)
    expect(watched.offences).toEqual([])
  })

  const looks = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const))
  test.each(looks)('has no serious violation at %d px in %s, and does not scroll sideways', async (width, theme) => {
    const viewport = { width, height: width === 360 ? 740 : 800 }
    await using watched = await openPage(site.browser, { url: site.url, colorScheme: theme, viewport })
    const { page } = watched
    await page.route('**/api/v1/expiries?*', (route) => route.fulfill({ json: endings() }))
    await page.route('**/api/v1/slowdowns?*', (route) => route.fulfill({ json: slowdowns() }))
    await enter(page)
    await part(page, 'Down').waitFor()
    await part(page, 'Slower than before').waitFor()
    await part(page, 'Ends soon').getByRole('listitem').first().waitFor()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    // The picture is of a workspace that is not new.
    await page.getByRole('button', { name: 'Hide', exact: true }).click()
    await takePicture(page, `overview${width === 360 ? '-narrow' : ''}-${theme}`)
    if (width === 360) await seeBar(page)
    expect(watched.offences).toEqual([])
  })
})

/** Four places, and the others behind a word. */
async function seeBar(page: Page): Promise<void> {
  const bar = page.getByRole('navigation', { name: 'Main' })
  const shown = await bar
    .getByRole('link')
    .evaluateAll((links) =>
      links.filter((link) => link.checkVisibility()).map((link) => link.textContent?.match(/^[A-Z][a-z]+/)?.[0] ?? ''),
    )
  expect(shown).toEqual(['Overview', 'Monitors', 'Incidents', 'Alerts'])
  await bar.getByRole('button', { name: 'More' }).click()
  await bar.getByRole('link', { name: 'Settings' }).click()
  await page.waitForURL('**/settings')
}

function slowdowns(): Slowdowns {
  const item = (name: string, beforeMs: number, p95Ms: number) => ({ monitor: { id: name, name }, beforeMs, p95Ms })
  return { items: [item('search', 210, 840), item('shop', 1_200, 1_840)] }
}

function endings() {
  const item = (name: string, kind: string, days: number) => ({
    monitor: { id: crypto.randomUUID(), name },
    kind,
    expiresAt: new Date(Date.now() + days * DAY_MS).toISOString(),
  })
  const items = [item('shop', 'certificate', -1.5), item('mail', 'domain', 0.5), item('docs', 'certificate', 5.5)]
  return { items, nextCursor: null }
}
