/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(60_000)

const site = openSite()

const outer = [
  { path: '/signin', fields: ['User name', 'Password'] },
  { path: '/signup', fields: ['User name', 'Password'] },
  { path: '/reset', fields: ['E-mail'] },
] as const

describe('a form whose scripts have not come', () => {
  test.each(outer)('cannot be sent: $path', async ({ path, fields }) => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await page.route('**/*.js', (route) => route.abort())
    await page.goto(path)
    for (const field of fields) await page.getByLabel(field).fill('correct horse battery')
    await page.getByLabel(fields[fields.length - 1] ?? '').press('Enter')
    expect(await page.locator('form button[type=submit]').isDisabled()).toBe(true)
    expect(page.url()).toBe(`${site.url}${path}`)
  })

  test.each(outer)('puts nothing into the address where something sends it all the same: $path', async (screen) => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await page.route('**/*.js', (route) => route.abort())
    await page.goto(screen.path)
    for (const field of screen.fields) await page.getByLabel(field).fill('correct horse battery')
    await Promise.all([page.waitForEvent('load'), page.evaluate(() => document.querySelector('form')?.submit())])
    expect(page.url()).toBe(`${site.url}${screen.path}`)
  })
})

test('what is typed before the scripts have come is there to be sent when they have', async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  watched.expectStatus(401)
  const { page } = watched
  const account = newAccount()
  await signUp(page, account)
  await page.goto('about:blank')
  await page.context().clearCookies()
  const release = await holdScripts(page)
  await page.goto('/signin?next=%2Fsettings', { waitUntil: 'commit' })
  await page.getByLabel('User name').fill(account.username)
  await page.getByLabel('Password').fill(account.password)
  release()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('**/settings')
  expect(watched.offences).toEqual([])
})

/** @returns what lets them come. */
async function holdScripts(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    await promise
    await route.continue()
  })
  return resolve
}
