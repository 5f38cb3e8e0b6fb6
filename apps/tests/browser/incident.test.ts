/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { type Account, addMonitor, fillIn, signIn } from './account.ts'
import { faultsInEveryLook, seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openIncidentSite } from './incident-ground.ts'
import { takeInBothThemes } from './pictures.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(90_000)

const site = openIncidentSite()
/** Slow enough for its recovery to be watched. */
const website = openWebsite({ delayMs: () => 500 })
const wide = { width: 1280, height: 800 }
/** Of a website that really fails. */
let liveId: string
let liveMonitorId: string
afterAll(() => website[Symbol.asyncDispose]())

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url })
  const { page } = watched
  await signIn(page, site.owner)
  liveMonitorId = (await addMonitor(page, { name: 'cinema', url: website.url, intervalSeconds: 1 })).id
  const headers = { origin: site.url }
  const policy = { quorum: { kind: 'majority' }, failures: 2, recoveries: 10, degradedIsIncident: false }
  const patched = await page.request.patch(`/api/v1/monitors/${liveMonitorId}`, { headers, data: { policy } })
  expect(await patched.json()).toMatchObject({ policy, intervalSeconds: 1 })
  await page
    .getByRole('row', { name: /cinema/ })
    .getByText('Up', { exact: true })
    .waitFor()
  website.goDown()
  liveId = await eventually('an incident of the cinema', () => newestOf(page), 30_000)
}, 90_000)

async function newestOf(page: Page): Promise<string | undefined> {
  const answer = await page.request.get(`/api/v1/incidents?open=true&monitorId=${liveMonitorId}`)
  return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id
}

async function openAs(account: Account, path: string) {
  const watched = await openPage(site.browser, { url: site.url, viewport: wide })
  await signIn(watched.page, account, path)
  return watched
}

const entries = (page: Page) => page.getByRole('list', { name: 'Timeline' }).getByRole('listitem')

describe('the page of an incident', () => {
  test('is where a message leads to, through signing in', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    watched.expectStatus(401)
    const { page } = watched
    await page.goto(`/incidents/${site.shopId}`)
    await page.waitForURL('**/signin?next=**')
    await fillIn(page, site.owner)
    await page.waitForURL(`**/incidents/${site.shopId}`)
    await page.getByRole('heading', { level: 1, name: /^shop has been down for \d+ min/ }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('begins with the first failing check, and tells all of it in one line of time', async () => {
    await using watched = await openAs(site.owner, `/incidents/${site.shopId}`)
    const { page } = watched
    await entries(page).first().waitFor()
    const incident = (await (await page.request.get(`/api/v1/incidents/${site.shopId}`)).json()) as { beganAt: string }
    const since = page.locator('header p time').first()
    expect(await since.getAttribute('datetime')).toBe(incident.beganAt)
    await page.getByText(/in 2 of 3 regions since/).waitFor()
    const texts = (await entries(page).allTextContents()).map((text) => text.replace(/^(\d+ \w+, )?[\d:]{8}/, ''))
    expect(texts).toEqual([
      expect.stringMatching(/^First failing check from euTLS_EXPIRED the certificate expired 12 days ago/),
      expect.stringMatching(/^Fails too from us/),
      expect.stringMatching(/^Confirmed by 2 of 3 regions: it is downIt passed from ap/),
      expect.stringMatching(/^Told ops by slack: down1 attempt · 200 ok/),
      expect.stringMatching(/^Failed to tell pager by webhook: down5 attempts · the receiver fails · 500 out of order/),
      expect.stringMatching(/^Passes again from us/),
    ])
    const failed = entries(page).filter({ hasText: 'Failed to tell pager' })
    expect(await failed.locator('svg [fill="var(--down)"]').count()).toBe(1)
    const impact = page.getByRole('list', { name: 'Impact by region' }).getByRole('listitem')
    expect(await impact.allTextContents()).toEqual([
      expect.stringMatching(/^euDown/),
      expect.stringMatching(/^usPasses/),
    ])
    expect(watched.offences).toEqual([])
  })

  test('shows who is still to be told, how often that failed, and when it is tried again', async () => {
    await using watched = await openAs(site.owner, '/incidents')
    const { page } = watched
    const at = new Date().toISOString()
    const attempt = {
      number: 1,
      beganAt: at,
      endedAt: at,
      outcome: 'retry',
      reason: 'too many requests',
      answer: '429',
    }
    const pager = { id: 'c3', name: 'mobile', kind: 'telegram' }
    await page.route('**/api/v1/deliveries?state=waiting**', (route) =>
      route.fulfill({
        json: { items: [{ id: 'd', channel: pager, dueAt: at, nextAt: at, attempts: [attempt] }], nextCursor: null },
      }),
    )
    await page.goto(`/incidents/${site.shopId}`)
    await entries(page)
      .filter({ hasText: /mobile is still to be told1 attempt so far · too many requests 429 · the next at/ })
      .waitFor()
    expect(watched.offences).toEqual([])
  })

  test('shows what was seen, beside what was seen before, as the text that it is', async () => {
    await using watched = await openAs(site.owner, `/incidents/${site.shopId}`)
    const { page } = watched
    await page.getByRole('radio', { name: 'Evidence' }).check()
    await page.waitForURL('**?tab=evidence')
    const seen = page.getByRole('region', { name: 'What was seen' })
    await seen.getByText('was 192.0.2.9').waitFor()
    await seen.getByText('x-hostile: <img src=x onerror=alert(1)>').waitFor()
    const curl = await seen.getByRole('textbox', { name: 'See it for yourself' }).inputValue()
    expect(curl).toContain('--resolve shop.example:443:192.0.2.1')
    expect(await seen.textContent()).toContain('authorization: ***')
    await seen.getByText('71 ms').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('shows an acknowledgement of somebody else by itself, and one winner of two', async () => {
    await using mine = await openAs(site.owner, `/incidents/${liveId}`)
    await using theirs = await openAs(site.member, `/incidents/${liveId}`)
    for (const { page } of [mine, theirs]) {
      await page.getByText('Live', { exact: true }).last().waitFor()
      await page.getByRole('button', { name: /^Acknowledge/ }).waitFor()
    }
    await theirs.page.getByRole('button', { name: /^Acknowledge/ }).click()
    await theirs.page.getByText('You look after the incident of cinema.').first().waitFor()
    await mine.page.getByText(`${site.member.username} looks after it since`).waitFor()
    await theirs.page.getByRole('button', { name: 'Take back' }).click()
    await mine.page.getByRole('button', { name: /^Acknowledge/ }).waitFor()
    // Both at once: whoever comes second hears who was first.
    await Promise.all([mine, theirs].map(({ page }) => page.getByRole('button', { name: /^Acknowledge/ }).click()))
    const names = await Promise.all(
      [mine, theirs].map(async ({ page }) => {
        await page.getByRole('button', { name: 'Take back' }).waitFor()
        return eventually('one name', async () => {
          const incident = (await (await page.request.get(`/api/v1/incidents/${liveId}`)).json()) as {
            acknowledged: { by: { name: string } } | null
          }
          const winner = incident.acknowledged?.by.name
          return winner && (await page.getByText(`${winner} looks after it since`).count()) === 1 ? winner : undefined
        })
      }),
    )
    expect(new Set(names).size).toBe(1)
    expect([...mine.offences, ...theirs.offences]).toEqual([])
  })

  test('takes comments in markdown, in which HTML is inert, an assignee and a post-mortem', async () => {
    await using watched = await openAs(site.owner, `/incidents/${liveId}`)
    const { page } = watched
    const hostile = '**seen** <img src=x onerror="document.title=1"> [run](javascript:alert(1))'
    await page.getByRole('textbox', { name: 'Comment' }).fill(hostile)
    await page.keyboard.press('Control+Enter')
    const comment = entries(page).filter({ hasText: 'said' }).last()
    await comment.locator('strong', { hasText: 'seen' }).waitFor()
    expect(await comment.locator('img, a[href]').count()).toBe(0)
    expect(await comment.textContent()).toContain('<img src=x')
    await page.getByRole('combobox', { name: 'Assigned to' }).selectOption(site.member.username)
    await entries(page)
      .filter({ hasText: `gave it to ${site.member.username}` })
      .waitFor()
    await page.getByRole('radio', { name: 'Post-mortem' }).check()
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByRole('textbox', { name: 'Post-mortem' }).fill('## Why\n\nThe projector.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Why' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('does not write over what somebody else has written meanwhile', async () => {
    await using watched = await openAs(site.owner, `/incidents/${site.shopId}?tab=postmortem`)
    watched.expectStatus(412)
    const { page } = watched
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByRole('textbox', { name: 'Post-mortem' }).fill('mine')
    await using theirs = await openAs(site.member, '/incidents')
    const headers = { origin: site.url }
    const path = `/api/v1/incidents/${site.shopId}`
    const read = page.waitForResponse((answer) => answer.url().endsWith(path) && answer.request().method() === 'GET')
    const written = await theirs.page.request.put(`${path}/postmortem`, { headers, data: { text: 'theirs' } })
    expect(written.status()).toBe(200)
    await read
    await page.getByRole('button', { name: 'Save' }).click()
    await page
      .getByRole('alert')
      .getByText(/^Nothing was changed\./)
      .waitFor()
    const { postmortem } = (await (await page.request.get(path)).json()) as { postmortem: { text: string } }
    expect(postmortem.text).toBe('theirs')
    expect(await page.getByRole('textbox', { name: 'Post-mortem' }).inputValue()).toBe('mine')
    expect(watched.offences).toEqual([])
  })

  test('shows how far the recovery is, and that it is over', async () => {
    await using watched = await openAs(site.owner, `/incidents/${liveId}`)
    const { page } = watched
    await entries(page).first().waitFor()
    website.comeUp()
    await page.getByText(/[1-9] of 10 good checks/).waitFor()
    await page.getByRole('heading', { level: 1, name: /^cinema was down for/ }).waitFor({ timeout: 30_000 })
    await entries(page).filter({ hasText: 'Resolved: recovered by itself' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is reopened, resolved by hand, and merged into another', async () => {
    await using watched = await openAs(site.owner, `/incidents/${liveId}`)
    const { page } = watched
    await page.getByRole('button', { name: 'Reopen' }).click()
    await page.getByRole('button', { name: 'Resolve' }).click()
    await entries(page)
      .filter({ hasText: /Resolved by .*: resolved by hand/ })
      .waitFor()
    await page.getByRole('button', { name: 'Merge' }).click()
    const dialog = page.getByRole('dialog')
    const shop = await dialog.getByRole('option', { name: /^shop/ }).getAttribute('value')
    await dialog.getByRole('combobox', { name: 'Into' }).selectOption(shop)
    expect(await seriousViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('link', { name: 'Part of another incident' }).click()
    await page.getByRole('heading', { level: 1, name: /^shop/ }).waitFor()
    await entries(page).filter({ hasText: 'another incident into this one' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('leaves to a viewer what they may, and says why not the rest', async () => {
    await using watched = await openAs(site.viewer, `/incidents/${site.shopId}`)
    const { page } = watched
    await page.getByText('A member, an admin or an owner can do this.').waitFor()
    for (const name of [/^Acknowledge/, 'Resolve', 'Merge'])
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true)
    expect(await page.getByRole('combobox', { name: 'Assigned to' }).isDisabled()).toBe(true)
    await page.keyboard.press('a')
    await page.getByText('A member, an admin or an owner can comment.').waitFor()
    await page.goto(`/incidents/${crypto.randomUUID()}`)
    watched.expectStatus(404)
    await page.getByRole('heading', { name: 'There is no incident here.' }).waitFor()
  })

  test('fits on paper', async () => {
    await using watched = await openAs(site.owner, `/incidents/${site.shopId}`)
    const { page } = watched
    await entries(page).first().waitFor()
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    // A4 less its margins, at 96 to the inch.
    await page.setViewportSize({ width: 718, height: 1_047 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(718)
    expect(await page.getByRole('button', { name: 'Resolve' }).isVisible()).toBe(false)
    expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false)
    await page.getByRole('region', { name: 'What was seen' }).waitFor()
    const clipped = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.textContent),
    )
    expect(clipped).toEqual([])
  })

  test('has no serious accessibility violation and does not scroll sideways, on a desk and a phone, in light and dark', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 900 } })
    const { page } = watched
    await signIn(page, site.owner)
    for (const tab of ['', '?tab=evidence', '?tab=postmortem']) {
      await page.goto(`/incidents/${site.shopId}${tab}`)
      await page.getByRole('list', { name: 'Impact by region' }).waitFor()
      expect(await faultsInEveryLook(page)).toEqual([])
      if (tab === '') await takeInBothThemes(page, 'incident')
    }
    expect(watched.offences).toEqual([])
  })
})
