/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openSmtpServer, partOf, type ReceivedMail, type RecordingSmtpServer } from '@repo/notifiers/testing'
import type { Browser, Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { type Instance, startStandalone } from '../src/instance.ts'
import { addMonitor, newAccount, signIn } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openBrowser, openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'
import { openWebsite, type Website } from './website.ts'

setDefaultTimeout(90_000)

/** Somebody who only ever gave their address, and whose shop is down. */
let instance: Instance
let url: string
let mail: RecordingSmtpServer
let browser: Browser
let shop: Website
let told: ReceivedMail
const account = newAccount()

beforeAll(async () => {
  browser = await openBrowser()
  mail = await openSmtpServer()
  shop = openWebsite()
  shop.goDown()
  const mailing = { SMTP_URL: mail.url, MAIL_FROM: 'BetterUptime <up@example.com>' }
  instance = await startStandalone({ ...mailing, PUBLIC_URL: 'http://localhost' })
  url = instance.url.replace('127.0.0.1', 'localhost')
  await using watched = await openPage(browser, { url })
  await signUpWithAddress(watched.page, 'ada@example.com')
  await addMonitor(watched.page, { name: 'shop', url: shop.url, intervalSeconds: 1 })
  told = await mailAbout('DOWN shop')
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await instance?.stop()
  await mail?.[Symbol.asyncDispose]()
  await shop?.[Symbol.asyncDispose]()
})

describe('a message about an outage', () => {
  test('comes by mail to whoever gave their address, without anything that they had to set up', () => {
    expect(told.to).toEqual(['ada@example.com'])
    expect(told.headers.get('subject')).toStartWith('DOWN shop - ')
  })

  test('does nothing when it is only looked at, and has the outage acknowledged by one button, once', async () => {
    await using watched = await openPage(browser, { url })
    const { page } = watched
    await follow(page, linkIn(told, 'Acknowledge'))
    await page.getByRole('heading', { name: 'Acknowledge shop' }).waitFor()
    expect(await acknowledgedBy()).toBeNull()
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByRole('heading', { name: 'Acknowledged' }).waitFor()
    expect(await acknowledgedBy()).toBe(account.username)
    watched.expectStatus(410)
    await follow(page, linkIn(told, 'Acknowledge'))
    await page.getByRole('heading', { name: 'This link holds no more' }).waitFor()
    expect(watched.offences.filter((offence) => !offence.includes('status of 410'))).toEqual([])
  })

  test.each([
    [1_280, 'light'],
    [1_280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)('has pages that fit into a window of %i pixels, %s', async (width, colorScheme) => {
    await using watched = await openPage(browser, { url, colorScheme, viewport: { width, height: 740 } })
    const { page } = watched
    for (const [label, heading] of [
      ['Pause', 'Pause shop'],
      ['End these mails', 'End these mails'],
    ] as const) {
      await follow(page, label === 'Pause' ? linkIn(told, label) : endingIn(told))
      await page.getByRole('heading', { name: heading }).waitFor()
      expect(await seriousViolations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      if (width === 360 && label === 'Pause') await takePicture(page, `link-narrow-${colorScheme}`)
    }
    expect(watched.offences).toEqual([])
  })

  test('has the monitor paused', async () => {
    await using watched = await openPage(browser, { url })
    const { page } = watched
    await follow(page, linkIn(told, 'Pause'))
    await page.getByRole('button', { name: 'Pause the monitor' }).click()
    await page.getByRole('heading', { name: 'Paused' }).waitFor()
    await signIn(page, account)
    await page.getByRole('link', { name: 'shop' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is the last one, where whoever gets them ends them', async () => {
    await using watched = await openPage(browser, { url })
    const { page } = watched
    await follow(page, endingIn(told))
    await page.getByRole('button', { name: 'End the mails' }).click()
    await page.getByRole('heading', { name: 'The mails have ended' }).waitFor()
    await page.reload()
    await page.getByText('They have ended already.').waitFor()
    expect(watched.offences).toEqual([])
  })
})

async function signUpWithAddress(page: Page, address: string): Promise<void> {
  await page.goto('/signup')
  await page.getByLabel('User name').fill(account.username)
  await page.getByLabel('Password').fill(account.password)
  await page.getByLabel(/E-mail/).fill(address)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
}

function mailAbout(subject: string): Promise<ReceivedMail> {
  return eventually(
    `a mail about ${subject}`,
    () => mail.mails.find(({ headers }) => headers.get('subject')?.startsWith(subject)),
    60_000,
  )
}

/** Where a link of the plain text leads, on this instance: it was made for the name that it was told. */
function linkIn({ raw }: ReceivedMail, label: string): string {
  const text = partOf(raw, 'text/plain')
  const [, path = ''] = new RegExp(`^${label}: http://localhost(/act#\\S+)`, 'm').exec(text) ?? []
  return path
}

function endingIn({ headers }: ReceivedMail): string {
  return /<http:\/\/localhost(.+)>/.exec(headers.get('list-unsubscribe') ?? '')?.[1] ?? ''
}

/** As somebody who opens it out of their mail program: in a new page, whatever was there before. */
async function follow(page: Page, path: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(path)
}

async function acknowledgedBy(): Promise<string | null> {
  await using watched = await openPage(browser, { url })
  await signIn(watched.page, account)
  const answer = await watched.page.request.get('/api/v1/incidents?limit=1')
  const { items } = (await answer.json()) as { items: { acknowledged: { by: { name: string } } | null }[] }
  return items[0]?.acknowledged?.by.name ?? null
}
