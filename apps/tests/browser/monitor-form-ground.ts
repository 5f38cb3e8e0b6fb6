import { afterAll, beforeAll } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import { openSmtpServer, type RecordingSmtpServer } from '@repo/notifiers/testing'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { type Instance, startStandalone } from '../src/instance.ts'
import { type Account, addMonitor, newAccount } from './account.ts'
import { inviteViaPage, joinAsNew } from './account-steps.ts'
import { callApi } from './alerts-furnish.ts'
import { openBrowser, openPage, type WatchedPage } from './chromium.ts'

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>

export const wide = { width: 1280, height: 860 }

/** An instance that sends mail, a website that is watched, and somebody who may change that and somebody who may not. */
export interface FormGround {
  readonly browser: Browser
  readonly url: string
  readonly mail: RecordingSmtpServer
  readonly shop: Shop
  /** She has an address. */
  readonly ada: Account
  readonly owner: Session
  readonly viewer: Session
}

export function openFormGround(): FormGround {
  const ground = { ada: newAccount() } as { -readonly [Name in keyof FormGround]: FormGround[Name] }
  let instance: Instance | undefined
  beforeAll(async () => {
    ground.browser = await openBrowser()
    ground.mail = await openSmtpServer()
    ground.shop = openShop()
    instance = await startStandalone({
      SMTP_URL: ground.mail.url,
      MAIL_FROM: 'BetterUptime <up@example.com>',
      PUBLIC_URL: 'http://localhost',
    })
    ground.url = instance.url.replace('127.0.0.1', 'localhost')
    const { browser, url } = ground
    await using watched = await openPage(browser, { url })
    await signUpWithAddress(watched.page, ground.ada)
    ground.owner = await watched.page.context().storageState()
    await addMonitor(watched.page, { name: 'there', url: `${ground.shop.url}there`, intervalSeconds: 60 })
    const link = await inviteViaPage(watched.page, 'Viewer')
    await using theirs = await openPage(browser, { url })
    await joinAsNew(theirs.page, link, newAccount())
    ground.viewer = await theirs.page.context().storageState()
  }, 60_000)
  afterAll(async () => {
    await ground.browser?.close()
    await instance?.stop()
    await Promise.all([ground.mail, ground.shop].map((one) => one?.[Symbol.asyncDispose]()))
  })
  return ground
}

export interface Shop extends AsyncDisposable {
  readonly url: string
  /** What the last request for a path carried. */
  sent(path: string): { headers: Headers; body: string } | undefined
}

/** A website that remembers what it was sent. */
function openShop(): Shop {
  const sent = new Map<string, { headers: Headers; body: string }>()
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      sent.set(new URL(request.url).pathname, { headers: request.headers, body: await request.text() })
      return new Response('hello, this is v1.2\n')
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/`,
    sent: (path) => sent.get(path),
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

export async function signUpWithAddress(page: Page, { username, password }: Account): Promise<void> {
  await page.goto('/signup')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel(/E-mail/).fill(`${username}@example.com`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/')
}

export const openAs = ({ browser, url }: FormGround, storageState: Session, more: object = {}): Promise<WatchedPage> =>
  openPage(browser, { url, viewport: wide, storageState, ...more })

export const dialogOf = (page: Page) => page.getByRole('dialog').first()
export const firstLook = (page: Page) => page.getByRole('region', { name: 'First look' })

export async function openNew(page: Page): Promise<Locator> {
  await page.goto('/monitors?form=new')
  await page.getByRole('dialog', { name: 'Add a monitor' }).waitFor()
  return dialogOf(page)
}

export async function openEdit(page: Page, id: string): Promise<Locator> {
  await page.goto(`/monitors/${id}?form=edit`)
  await page.getByRole('dialog', { name: /^Edit / }).waitFor()
  return dialogOf(page)
}

export async function monitorNamed(page: Page, name: string): Promise<Monitor> {
  const found = await eventually(`${name} is there`, async () => {
    const { items } = await callApi<{ items: Monitor[] }>(page, 'GET', `/monitors?text=${name}`)
    return items.find((monitor) => monitor.name === name)
  })
  return found
}

/** All that the API says to the page from now on. */
export function keepAnswers(page: Page): () => Promise<string> {
  const answers: Promise<string>[] = []
  page.on('response', (answer) => {
    if (answer.url().includes('/api/')) answers.push(answer.text().catch(() => ''))
  })
  return async () => (await Promise.all(answers)).join('\n')
}
