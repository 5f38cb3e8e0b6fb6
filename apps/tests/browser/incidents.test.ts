/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { type Account, newAccount, signIn, signUp } from './account.ts'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { endedCount, openIncidentSite, stormCount } from './incident-ground.ts'
import { takeInBothThemes } from './pictures.ts'

setDefaultTimeout(90_000)

const site = openIncidentSite()
const wide = { width: 1280, height: 800 }

async function openAs(account: Account, path: string) {
  const watched = await openPage(site.browser, { url: site.url, viewport: wide })
  await signIn(watched.page, account, path)
  return watched
}

const list = (page: Page) => page.getByRole('table', { name: 'Incidents' })
const row = (page: Page, name: string | RegExp) => list(page).getByRole('row').filter({ hasText: name })

describe('the list of incidents', () => {
  test('has those that last on top, whenever they began, and then what is over, newest first', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    const { page } = watched
    await row(page, 'shop').waitFor()
    await row(page, 'till').first().waitFor()
    const names = await list(page).locator('[data-incident]').allTextContents()
    expect(names.slice(0, 4)).toEqual([`${stormCount} monitors, one storm`, 'shop', 'archive', 'till'])
    // The usual range is of 30 days; the archive has been degraded for 40.
    await row(page, 'archive').getByText('40 d').waitFor()
    await page.getByRole('heading', { level: 1, name: /7 open/ }).waitFor()
    expect(await row(page, 'till').count()).toBe(50)
    await page.getByRole('button', { name: 'Older incidents' }).click()
    await row(page, 'till').nth(58).waitFor()
    expect(await page.getByRole('navigation', { name: 'Main' }).getByText('7 open').count()).toBe(1)
    expect(watched.offences).toEqual([])
  })

  test('shows a storm as one row, that opens to its members', async () => {
    await using watched = await openAs(site.owner, '/incidents?state=open')
    const { page } = watched
    const storm = page.getByRole('button', { name: `${stormCount} monitors, one storm` })
    await storm.waitFor()
    expect(await page.getByRole('link', { name: 'store-3' }).count()).toBe(0)
    await storm.click()
    await page.getByRole('link', { name: 'store-3' }).waitFor()
    expect(await page.getByRole('link', { name: /^store-\d$/ }).count()).toBe(stormCount)
    expect(await storm.getAttribute('aria-expanded')).toBe('true')
  })

  test('tells how long they last while one looks', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    const { page } = watched
    const lasted = row(page, 'shop').locator('time').last()
    await lasted.waitFor()
    const before = await lasted.textContent()
    await page.waitForFunction(
      ([text]) => [...document.querySelectorAll('tr time')].every((time) => time.textContent !== text),
      [before],
    )
  })

  test('is filtered by the address, which survives a reload, and exports what the filter counts', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    const { page } = watched
    await row(page, 'shop').waitFor()
    await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'All time' })
    await page.getByRole('combobox', { name: 'Cause' }).selectOption('DNS_NXDOMAIN')
    await page.getByRole('button', { name: /^Resolved/ }).click()
    await page.waitForURL('**range=all**')
    await page.reload()
    await row(page, 'till').first().waitFor()
    const count = endedCount / 10
    await page.getByRole('button', { name: `Resolved ${count}` }).waitFor()
    expect(await row(page, 'till').count()).toBe(count)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ])
    const lines = (await Bun.file(await download.path()).text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(1 + count)
    expect(lines[1]).toContain(`"'=no such name, says the server"`)
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('degraded')
    await page.waitForURL('**severity=degraded**')
    expect(await row(page, 'till').count()).toBe(count)
    expect(watched.offences).toEqual([])
  })

  test('finds those of a tag, of a region and of a monitor', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    const { page } = watched
    await page.getByRole('searchbox', { name: 'Tag' }).fill('prod')
    await page.keyboard.press('Enter')
    await row(page, 'till').first().waitFor({ state: 'detached' })
    await row(page, 'shop').waitFor()
    await page.goto('/incidents?region=eu')
    await row(page, 'shop').waitFor()
    expect(await list(page).locator('[data-incident]').count()).toBe(1)
    await page.goto(`/monitors/${site.shopMonitorId}`)
    await page.getByRole('main').getByRole('link', { name: 'Incidents' }).click()
    await row(page, 'shop').waitFor()
    expect(await list(page).locator('[data-incident]').allTextContents()).toEqual(['shop'])
    await page.getByRole('link', { name: 'Filter and export them' }).click()
    await page.waitForURL('**/incidents?monitor=*')
    await row(page, 'shop').waitFor()
    await page.getByRole('button', { name: /shop.*Show all monitors/ }).click()
    await row(page, 'till').first().waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is walked by j and k, acknowledged by a, and opened by Enter', async () => {
    await using watched = await openAs(site.owner, '/incidents?monitor=&state=open')
    const { page } = watched
    await row(page, 'archive').waitFor()
    for (const _ of [1, 2, 3]) await page.keyboard.press('j')
    await page.waitForFunction(() => document.activeElement?.textContent === 'archive')
    await page.keyboard.press('a')
    await row(page, 'archive').getByText('Acknowledged').waitFor()
    await row(page, 'archive').getByText(site.owner.username).waitFor()
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /shop has been down for/ }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('takes an acknowledgement back, with the reason, where the API refuses it', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    watched.expectStatus(409)
    const { page } = watched
    const button = page.getByRole('button', { name: 'Acknowledge shop' })
    await button.waitFor()
    const release = Promise.withResolvers<void>()
    await page.route('**/acknowledge', async (route) => {
      await release.promise
      await route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', title: 'The incident has ended', status: 409, code: 'incident_ended' },
      })
    })
    await button.click()
    await row(page, 'shop').getByText('Acknowledged').waitFor()
    release.resolve()
    await page.getByRole('alert').getByText('Nothing was changed. The incident has ended.').waitFor()
    await button.waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is read by a viewer, who sees why they acknowledge nothing', async () => {
    await using watched = await openAs(site.viewer, '/incidents')
    const { page } = watched
    const button = page.getByRole('button', { name: 'Acknowledge shop' })
    await page.getByText('A member, an admin or an owner can acknowledge.').waitFor()
    expect(await button.isDisabled()).toBe(true)
    const noteId = await button.getAttribute('aria-describedby')
    expect(await page.locator(`#${noteId}`).textContent()).toBe('A member, an admin or an owner can acknowledge.')
    await row(page, 'shop').getByRole('link').focus()
    await page.keyboard.press('a')
    expect(watched.offences).toEqual([])
  })

  test('holds its rows under the pointer, and puts them in order when asked', async () => {
    await using watched = await openAs(site.owner, '/incidents?state=open')
    const { page } = watched
    await row(page, 'shop').hover()
    const names = () => list(page).locator('[data-incident]').allTextContents()
    const before = await names()
    const answer = await page.request.post(`/api/v1/incidents/${site.shopId}/comments`, {
      headers: { origin: site.url },
      data: { text: 'a word' },
    })
    expect(answer.status()).toBe(201)
    await page.route('**/api/v1/incidents?**open=true**', async (route) => {
      const page = await (await route.fetch()).json()
      await route.fulfill({
        json: { ...page, items: page.items.filter((one: { id: string }) => one.id !== site.shopId) },
      })
    })
    await page.request.post(`/api/v1/incidents/${site.shopId}/comments`, {
      headers: { origin: site.url },
      data: { text: 'another' },
    })
    const apply = page.getByRole('button', { name: '1 change – apply' })
    await apply.waitFor()
    expect(await names()).toEqual(before)
    await apply.click()
    await row(page, 'shop').waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('is of the days between two, and says so in words where the last is before the first', async () => {
    await using watched = await openAs(site.owner, '/incidents?range=24h')
    const { page } = watched
    await row(page, 'shop').waitFor()
    await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'From day to day' })
    await row(page, 'till').first().waitFor()
    await page.getByLabel('First day').fill('2026-03-05')
    await page.getByLabel('Last day').fill('2026-03-01')
    const alert = page.getByRole('alert').filter({ hasText: 'The first day is after the last one' })
    await alert.waitFor()
    expect(await list(page).locator('[data-incident]').count()).toBe(0)
    expect(await page.getByText('No incidents in this range.').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Export CSV' }).count()).toBe(0)
    expect(new URL(page.url()).search).toBe('?range=custom&from=2026-03-05&to=2026-03-01')
    await page.reload()
    await alert.waitFor()
    const asked = page.waitForRequest((request) => /incidents\?.*open=false/.test(request.url()))
    await page.getByLabel('Last day').fill('2026-03-05')
    await alert.waitFor({ state: 'detached' })
    const { searchParams } = new URL((await asked).url())
    const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? ''))
    expect((to ?? 0) - (from ?? 0)).toBe(86_400_000)
    await page.getByText('No incidents in this range.').waitFor()
    await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'All time' })
    await row(page, 'till').first().waitFor()
    expect(new URL(page.url()).search).toBe('?range=all')
    expect(watched.offences).toEqual([])
  })

  test('says since when nothing happened, and leads to a wider range', async () => {
    await using watched = await openAs(site.owner, '/incidents?range=7d&cause=DNS_NXDOMAIN&severity=down')
    const { page } = watched
    await page.getByText('No incidents in this range.').waitFor()
    await page.getByText('There was none before either.').waitFor()
    await page.goto('/incidents?range=24h&cause=DNS_NXDOMAIN')
    await page
      .getByText('The last one ended')
      .getByText(/\d d ago/)
      .waitFor()
    await page.getByRole('button', { name: 'Show incidents of all time' }).click()
    await row(page, 'till').first().waitFor()
    await using fresh = await openPage(site.browser, { url: site.url, viewport: wide })
    await signUp(fresh.page, newAccount())
    await fresh.page.goto('/incidents')
    await fresh.page.getByText('There was none before either.').waitFor()
  })

  test('says what could not be read, by which request, and reads it again', async () => {
    await using watched = await openAs(site.owner, '/monitors')
    watched.expectStatus(500)
    const { page } = watched
    let isAway = true
    await page.route('**/api/v1/incidents?**', (route) =>
      isAway
        ? route.fulfill({
            status: 500,
            headers: { 'x-request-id': 'req-7' },
            contentType: 'application/problem+json',
            json: { type: 'about:blank', title: 'Something is broken here', status: 500, code: 'internal' },
          })
        : route.continue(),
    )
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Incidents' }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'Something is broken here.' })
    await alert.getByText('req-7').waitFor()
    isAway = false
    await alert.getByRole('button', { name: 'Retry' }).click()
    await row(page, 'shop').waitFor()
    await alert.waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('has no serious accessibility violation and does not scroll sideways, on a desk and a phone, in light and dark', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signIn(page, site.owner, '/incidents')
    await page.getByRole('button', { name: /one storm/ }).click()
    await row(page, 'till').first().waitFor()
    await page.mouse.move(0, 0)
    expect(await faultsInEveryLook(page)).toEqual([])
    await takeInBothThemes(page, 'incidents')
    expect(watched.offences).toEqual([])
  })
})
