/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Tick } from '@repo/contracts/ticks'
import type { Page } from 'playwright-core'
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

/** A slot for which nobody was there. */
const unlucky: Tick = {
  region: 'local',
  scheduledAt: '2026-11-24T12:00:00.000Z',
  startedAt: '2026-11-24T12:00:00.000Z',
  verdict: 'unknown',
  code: 'EXPIRED',
  message: 'not run: none of us was there to start it in time',
  status: null,
  address: null,
  redirects: 0,
  certificateExpiresAt: null,
  phases: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, transferMs: null, totalMs: 0 },
}

/** What the page is shown of the slot in place of the instance's own answer. */
async function answerWith(page: Page, tick: Tick): Promise<void> {
  const took = tick.verdict === 'down' ? { ...tick, phases: { ...tick.phases, totalMs: 12 } } : tick
  await page.route('**/ticks?through=*', (route) => route.fulfill({ json: { items: [took], nextCursor: null } }))
}

describe('a check', () => {
  test('says why it came to its verdict, beside the last good one, at an address that stays', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account, path)
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

  test('says what its code means, what that usually comes from and what to try', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    await answerWith(page, { ...unlucky, verdict: 'down', code: 'HEARTBEAT_FAILED' })
    const address = `${path}&check=${unlucky.scheduledAt}~local`
    await page.goto(address)
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    await dialog.getByText('What this means, and what to try').click()
    await dialog.getByText('A job said itself that it failed').waitFor()
    expect(await dialog.locator('code').first().textContent()).toBe('/fail')
    for (const name of ['Usual causes', 'What to try']) await dialog.getByRole('heading', { name }).waitFor()
    expect(await dialog.getByRole('list').getByRole('listitem').count()).toBeGreaterThan(1)
    expect(await seriousViolationsInBothThemes(page)).toEqual([])
    // Of a later version there may be none yet.
    watched.expectStatus(404)
    await answerWith(page, { ...unlucky, code: 'OF_TOMORROW' as Tick['code'] })
    await page.goto(address)
    await dialog.getByText('What this means, and what to try').click()
    await dialog.getByRole('alert').getByRole('button', { name: 'Retry' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('whose phases are shown took as long as they did together', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account, path)
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

  test('shows what a target said as the text that it is', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    const hostile = '<img src=x onerror=alert(1)> \u001b[31mred'
    await answerWith(page, { ...unlucky, verdict: 'down', code: 'BAD_HEADER', message: hostile, address: hostile })
    page.on('dialog', () => expect.unreachable())
    await page.goto(`${path}&check=${unlucky.scheduledAt}~local`)
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    await dialog.getByText('<img src=x onerror=alert(1)>').first().waitFor()
    expect(await dialog.getByText('<img src=x onerror=alert(1)>').count()).toBe(2)
    expect(await dialog.locator('img').count()).toBe(0)
    expect(watched.offences).toEqual([])
  })

  test('is offered as a command in which no secret is', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    const answer = await page.request.post('/api/v1/monitors', {
      headers: { origin: site.url },
      data: {
        name: 'till',
        intervalSeconds: 1,
        spec: {
          kind: 'http',
          url: website.url,
          headers: [{ name: 'X-Till', value: 'canary-of-a-header' }],
          auth: { kind: 'basic', username: 'till', password: 'canary-of-a-password' },
        },
      },
    })
    expect(answer.status()).toBe(201)
    await page.goto(`/monitors/${((await answer.json()) as { id: string }).id}?tab=checks`)
    await page.getByRole('cell', { name: 'Down', exact: true }).first().waitFor()
    await page.getByRole('row').filter({ hasText: 'Down' }).last().getByRole('button').click()
    const command = await page.getByRole('dialog').getByLabel('See it for yourself').inputValue()
    expect(command).toContain("--header 'X-Till: ***'")
    expect(command).toContain("--user '***:***'")
    expect(await page.content()).not.toContain('canary')
    expect(watched.offences).toEqual([])
  })

  test('of which nothing is known says that this was our problem, and leads to how the regions are', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    await answerWith(page, { ...unlucky, code: 'SELF_OFFLINE', message: 'the region itself is offline' })
    await page.goto(`${path}&check=${unlucky.scheduledAt}~local`)
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    await dialog.getByText(/^This was our problem and not the target’s/).waitFor()
    await dialog.getByRole('link', { name: 'How the regions are' }).click()
    await page.waitForURL('**/system')
    await page.getByRole('heading', { name: 'System', level: 1 }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('that was not run says why, and of when it is, and measures nothing', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, account)
    await answerWith(page, unlucky)
    await page.goto(`${path}&check=${unlucky.scheduledAt}~local`)
    const dialog = page.getByRole('dialog', { name: 'Check from local' })
    await dialog.getByText('not run: none of us was there to start it in time').waitFor()
    expect(await dialog.locator('time').first().getAttribute('datetime')).toBe(unlucky.scheduledAt)
    await dialog.getByText(/^EXPIRED · .*, not carried out$/).waitFor()
    expect(await dialog.getByText(/begun|Where the time went/).count()).toBe(0)
    expect(await dialog.getByRole('row', { name: /^Took/ }).count()).toBe(0)
    expect(watched.offences).toEqual([])
  })

  test('that is not kept any more says so', async () => {
    await using watched = await openPage(site.browser, { url: site.url })
    const { page } = watched
    await signIn(page, account, `${path}&check=2020-01-01T00:00:00.000Z~local`)
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
