/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { takeAccountPictures } from './account-pictures.ts'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite, type Website } from './website.ts'
import { scriptBytes } from './weight.ts'

// A page and an instance share the machine with whatever else runs there.
setDefaultTimeout(60_000)
const JOURNEY_MS = 180_000
const viewport = { width: 1280, height: 800 }
const themes = ['light', 'dark'] as const

const site = openSite()

describe('every screen', () => {
  const account = newAccount()
  let websites: Website[]
  let monitorId: string

  beforeAll(async () => {
    websites = [openWebsite(), openWebsite()]
    websites[1]?.goDown()
    await using watched = await openPage(site.browser, { url: site.url })
    await signUp(watched.page, account)
    const made = await Promise.all(
      websites.map(({ url }, index) => addMonitor(watched.page, { name: `site ${index}`, url, intervalSeconds: 2 })),
    )
    monitorId = made[1]?.id ?? ''
    await Bun.sleep(5_000)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(websites.map((website) => website[Symbol.asyncDispose]()))
  })

  test(
    'has no serious accessibility violation and does not scroll sideways, on a desk and a phone, in light and dark',
    async () => {
      await using watched = await openPage(site.browser, { url: site.url, reducedMotion: 'reduce', viewport })
      watched.expectStatus(404)
      // Outside, a page asks whether somebody is signed in, and a link that holds no more is one of the screens.
      watched.expectStatus(401)
      watched.expectStatus(410)
      const { page } = watched
      const found: string[] = []
      for (const screen of outerScreens) await look(page, screen, found)
      await signIn(page, account)
      for (const screen of innerScreens(monitorId)) await look(page, screen, found)
      expect(found).toEqual([])
      expect(watched.offences).toEqual([])
    },
    JOURNEY_MS,
  )

  test('keeps its rows where they are under the pointer, until it is told to apply the changes', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport })
    const { page } = watched
    await signIn(page, account)
    const names = () => page.locator('tbody tr a').allTextContents()
    await page.getByRole('row').filter({ hasText: 'site 1' }).getByText('Down', { exact: true }).waitFor()
    expect(await names()).toEqual(['site 1', 'site 0'])
    await page.getByRole('link', { name: 'site 1' }).hover()
    websites[0]?.goDown()
    const apply = page.getByRole('button', { name: '1 change – apply' })
    await apply.waitFor({ timeout: 30_000 })
    expect(await names()).toEqual(['site 1', 'site 0'])
    await apply.click()
    await page.waitForFunction(() => document.querySelector('tbody tr a')?.textContent === 'site 0')
    expect(watched.offences).toEqual([])
  }, 60_000)

  test('says when it is not live, and is again by itself', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport })
    const { page } = watched
    await signIn(page, account)
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.context().setOffline(true)
    await page.getByText('Reconnecting…').last().waitFor()
    await page
      .getByText(/Stale since \d\d:\d\d:\d\d/)
      .last()
      .waitFor({ timeout: 20_000 })
    await page.context().setOffline(false)
    await page.getByText('Live', { exact: true }).last().waitFor()
  }, 60_000)

  test.each(['/monitors', '/monitors/some-id', '/settings/security', '/signin', '/signup', '/join', '/reset', '/act'])(
    'loads at most 190 KB of scripts first: %s',
    async (path) => {
      expect(await scriptBytes(site.url, path)).toBeLessThan(190 * 1_024)
    },
  )

  test('has had at most twelve answers when its first rows stand, and asks for no script twice', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await signIn(page, account)
    // What the page before reads ahead is not counted.
    await page.goto('about:blank')
    const scripts: string[] = []
    page.on('request', (request) => request.url().endsWith('.js') && scripts.push(request.url()))
    await page.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('tbody tr a')) return
        observer.disconnect()
        const answers = performance.getEntriesByType('resource').map(({ name }) => name)
        Object.assign(globalThis, { answersBeforeRows: ['the page itself', ...answers] })
      })
      observer.observe(document, { childList: true, subtree: true })
    })
    await page.goto('/monitors')
    const answers = await (
      await page.waitForFunction(() => (globalThis as { answersBeforeRows?: string[] }).answersBeforeRows)
    ).jsonValue()
    expect(answers?.length).toBeLessThanOrEqual(12)
    expect(answers?.filter((name) => name.includes('/joined-')).length).toBe(2)
    expect(scripts).toEqual([...new Set(scripts)])
  })

  test.each(themes)('is in the %s theme before any of its scripts has come', async (theme) => {
    await using watched = await openPage(site.browser, {
      url: site.url,
      colorScheme: theme === 'dark' ? 'light' : 'dark',
    })
    const { page } = watched
    await page.goto('/signin')
    await page.evaluate((choice) => localStorage.setItem('theme', choice), theme)
    await page.route('**/*.js', (route) => route.abort())
    await page.goto('/monitors', { waitUntil: 'commit' })
    await page.locator('h1').waitFor({ state: 'attached' })
    const shown = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(shown).toBe(theme === 'dark' ? 'rgb(13, 15, 20)' : 'rgb(250, 250, 247)')
  })
})

// The pictures are part of the tree: a usual run leaves it as it is.
if (process.env.UPDATE_SCREENSHOTS === '1') {
  test('the pictures of people and workspaces are taken', () => takeAccountPictures(site.browser, site.url), 180_000)
}

interface Screen {
  readonly path: string
  /** What is there once the screen is whole. */
  readonly sign: string
  /** A key to press then: the screen is a dialog over the page. */
  readonly key?: string
}

const outerScreens: readonly Screen[] = [
  { path: '/signin', sign: 'Sign in' },
  { path: '/signup', sign: 'Create an account' },
  { path: '/reset', sign: 'Forgot your password?' },
  { path: `/reset#${'t'.repeat(43)}`, sign: 'Choose a new password' },
  { path: `/join#${'t'.repeat(43)}`, sign: 'This invitation holds no more' },
  { path: `/act#${'t'.repeat(120)}`, sign: 'This link holds no more' },
  { path: '/no/such/page', sign: 'There is no page here.' },
]

const innerScreens = (monitorId: string): readonly Screen[] => [
  { path: '/monitors', sign: 'monitor' },
  { path: '/monitors', sign: 'Add a monitor', key: 'c' },
  { path: '/monitors', sign: 'Keyboard shortcuts', key: '?' },
  { path: '/monitors?text=nothing+like+it', sign: 'monitor' },
  { path: `/monitors/${monitorId}`, sign: 'site 1' },
  { path: `/monitors/${monitorId}`, sign: 'Edit site 1', key: 'e' },
  { path: '/monitors/nothing-like-it', sign: 'There is no monitor here.' },
  { path: '/settings', sign: 'Account' },
  { path: '/settings/security', sign: 'Where you are signed in' },
  { path: '/settings/workspace', sign: 'Delete this workspace' },
  { path: '/settings/members', sign: 'Invitations' },
  { path: '/settings/keys', sign: 'API keys' },
  { path: '/settings/audit', sign: 'Audit log' },
  { path: '/settings/nothing-like-it', sign: 'There is no page here.' },
]

async function look(page: Page, { path, sign, key }: Screen, found: string[]): Promise<void> {
  await page.goto(path)
  if (key) {
    await page.getByRole('heading', { level: 1, name: /./ }).waitFor()
    await page.keyboard.press(key)
  }
  await page.getByRole('heading', { name: sign }).first().waitFor()
  // What is lazily loaded, such as a chart, belongs to the screen.
  await page.waitForTimeout(500)
  found.push(...(await faultsInEveryLook(page)).map((fault) => `${path} ${key ?? ''} ${fault}`))
  // A dialog that a narrow window closes was not looked at there.
  await page.getByRole('heading', { name: sign }).first().waitFor()
}
