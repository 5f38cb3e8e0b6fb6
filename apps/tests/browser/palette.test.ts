/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page, Request } from 'playwright-core'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { seriousViolationsInBothThemes } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 800 }
const website = openWebsite()

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  await signUp(watched.page, account)
  const names = ['checkout', 'shop of Ann', 'warehouse']
  await Promise.all(
    names.map((name) => addMonitor(watched.page, { name, url: `${website.url}${name}`, intervalSeconds: 60 })),
  )
})

const options = (page: Page) => page.getByRole('option')

async function open(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
}

describe('the palette', () => {
  test('goes to a monitor by a part of its name, and does there what the keys do', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('link', { name: 'warehouse' }).waitFor()
    await open(page)
    await page.keyboard.type('wareh')
    await options(page).filter({ hasText: 'warehouse' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'warehouse', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Check now' }).waitFor()
    await open(page)
    // What can be done here comes before every place.
    expect(await options(page).first().textContent()).toContain('Check the monitor now')
    await page.keyboard.type('check the')
    await page.keyboard.press('Enter')
    await page
      .getByRole('status')
      .filter({ hasText: 'warehouse is checked now from local.' })
      .waitFor({ state: 'attached' })
    expect(watched.offences).toEqual([])
  })

  test('remembers what was chosen, and gives the focus back when it is closed', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    await open(page)
    await page.keyboard.type('checkout')
    await options(page).filter({ hasText: 'checkout' }).first().click()
    await page.waitForURL('**/monitors/*')
    await page.goto('/monitors')
    await page.getByRole('link', { name: 'checkout' }).focus()
    await open(page)
    await page.getByRole('group', { name: 'Chosen last' }).getByRole('option', { name: 'checkout' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('checkout')
    expect(watched.offences).toEqual([])
  })

  test('offers to watch an address that nobody watches, and says where it finds nothing', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await open(page)
    await page.keyboard.type('nothing like it')
    await page.getByText('Nothing is called “nothing like it”.').waitFor()
    await page.getByRole('combobox').fill('new.example')
    await options(page).filter({ hasText: 'Add a monitor of https://new.example' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a monitor' })
    await dialog.waitFor()
    expect(await dialog.getByLabel('URL').inputValue()).toBe('https://new.example')
    expect(watched.offences).toEqual([])
  })

  test('is found in the rail, and on a phone under More', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('combobox').waitFor()
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await page.getByRole('combobox').waitFor()
    expect(watched.offences).toEqual([])
  })

  test.each(['hover', 'focus'] as const)('is loaded before it is asked for, at the %s of its button', async (deed) => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    // What loads it after a while of rest never comes to it.
    await page.addInitScript(() => {
      const { setTimeout } = globalThis
      Object.assign(globalThis, {
        setTimeout: (handler: () => void, ms = 0) => setTimeout(handler, ms >= 1_000 ? 600_000 : ms),
      })
    })
    await signIn(page, account)
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    const chunk = page.waitForResponse((response) => response.url().endsWith('.js'))
    await page.getByRole('button', { name: 'Find' })[deed]()
    await (await chunk).finished()
    await page.context().route('**/*.js', (route) => route.abort())
    await open(page)
    expect(watched.offences).toEqual([])
  })

  test('asks nothing when it opens, and nothing twice', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.waitForLoadState('networkidle')
    await page.clock.install()
    // The list is read anew now and then, for no text.
    const textOf = (request: Request) => {
      const { pathname, searchParams } = new URL(request.url())
      return pathname === '/api/v1/monitors' ? searchParams.get('text') : null
    }
    const asked: string[] = []
    const answered = new Set<string>()
    page.on('request', (request) => {
      const text = textOf(request)
      if (text) asked.push(text)
    })
    page.on('requestfinished', (request) => answered.add(textOf(request) ?? ''))
    await open(page)
    await options(page).first().waitFor()
    expect(asked).toEqual([])
    for (const text of ['checkout', 'warehouse', 'checkout', 'shop of']) {
      await page.getByRole('combobox').fill(text)
      await options(page).filter({ hasText: text }).waitFor()
      // The typing pauses. Who types on before the answer has asked in vain, and would ask again.
      await page.clock.runFor(1_000)
      while (!answered.has(text)) await page.waitForEvent('requestfinished')
    }
    expect(asked).toEqual(['checkout', 'warehouse', 'shop of'])
    expect(watched.offences).toEqual([])
  })

  test('opens while somebody types, and two keys go to a screen', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('s')
    await page.waitForURL('**/settings')
    await page.keyboard.press('/')
    await page.waitForURL('**/monitors')
    await page.getByLabel('Filter').first().waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'filter')
    await open(page)
    expect(watched.offences).toEqual([])
  })

  test.each([360, 1280])('at %d px has no serious accessibility violation in light and dark', async (width) => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width, height: 800 } })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('link', { name: 'checkout' }).waitFor()
    await open(page)
    await page.keyboard.type('o')
    await options(page).filter({ hasText: 'checkout' }).waitFor()
    expect(await seriousViolationsInBothThemes(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})
