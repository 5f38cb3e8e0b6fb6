/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { fillIn, newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { walkWithKeys, walkWithMouse } from './journey.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

// A page and an instance share the machine with whatever else runs there.
setDefaultTimeout(60_000)
const JOURNEY_MS = 120_000

const site = openSite()

describe('a person', () => {
  const journeys = [
    ['with a mouse', walkWithMouse],
    ['with a keyboard alone', walkWithKeys],
  ] as const

  test.each(journeys)(
    '%s signs up, watches a website, sees it fail and recover, and deletes it',
    async (_how, walk) => {
      await using target = openWebsite()
      await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
      // Between signing out and in again the session is asked for, and refused.
      watched.expectStatus(401)
      await walk({ page: watched.page, account: newAccount(), target })
      expect(watched.offences).toEqual([])
    },
    JOURNEY_MS,
  )

  test('is told at the field what is wrong with a sign-up', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    watched.expectStatus(400)
    const { page } = watched
    await page.goto('/signup')
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('alert').getByText('A password has at least 8 characters').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('password')
    expect(watched.offences).toEqual([])
  })

  test('is told when the password is wrong, and not which of the two it was', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    watched.expectStatus(401)
    const { page } = watched
    await page.goto('/signin')
    await page.getByLabel('User name').fill('nobody')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /user name or password/i })
      .waitFor()
    expect(watched.offences).toEqual([])
  })

  test('comes back to where the session ended, and never to another site', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    watched.expectStatus(401)
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    // A page that is open would notice by itself, and leave for where it is.
    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto('/settings')
    await page.waitForURL('**/signin?next=%2Fsettings')
    await fillIn(page, account)
    await page.waitForURL('**/settings')
    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto('/signin?next=//evil.example/')
    await fillIn(page, account)
    await page.waitForURL(`${site.url}/`)
    expect(watched.offences).toEqual([])
  })
})

describe('signing out', () => {
  test('opens no live connection that would be refused', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signUp(page, newAccount())
    await page.goto('/settings')
    await page.getByText('Live', { exact: true }).last().waitFor()
    let dialled = 0
    page.on('websocket', () => {
      dialled += 1
    })
    await page.route('**/api/v1/session', async (route) => {
      if (route.request().method() !== 'DELETE') return route.continue()
      const answer = await route.fetch()
      // The session is over, the page does not know it yet, and the network flickers.
      await page.evaluate(() => dispatchEvent(new Event('offline')))
      await page.getByText('Reconnecting…').last().waitFor()
      await page.evaluate(() => dispatchEvent(new Event('online')))
      await page.waitForTimeout(1_200)
      await route.fulfill({ response: answer })
    })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/signin')
    expect(dialled).toBe(0)
    expect(watched.offences).toEqual([])
  })
})
