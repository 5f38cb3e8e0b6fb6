/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { seriousViolationsInBothThemes } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

const site = openSite()
const account = newAccount()
const website = openWebsite()
let path: string

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  const { page } = watched
  await signUp(page, account)
  const { id } = await addMonitor(page, { name: 'the shop', url: website.url, intervalSeconds: 1 })
  path = `/monitors/${id}?tab=checks`
  await page.goto(path)
  await page.getByRole('cell', { name: 'Up', exact: true }).first().waitFor()
  website.goDown()
  await page.getByRole('cell', { name: 'Down', exact: true }).first().waitFor()
})
afterAll(() => website[Symbol.asyncDispose]())

describe('a check', () => {
  test('says why it came to its verdict, beside the last good one, at an address that stays', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    await page.goto(path)
    const failed = page.getByRole('row').filter({ has: page.getByText('Down', { exact: true }) })
    const opener = failed.last().getByRole('button')
    await opener.click()
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    await dialog.getByText('UNEXPECTED_STATUS').waitFor()
    await dialog.getByRole('row', { name: 'Status 503 ≠ changed 200' }).waitFor()
    await dialog.getByLabel('See it for yourself').waitFor()
    expect(await dialog.getByLabel('See it for yourself').inputValue()).toContain(website.url)
    await page.reload()
    await dialog.getByRole('row', { name: 'Status 503 ≠ changed 200' }).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('?tab=checks')
    expect(watched.offences).toEqual([])
  })

  test('whose phases are shown took as long as they did together', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    await page.goto(path)
    await page.getByRole('row').filter({ hasText: 'Up' }).first().getByRole('button').click()
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    const phases = dialog.getByRole('region', { name: 'Where the time went' }).locator('dd')
    await phases.first().waitFor()
    const shown = await phases.allTextContents()
    const total = (await dialog.getByRole('row', { name: /^Took/ }).locator('td').first().textContent()) ?? ''
    const msOf = (text: string) => Number(/^([\d.]+) ms$/.exec(text.trim())?.[1] ?? 0)
    const sum = shown.reduce((ms, text) => ms + msOf(text), 0)
    expect(Math.abs(sum - msOf(total))).toBeLessThan(1)
    expect(watched.offences).toEqual([])
  })

  test('that is not kept any more says so', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await signIn(page, account)
    await page.goto(`${path}&check=2020-01-01T00:00:00.000Z~local`)
    await page.getByText('There is no such check, or it is no longer kept.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test.each([360, 1280])('at %d px has no serious accessibility violation in light and dark', async (width) => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width, height: 900 } })
    const { page } = watched
    await signIn(page, account, path)
    await page
      .getByRole('row')
      .filter({ has: page.getByText('Down', { exact: true }) })
      .last()
      .getByRole('button')
      .click()
    await page.getByRole('region', { name: 'Beside the last good check' }).waitFor()
    expect(await seriousViolationsInBothThemes(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})
