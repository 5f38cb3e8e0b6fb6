/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { AlertDelayJson } from '@repo/contracts/alert-delay'
import type { Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { newAccount, signIn, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite, type Website } from './website.ts'

/** From an address to a monitor that tells (UX.md, S3). */

const site = openSite()
const account = newAccount()
const wide = { width: 1280, height: 860 }
const RESULT_MS = 10_000

let shop: Website
beforeAll(() => {
  shop = openWebsite({ delayMs: () => 20 })
})
afterAll(() => shop[Symbol.asyncDispose]())

const firstLook = (page: Page) => page.getByRole('region', { name: 'First look' })
const alerts = (page: Page) => page.getByRole('dialog').getByRole('region', { name: 'Alerts' })

async function openForm(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('c')
  await page.getByRole('dialog', { name: 'Add a monitor' }).waitFor()
}

/** What the API says to the page of how fast an alert would come, from now on the last of it. */
function listenForDelays(page: Page): { last: AlertDelayJson | undefined } {
  const heard: { last: AlertDelayJson | undefined } = { last: undefined }
  page.on('response', async (answer) => {
    if (!answer.url().endsWith('/monitors/alert-delay')) return
    // An answer that the page itself no longer waits for has no body.
    const body = (await answer.json().catch(() => undefined)) as AlertDelayJson | undefined
    if (body) heard.last = body
  })
  return heard
}

function isSaid(last: AlertDelayJson | undefined, wanted: Partial<AlertDelayJson>): boolean {
  return Object.entries(wanted).every(([name, value]) => last?.[name as keyof AlertDelayJson] === value)
}

/** All that the API says to the page from now on. */
function keepAnswers(page: Page): Promise<string>[] {
  const answers: Promise<string>[] = []
  page.on('response', (answer) => {
    if (answer.url().includes('/api/v1/')) answers.push(answer.text().catch(() => ''))
  })
  return answers
}

async function namesOf(page: Page): Promise<string[]> {
  const answer = await page.request.get('/api/v1/monitors?limit=50')
  return ((await answer.json()) as { items: { name: string }[] }).items.map(({ name }) => name)
}

describe('whoever comes for the first time', () => {
  test('sees what their website answers before they save it, and it in the list right after', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signUp(page, account)
    await page.getByLabel('URL', { exact: true }).fill(shop.url)
    // The lines of the regions are there at once, and stay where they are.
    const line = firstLook(page).getByRole('listitem')
    await line.waitFor()
    // It has another name once it is known which region looks.
    const before = await eventually('the line stands', async () => (await line.boundingBox()) ?? undefined)
    await line.getByText(/answered 200 in \d+ ms/).waitFor({ timeout: RESULT_MS })
    await firstLook(page).getByText('1 of 1 region finds it up.').waitFor()
    expect(await line.boundingBox()).toEqual(before)
    expect(await namesOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Watch it' }).click()
    const row = page.getByRole('row').filter({ hasText: new URL(shop.url).host })
    // What was seen before is its first result.
    await row.getByText('Up', { exact: true }).waitFor({ timeout: RESULT_MS })
    expect(watched.offences).toEqual([])
  })
})

describe('the form of a new monitor', () => {
  test('looks at what is typed last alone, and says why an address is not looked at', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    watched.expectStatus(400)
    const { page } = watched
    await signIn(page, account)
    await openForm(page)
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/monitors/test')) asked.push(request.postData() ?? '')
    })
    const url = page.getByRole('dialog').getByLabel('URL')
    await url.fill('http://169.254.169.254/')
    await page
      .getByRole('status')
      .getByText(/private or internal address.*169\.254\.169\.254/i)
      .waitFor()
    await url.pressSequentially('latest/meta-data', { delay: 5 })
    await url.fill(`${shop.url}typed?last`)
    await firstLook(page)
      .getByText(/answered 200/)
      .waitFor({ timeout: RESULT_MS })
    expect(asked).toHaveLength(2)
    expect(asked.at(-1)).toContain('typed?last')
    await page.getByRole('dialog').getByText('Advanced').click()
    expect(await page.getByRole('dialog').getByLabel('Name', { exact: true }).getAttribute('placeholder')).toBe(
      new URL(shop.url).host,
    )
    expect(watched.offences).toEqual([])
  })

  test('says when the next look is possible where there were too many', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    watched.expectStatus(429)
    const { page } = watched
    await signIn(page, account)
    await page.route('**/api/v1/monitors/test', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '12', 'content-type': 'application/problem+json' },
        json: { type: 'about:blank', title: 'Too many requests', status: 429, code: 'too_many_requests' },
      }),
    )
    await openForm(page)
    await page.getByRole('dialog').getByLabel('URL').fill(shop.url)
    await page.getByText('Too many tries: the next one is possible in 12 seconds.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('says how fast an alert will come as the API computes it, of each interval and policy anew', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    const heard = listenForDelays(page)
    await signIn(page, account)
    await openForm(page)
    await alerts(page)
      .getByText(
        /You will be told about 2 s after the first failure, within 22 s .* it takes 2 failing checks in a row/,
      )
      .waitFor()
    await eventually('it is what the API said', async () =>
      isSaid(heard.last, { slowestSeconds: 22, noticedSeconds: 60 }),
    )
    await page.getByRole('dialog').getByText('Advanced').click()
    await page.getByLabel('Checked every').selectOption({ label: '5 min' })
    await page.getByLabel('Fails after, in seconds').fill('3')
    await alerts(page)
      .getByText(/within 8 s .* It is looked at every 5 min\./)
      .waitFor()
    await eventually('it is what the API said', async () =>
      isSaid(heard.last, { slowestSeconds: 8, noticedSeconds: 300 }),
    )
    expect(watched.offences).toEqual([])
  })

  test('takes what is expected of a good answer, and a key to save it, once', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await openForm(page)
    await page.getByRole('dialog').getByLabel('URL').fill(`${shop.url}expecting`)
    await page.getByRole('dialog').getByText('Advanced').click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('expecting')
    await page.getByLabel('The page has the text').fill('goodbye')
    await firstLook(page)
      .getByText(/goodbye/)
      .waitFor({ timeout: RESULT_MS })
    await page.getByLabel('Good statuses').fill('two hundred')
    await page.keyboard.press('ControlOrMeta+Enter')
    await page.getByText(/Is not a set of statuses, such as 200-299,401/).waitFor()
    await page.getByLabel('Good statuses').fill('200-299,401')
    await page.getByLabel('The page has the text').fill('hello')
    await page.getByLabel('Header to send along').fill('X-Token')
    await page.getByLabel('Its value').fill('canary-of-a-header')
    const answers = keepAnswers(page)
    await page.getByRole('button', { name: 'Add monitor' }).last().dblclick()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const row = page.getByRole('row').filter({ hasText: 'expecting' })
    await row.getByText('Up', { exact: true }).waitFor({ timeout: RESULT_MS })
    expect((await namesOf(page)).filter((name) => name === 'expecting')).toHaveLength(1)
    await row.getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: 'expecting' }).waitFor()
    expect((await Promise.all(answers)).filter((text) => text.includes('X-Token')).length).toBeGreaterThan(0)
    expect([await page.content(), ...(await Promise.all(answers))].join()).not.toContain('canary-of-a-header')
    expect(watched.offences).toEqual([])
  })

  test('asks before what was typed is given up', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await openForm(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    const url = page.getByRole('dialog').getByLabel('URL')
    await url.fill('https://half-')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor()
    await page.getByRole('button', { name: 'Keep editing' }).click()
    expect(await url.inputValue()).toBe('https://half-')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('sends a test to what tells whoever looks, and says what became of it', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: wide })
    const { page } = watched
    await signIn(page, account)
    await openForm(page)
    await alerts(page).getByText('Nothing of yours tells you yet.').waitFor()
    await alerts(page).getByRole('link', { name: 'Give your e-mail address' }).waitFor()
    const session = (await (await page.request.get('/api/v1/session')).json()) as { user: { id: string } }
    const made = await page.request.post('/api/v1/channels', {
      headers: { origin: site.url },
      data: { kind: 'webhook', name: 'My pager', userId: session.user.id, settings: { url: shop.url } },
    })
    expect(made.status()).toBe(201)
    await page.reload()
    await openForm(page)
    await alerts(page).getByText('You are told by My pager.').waitFor()
    await alerts(page).getByRole('button', { name: 'Send test alert' }).click()
    await alerts(page).getByText('Delivered: hello').waitFor({ timeout: RESULT_MS })
    shop.goDown()
    await alerts(page).getByRole('button', { name: 'Send test alert' }).click()
    await alerts(page)
      .getByText(/^Failed: .*503/)
      .waitFor({ timeout: RESULT_MS })
    shop.comeUp()
    expect(watched.offences).toEqual([])
  })

  const looks = [360, 1280].flatMap((width) => (['light', 'dark'] as const).map((theme) => [width, theme] as const))
  test.each(looks)('has no serious violation at %d px in %s, and does not scroll sideways', async (width, theme) => {
    const viewport = { width, height: width === 360 ? 740 : 860 }
    await using watched = await openPage(site.browser, { url: site.url, colorScheme: theme, viewport })
    const { page } = watched
    await signIn(page, account)
    await openForm(page)
    await page.getByRole('dialog').getByLabel('URL').fill(shop.url)
    await firstLook(page)
      .getByText(/answered 200/)
      .waitFor({ timeout: RESULT_MS })
    await takePicture(page, `add-monitor${width === 360 ? '-narrow' : ''}-${theme}`)
    await page.getByRole('dialog').getByText('Advanced').click()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    expect(watched.offences).toEqual([])
  })
})
