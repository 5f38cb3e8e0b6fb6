/// <reference lib="dom" />
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openDashboard } from './static-site.ts'
import { standStill, stillPaths } from './still-life.ts'
import { smallTargets } from './targets.ts'
import { openWebsite } from './website.ts'

/** Who has no mouse, a narrow screen or large letters gets everywhere, and sees where they are. */

setDefaultTimeout(90_000)

const site = openSite()
const dashboard = openDashboard()
const website = openWebsite()
afterAll(() => website[Symbol.asyncDispose]())

const VERDICT_MS = 30_000

describe('the way in', () => {
  test.each(['/signin', '/signup', '/reset'])(
    'is no wider than a screen of 320 px, or one four times as large: %s',
    async (path) => {
      await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 320, height: 256 } })
      watched.expectStatus(401)
      const { page } = watched
      await page.goto(path)
      await page.getByRole('textbox').first().waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
      for (const field of await page.getByRole('textbox').all()) {
        await field.focus()
        expect(await isInSight(page)).toBe(true)
      }
      expect(watched.offences).toEqual([])
    },
  )

  test('tells a password manager what each field is for', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    watched.expectStatus(401)
    const { page } = watched
    const purposes = async (path: string) => {
      await page.goto(path)
      await page.getByLabel('Password', { exact: true }).waitFor()
      const fields = await page.locator('input:not([type=hidden])').all()
      return Promise.all(fields.map((field) => field.getAttribute('autocomplete')))
    }
    expect(await purposes('/signin')).toEqual(['username', 'current-password'])
    expect(await purposes('/signup')).toEqual(expect.arrayContaining(['username', 'new-password']))
  })
})

test('an outage is found, taken on and seen to end with the keys alone', async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signUp(page, newAccount())
  await page.getByRole('heading', { name: 'Nothing is watched yet.' }).waitFor()
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await page.keyboard.type(website.url)
  await tabTo(page, 'Advanced')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Checked every')
  await page.keyboard.type('5 s')
  website.goDown()
  await page.keyboard.press('Control+Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('row').getByText('Down', { exact: true }).waitFor({ timeout: VERDICT_MS })
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.locator('[data-incident]').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('a')
  await page.getByRole('row').getByText('Acknowledged').first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/incidents/*')
  website.comeUp()
  await page.getByText('Resolved').first().waitFor({ timeout: VERDICT_MS })
  expect(watched.offences).toEqual([])
})

test.each(['light', 'dark'] as const)(
  'whatever has the focus is in sight and framed, on every screen, in %s',
  async (colorScheme) => {
    await using watched = await openPage(site.browser, {
      url: site.url,
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 800 },
    })
    const { page } = watched
    await signUp(page, newAccount())
    const wrong: string[] = []
    for (const path of [
      '/',
      '/monitors',
      '/incidents',
      '/alerts',
      '/alerts/log',
      '/maintenance',
      '/status-pages',
      '/settings',
      '/settings/audit',
      '/system',
    ]) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      for (let presses = 0; presses < STOPS; presses += 1) {
        await page.keyboard.press('Tab')
        const frame = await focusFrame(page)
        if (frame === undefined) break
        if (!frame.isFramed) wrong.push(`${path}: ${frame.name} has no frame: ${frame.outline}`)
        if (!(await isInSight(page))) wrong.push(`${path}: ${frame.name} is out of sight`)
      }
    }
    expect(wrong).toEqual([])
    expect(watched.offences).toEqual([])
  },
)

/** The dashboard with all that there can be in it, on a screen that is touched. */
function openTouched(width: number) {
  return openPage(dashboard.browser, {
    url: dashboard.url,
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    viewport: { width, height: 844 },
  })
}

describe('a finger', () => {
  const screens: readonly (readonly [path: string, shown: (page: Page) => Locator])[] = [
    ['/', (page) => page.getByText('docs').last()],
    ['/monitors', (page) => page.getByRole('link', { name: 'checkout' })],
    ['/monitors?view=groups', (page) => page.getByText('The shop')],
    ['/incidents', (page) => page.getByRole('link', { name: 'search' })],
    ['/maintenance', (page) => page.getByText('Updates')],
    ['/alerts', (page) => page.getByText('#outages').last()],
    ['/settings', (page) => page.getByText('ada@shop.example').first()],
    ['/system', (page) => page.getByRole('cell', { name: 'us-east' })],
    [stillPaths.monitor, (page) => page.locator('.uplot canvas').first()],
    [`${stillPaths.monitor}?tab=checks`, (page) => page.getByRole('table').first()],
    [stillPaths.incident, (page) => page.getByText('on its way')],
    ['/signin', (page) => page.getByRole('button', { name: 'Sign in', exact: true })],
    ['/signup', (page) => page.getByRole('button', { name: 'Create account' })],
  ]
  const looks = [390, 820, 1280].flatMap((width) => screens.map(([path, shown]) => [path, width, shown] as const))
  test.each(looks)('has 44 px for whatever it presses: %s at %d px', async (path, width, shown) => {
    await using watched = await openTouched(width)
    watched.expectStatus(404)
    const { page } = watched
    await standStill(page)
    await page.goto(path)
    await shown(page).waitFor()
    expect(await smallTargets(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })

  const overlays: readonly (readonly [
    name: string,
    open: (page: Page) => Promise<void>,
    shown: (page: Page) => Locator,
  ])[] = [
    [
      'what is behind the bar',
      (page) => page.getByRole('button', { name: 'More' }).tap(),
      (page) => page.getByRole('link', { name: 'System' }),
    ],
    ['the palette', (page) => page.keyboard.press('Control+k'), (page) => page.getByRole('option').first()],
    [
      'the form of a monitor',
      (page) => page.getByRole('button', { name: 'Add monitor' }).first().tap(),
      (page) => page.getByRole('dialog').getByLabel('URL'),
    ],
    ['the keys', (page) => page.keyboard.press('?'), (page) => page.getByRole('dialog').getByRole('button').first()],
  ]
  test.each(overlays)('has as much for %s', async (_, open, shown) => {
    await using watched = await openTouched(390)
    // What a form asks for and nobody here answers.
    watched.expectStatus(404)
    const { page } = watched
    await standStill(page)
    await page.goto('/monitors')
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    await open(page)
    await shown(page).waitFor()
    expect(await smallTargets(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('has as much in the compact list of a tablet', async () => {
    await using watched = await openTouched(820)
    const { page } = watched
    await standStill(page)
    await page.addInitScript(() => localStorage.setItem('rows', 'compact'))
    await page.goto('/monitors')
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    expect((await page.getByRole('row').nth(1).boundingBox())?.height).toBe(44)
    expect(await smallTargets(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

const STOPS = 40

/** Undefined where the focus has left the page. */
function focusFrame(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return undefined
    // A field within a frame of ours is framed by that.
    const framed = [element, element.parentElement, element.nextElementSibling].flatMap((one) =>
      one ? getComputedStyle(one) : [],
    )
    const outlines = framed.map(({ outlineStyle, outlineWidth }) => `${outlineStyle} ${outlineWidth}`)
    return {
      name: (element.getAttribute('aria-label') ?? element.textContent ?? element.tagName).trim().slice(0, 40),
      isFramed: framed.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle === 'solid' && Number.parseFloat(outlineWidth) >= 2,
      ),
      outline: outlines.join(', '),
    }
  })
}

/** Whether the middle of what has the focus is on the screen, and under nothing else (WCAG 2.2, 2.4.11). */
function isInSight(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element) return false
    const { left, top, width, height } = element.getBoundingClientRect()
    const found = document.elementFromPoint(left + width / 2, top + height / 2)
    return found !== null && (element.contains(found) || found.contains(element))
  })
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const labelled = element instanceof HTMLInputElement || element instanceof HTMLSelectElement
      return (labelled ? element.labels?.[0]?.textContent : element?.textContent)?.trim() ?? ''
    })
    if (focused.startsWith(name)) return
  }
  throw new Error(`"${name}" is out of reach of the Tab key`)
}
