/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { AlertPolicyJson } from '@repo/contracts/alerts'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import { exampleSubscription } from '@repo/notifiers/testing/push-receiver'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { type Instance, startStandalone } from '../src/instance.ts'
import { type Account, addMonitor, newAccount, signIn, signUp } from './account.ts'
import { inviteViaPage, joinAsNew } from './account-steps.ts'
import { addRoom, callApi, myId, openRoom, type Room } from './alerts-furnish.ts'
import { seriousViolationsInBothThemes } from './axe.ts'
import { openBrowser, openPage, type WatchedPage } from './chromium.ts'
import { takeInBothThemes } from './pictures.ts'
import { openWebsite, type Website } from './website.ts'

setDefaultTimeout(90_000)

let instance: Instance
let url: string
let mail: RecordingSmtpServer
let browser: Browser
let room: Room
let shop: Website
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
/** Whose shop is down, and whose room is told of it in vain. */
const ada = newAccount()
const wide = { width: 1280, height: 800 }

beforeAll(async () => {
  browser = await openBrowser()
  mail = await openSmtpServer()
  room = openRoom()
  shop = openWebsite()
  instance = await startStandalone({
    SMTP_URL: mail.url,
    MAIL_FROM: 'BetterUptime <up@example.com>',
    PUBLIC_URL: 'http://localhost',
  })
  url = instance.url.replace('127.0.0.1', 'localhost')
  await using watched = await openPage(browser, { url })
  await signUp(watched.page, newAccount())
  signedIn = await watched.page.context().storageState()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await instance?.stop()
  await Promise.all([mail, room, shop].map((one) => one?.[Symbol.asyncDispose]()))
})

/** Somebody who has signed up, in a workspace that is new, on the page of the channels. */
async function openAsNew(): Promise<WatchedPage> {
  const watched = await openPage(browser, { url, viewport: wide, storageState: signedIn })
  const { page } = watched
  await page.goto('/alerts')
  const { id } = await callApi<{ id: string }>(page, 'POST', '/workspaces', { name: 'Shop' })
  await callApi(page, 'PUT', '/session/workspace', { workspaceId: id })
  await page.reload()
  await page.getByRole('heading', { name: 'Channels' }).waitFor()
  return watched
}

const channels = (page: Page) => page.getByRole('list', { name: 'Channels' }).getByRole('listitem')
const log = (page: Page) => page.getByRole('region', { name: 'Log of messages' }).getByRole('row')

async function signUpWithAddress(page: Page, { username, password }: Account): Promise<void> {
  await page.goto('/signup')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel(/E-mail/).fill(`${username}@example.com`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
}

describe('a channel', () => {
  test('is found among its kinds, keeps its secrets to itself, and offers itself to the policy Everyone', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    const answers: string[] = []
    page.on('response', async (response) => {
      if (response.url().includes('/api/')) answers.push(await response.text().catch(() => ''))
    })
    await page.getByText('None yet. An address, a room or a telephone').waitFor()
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByRole('searchbox', { name: 'Find a way' }).fill('webh')
    await page.keyboard.press('Enter')
    await page.getByLabel('Name').fill('#ops')
    await page.getByLabel('URL').fill(room.url)
    await page.getByLabel('Headers').fill('X-Token: sesame')
    await page.getByRole('button', { name: 'Add channel' }).click()
    await page.getByRole('button', { name: 'Add to Everyone' }).click()
    await page.getByText('Everyone tells #ops too.').first().waitFor()
    await channels(page).getByText('Not used yet').waitFor()
    const [everyone] = (await callApi<{ items: AlertPolicyJson[] }>(page, 'GET', '/alert-policies')).items
    expect(everyone?.rule.steps[0]?.targets).toMatchObject([{ kind: 'everyone' }, { kind: 'channel' }])

    await page.getByRole('button', { name: 'Edit #ops' }).click()
    await page.getByRole('button', { name: 'Replace Headers' }).waitFor()
    await page.getByLabel('Name').fill('#ops-room')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Send test to #ops-room' }).click()
    await page.getByText('The test was taken').waitFor()
    expect(room.heard.at(-1)?.headers.get('x-token')).toBe('sesame')
    expect(await page.content()).not.toContain('sesame')
    expect(answers.join('\n')).not.toContain('sesame')
    expect(watched.offences).toEqual([])
  })

  test('is tested with the answer of its provider in sight', async () => {
    await using refusing = openRoom()
    await using watched = await openAsNew()
    const { page } = watched
    await addRoom(page, { name: 'Moved room', url: refusing.url })
    await page.reload()
    const moved = channels(page).filter({ hasText: 'Moved room' })
    await moved.getByRole('button', { name: 'Send test' }).click()
    await moved.getByText('The test was taken').waitFor()
    refusing.answer(410, 'this room has moved')
    await moved.getByRole('button', { name: 'Send test' }).click()
    await moved.getByText('The test was refused').waitFor()
    await moved.getByText('this room has moved').waitFor()
    expect(refusing.heard.map(({ event }) => event)).toEqual(['test', 'test'])
  })

  test('is refused at its field where it leads to what nobody may reach', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByRole('button', { name: /^Slack/ }).click()
    await page.getByLabel('Name').fill('#ops')
    await page.getByRole('button', { name: 'Add channel' }).click()
    await page.getByText('This is required.').waitFor()
    watched.expectStatus(400)
    await page.getByLabel('Webhook URL').fill('http://169.254.169.254/latest')
    await page.getByRole('button', { name: 'Add channel' }).click()
    await page.getByText(/^Leads to /).waitFor()
    expect(await page.getByLabel('Webhook URL').getAttribute('aria-invalid')).toBe('true')
    expect(watched.offences).toEqual([])
  })

  test('is paused and told again', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await addRoom(page, { name: '#ops', url: room.url })
    await page.reload()
    await page.getByRole('button', { name: 'Pause #ops' }).click()
    await channels(page).getByText('Paused', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Resume #ops' }).click()
    await channels(page).getByText('Not used yet').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('says before it is deleted which policies name it, and of what nobody would be told any more', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await addMonitor(page, { name: 'warehouse', url: shop.url, intervalSeconds: 3_600 })
    const own = await addRoom(page, { name: 'My pager', url: room.url, userId: await myId(page) })
    const [everyone] = (await callApi<{ items: AlertPolicyJson[] }>(page, 'GET', '/alert-policies')).items
    const rule = { ...everyone?.rule, fallbackChannelIds: [own.id] }
    await callApi(page, 'PATCH', `/alert-policies/${everyone?.id}`, { rule })
    await page.reload()
    await page.getByRole('button', { name: 'Delete My pager' }).click()
    const named = page.getByRole('list', { name: 'Policies that name it' }).getByRole('listitem')
    await named.first().waitFor()
    expect(await named.allTextContents()).toEqual(['Everyone where another fails'])
    const lost = page.getByRole('list', { name: 'Monitors without coverage' }).getByRole('listitem')
    expect(await lost.allTextContents()).toEqual(['warehouse'])
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('region', { name: 'Nobody would be told' }).getByText('warehouse').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is this browser, for whoever asks for it', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await page.context().grantPermissions(['notifications'], { origin: url })
    await page.evaluate(({ p256dh, auth }) => {
      const bytesOf = (text: string) =>
        Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0)).buffer
      const given: Record<string, string> = { p256dh, auth }
      PushManager.prototype.getSubscription = async () => null
      PushManager.prototype.subscribe = async () =>
        ({ endpoint: 'https://push.example/1', getKey: (name: string) => bytesOf(given[name] ?? '') }) as never
    }, exampleSubscription)
    await page.getByRole('button', { name: 'Tell me in this browser' }).click()
    await page.getByText('You are told in this browser.').waitFor()
    const [own] = await channels(page).allTextContents()
    expect(own).toContain('Browser · yours')
    expect(watched.offences).toEqual([])
  })
})

describe('an outage of which a room hears in vain', () => {
  test('streams into the log, has the room failing with its reason, and is told on the first screen', async () => {
    await using watched = await openPage(browser, { url, viewport: wide })
    const { page } = watched
    await signUp(page, ada)
    await addMonitor(page, { name: 'shop', url: shop.url, intervalSeconds: 1 })
    const ops = await addRoom(page, { name: '#ops', url: room.url })
    const [everyone] = (await callApi<{ items: AlertPolicyJson[] }>(page, 'GET', '/alert-policies')).items
    const steps = [{ afterSeconds: 0, targets: [{ kind: 'channel', channelId: ops.id }] }]
    await callApi(page, 'PATCH', `/alert-policies/${everyone?.id}`, { rule: { ...everyone?.rule, steps } })
    room.answer(503, 'not now')
    await page.goto('/alerts/log')
    await page.getByText('Nobody was told anything yet.').waitFor()
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    shop.goDown()
    const row = log(page).filter({ hasText: '#ops' }).filter({ hasText: 'answered 503' })
    await row.getByText('Waits').waitFor({ timeout: 30_000 })
    await row.getByText('3 attempts').last().waitFor({ timeout: 45_000 })
    expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)

    await page.getByRole('link', { name: 'Channels' }).click()
    const failing = channels(page).filter({ hasText: '#ops' })
    await failing.getByText(/since .*, [3-9] attempts · answered 503 · next attempt /).waitFor()
    await failing.getByText('Failing', { exact: true }).waitFor()
    await page.goto('/monitors')
    const banner = page.getByRole('region', { name: 'A channel fails' })
    await banner.getByText('Alerts by #ops do not get through.').waitFor()
    await banner.getByRole('link', { name: 'See why' }).click()
    await page.waitForURL('**/alerts')
    expect(watched.offences).toEqual([])
  })

  test('stands in the log with every attempt, one key, and a way to its incident', async () => {
    await using watched = await openPage(browser, { url, viewport: wide })
    const { page } = watched
    await signIn(page, ada, '/alerts/log')
    const row = log(page).filter({ hasText: '#ops' })
    await row.getByText('attempts').last().click()
    const attempts = row.locator('td:last-child').getByRole('listitem')
    expect(await attempts.count()).toBeGreaterThanOrEqual(3)
    expect(await attempts.first().textContent()).toMatch(/in vain: answered 503.*not now/)
    const [delivery] = (await callApi<{ items: { id: string; incidentId: string }[] }>(page, 'GET', '/deliveries'))
      .items
    expect(await row.textContent()).toContain(delivery?.id ?? '–')
    const monitor = row.getByRole('link', { name: 'shop', exact: true })
    expect(await monitor.getAttribute('href')).toMatch(/^\/monitors\/[0-9a-f-]{36}$/)
    const incident = row.getByRole('link', { name: 'incident' })
    expect(await incident.getAttribute('href')).toBe(`/incidents/${delivery?.incidentId}`)
    expect(watched.offences).toEqual([])
  })

  test('is filtered by the address, which a reload keeps', async () => {
    await using watched = await openPage(browser, { url, viewport: wide })
    const { page } = watched
    await signIn(page, ada, '/alerts/log')
    await page.getByLabel('State').selectOption('accepted')
    await page.getByText('No message matches.').waitFor()
    await page.reload()
    await page.getByText('No message matches.').waitFor()
    expect(page.url()).toEndWith('/alerts/log?state=accepted')
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await log(page).filter({ hasText: '#ops' }).waitFor()
    await page.getByLabel('Channel').selectOption({ label: '#ops' })
    await log(page).filter({ hasText: '#ops' }).waitFor()
    expect(page.url()).toMatch(/\?channel=[\w-]{36}$/)
    expect(watched.offences).toEqual([])
  })
})

describe('where nobody would be told', () => {
  test('the page says so, and one click has whoever looks told by mail', async () => {
    await using watched = await openPage(browser, { url, viewport: wide })
    const { page } = watched
    const account = newAccount()
    await signUpWithAddress(page, account)
    await addMonitor(page, { name: 'warehouse', url: shop.url, intervalSeconds: 3_600 })
    const [given] = (await callApi<{ items: { id: string }[] }>(page, 'GET', '/channels')).items
    await callApi(page, 'DELETE', `/channels/${given?.id}`)
    await page.goto('/alerts')
    const warning = page.getByRole('region', { name: 'Nobody would be told' })
    await warning.getByText('Nobody will be told when something is down.').waitFor()
    await warning.getByRole('button', { name: 'E-mail me' }).click()
    await warning.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Send test to My e-mail' }).click()
    await eventually('the test is there', async () =>
      mail.mails.some(({ to }) => to.includes(`${account.username}@example.com`)),
    )
    expect(watched.offences).toEqual([])
  })

  test('for lack of a policy, one click tells everyone', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await addMonitor(page, { name: 'warehouse', url: shop.url, intervalSeconds: 3_600 })
    await addRoom(page, { name: 'My pager', url: room.url, userId: await myId(page) })
    const [everyone] = (await callApi<{ items: AlertPolicyJson[] }>(page, 'GET', '/alert-policies')).items
    await callApi(page, 'DELETE', `/alert-policies/${everyone?.id}`)
    await page.reload()
    await page.getByRole('button', { name: 'Tell everyone of everything' }).click()
    await page.getByRole('region', { name: 'Nobody would be told' }).waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })
})

describe('a person', () => {
  test('chooses whether the weekly mail comes, and has one sent at once', async () => {
    await using watched = await openPage(browser, { url, viewport: wide })
    const { page } = watched
    const account = newAccount()
    await signUpWithAddress(page, account)
    await page.goto('/settings')
    const panel = page.getByRole('region', { name: 'Weekly mail' })
    await panel.getByText(/^To ada-.*@example.com, next /).waitFor()
    await panel.getByRole('button', { name: 'Send one now' }).click()
    await panel.getByText('The test was taken').waitFor()
    await panel.getByRole('checkbox', { name: 'Send it to me' }).uncheck()
    await panel.getByText('You get none.').waitFor()
    await page.reload()
    await panel.getByText('You get none.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('sets the time zone of the workspace, and hears of one that is none', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await page.goto('/settings/workspace')
    const panel = page.getByRole('region', { name: 'Time zone' })
    await panel.getByLabel('By the clocks of').fill('Europe/Berlin')
    await panel.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The time zone is saved.').first().waitFor()
    watched.expectStatus(400)
    await panel.getByLabel('By the clocks of').fill('Berlin')
    await panel.getByRole('button', { name: 'Save' }).click()
    await panel.getByText('Is not a time zone, such as Europe/Berlin').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('who may only look sees every control, and why it cannot be pressed', async () => {
    await using watched = await openAsNew()
    const { page } = watched
    await addRoom(page, { name: '#ops', url: room.url })
    const link = await inviteViaPage(page, 'Viewer')
    await using guest = await openPage(browser, { url, viewport: wide })
    // Whether somebody is signed in already is asked before they join.
    guest.expectStatus(401)
    await joinAsNew(guest.page, link, newAccount())
    await guest.page.goto('/alerts')
    const add = guest.page.getByRole('button', { name: 'Add a channel' })
    await guest.page.getByText('It takes the role member to change this.').waitFor()
    expect(await add.isDisabled()).toBe(true)
    expect(await add.getAttribute('aria-describedby')).toBe('no-right')
    for (const name of ['Send test to #ops', 'Edit #ops', 'Pause #ops', 'Delete #ops'])
      expect([name, await guest.page.getByRole('button', { name }).isDisabled()]).toEqual([name, true])
    expect(guest.offences).toEqual([])
  })
})

test('what cannot be read says by which request, and is read again by Retry', async () => {
  await using watched = await openPage(browser, { url, viewport: wide })
  const { page } = watched
  await signIn(page, ada)
  watched.expectStatus(403)
  await page.route('**/api/v1/channels?*', (route) =>
    route.fulfill({
      status: 403,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'req-12' },
      body: JSON.stringify({ type: 'about:blank', title: 'Not today', status: 403, code: 'insufficient_role' }),
    }),
  )
  await page.goto('/alerts')
  await page.getByRole('alert').getByText('req-12').waitFor()
  await page.unroute('**/api/v1/channels?*')
  await page.getByRole('button', { name: 'Retry' }).click()
  await channels(page).filter({ hasText: '#ops' }).waitFor()
})

test.each([1280, 360])(
  'has no serious accessibility violation in light and dark and does not scroll sideways at %d px',
  async (width) => {
    await using watched = await openPage(browser, { url, reducedMotion: 'reduce', viewport: { width, height: 740 } })
    const { page } = watched
    await signIn(page, ada, '/alerts/log')
    const found: string[] = []
    const look = async () => {
      found.push(...(await seriousViolationsInBothThemes(page)))
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
    await log(page).filter({ hasText: '#ops' }).waitFor()
    await look()
    await page.goto('/alerts')
    await channels(page).getByText('next attempt').waitFor()
    await look()
    if (width === 1280) await takeInBothThemes(page, 'alerts-channels')
    await page.getByRole('button', { name: 'Delete #ops' }).click()
    await page.getByText('Policies that name it').first().waitFor()
    await look()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Edit #ops' }).click()
    await page.getByRole('button', { name: 'Replace URL' }).waitFor()
    await look()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByRole('list', { name: 'Kinds of channels' }).waitFor()
    await look()
    await page.getByRole('button', { name: /^Webhook/ }).click()
    await page.getByLabel('Headers').waitFor()
    await look()
    expect(found).toEqual([])
    expect(watched.offences).toEqual([])
  },
)
