/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { StatusPage } from '@repo/contracts/status-pages'
import { type DnsServerDouble, rcodes, startDnsServer } from '@repo/probes/testing/dns-server'
import type { Page } from 'playwright-core'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { callApi } from './alerts-furnish.ts'
import { component, createPage, openWide, publicText, publishPage } from './editor-ground.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

/** What is said on a status page beside its content, and what belongs to it (UX.md, S9 and S12). */

/** The texts of the TXT records that there are, by name: whom else a machine asks is none of these tests' business. */
const records = new Map<string, readonly string[]>()
let names: DnsServerDouble
const site = openSite({
  environment: async () => {
    names = await startDnsServer(({ name }) => {
      const texts = records.get(name) ?? []
      if (texts.length === 0) return { rcode: rcodes.nxDomain }
      return { answers: texts.map((data) => ({ type: 'TXT' as const, name, data })) }
    })
    return { NAME_SERVERS: names.address }
  },
})
afterAll(() => names.stop())
const account = newAccount()
const website = openWebsite()
let shop: StatusPage

beforeAll(async () => {
  await using watched = await openWide(site)
  await signUp(watched.page, account)
  shop = await createPage(watched.page, 'Shop status', [component('Phones'), component('Storefront')])
  await publishPage(watched.page, shop)
}, 90_000)

async function openTab(tab: string) {
  const watched = await openWide(site)
  await signIn(watched.page, account, `/status-pages/${shop.id}?tab=${tab}`)
  await watched.page.getByRole('heading', { level: 1, name: 'Shop status' }).waitFor()
  return watched
}

const incident = (page: Page, title: string) => page.getByRole('article', { name: title })
const notice = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

describe('the incidents of a status page', () => {
  test('are kept as drafts that outsiders do not see, and are seen once they are published', async () => {
    await using watched = await openTab('incidents')
    const { page } = watched
    await page.getByText('The page tells of no incident.').waitFor()
    await page.getByRole('button', { name: 'Tell of an incident' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await dialog.getByText('What is it called?').waitFor()
    await dialog.getByLabel('Title').fill('Calls are cut off')
    await dialog.getByLabel('Impact').selectOption('Major impact')
    await dialog.getByLabel('Add a component').selectOption('Phones')
    await dialog.getByLabel('Phones is').selectOption('Partial outage')
    await dialog.getByLabel('Began').fill('2031-05-01T09:00')
    await dialog.getByLabel('Text').fill('Calls end after *one* minute.')
    await dialog.getByRole('region', { name: 'As people read it' }).locator('em', { hasText: /^one$/ }).waitFor()
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await dialog.getByText('That is still to come.').waitFor()
    await dialog.getByLabel('Began').fill('2001-05-01T09:00')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await dialog.getByText('That is more than a year ago.').waitFor()
    const beganAt = new Date(Date.now() - 3 * 3_600_000).toISOString().slice(0, 16)
    await dialog.getByLabel('Began').fill(beganAt)
    await dialog.getByText('Keep as a draft').click()
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    const drafts = page.getByRole('region', { name: 'Drafts' })
    const words = drafts.getByRole('list', { name: 'What people will read' })
    await words.getByText('Calls end after one minute.').waitFor()
    expect(await words.locator('em').allTextContents()).toEqual(['one'])
    await drafts.locator(`time[datetime="${beganAt}:00.000Z"]`).waitFor()
    await drafts.getByText('The mail to subscribers').click()
    await drafts.getByText('[Shop status] Investigating: Calls are cut off').waitFor()
    await drafts.getByText(/Calls end after one minute\.\s+Affects: Phones/).waitFor()
    await drafts.getByText('Phones: Partial outage').waitFor()
    expect(await publicText(site, shop.slug, (html) => html.includes('Phones'))).not.toContain('Calls are cut off')
    await drafts.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('region', { name: 'Lasting' }).getByText('Calls are cut off').waitFor()
    await publicText(site, shop.slug, (html) => html.includes('Calls are cut off') && html.includes('<em>one</em>'))
    expect(watched.offences).toEqual([])
  })

  test('go on by updates: one that is kept back is seen once it is published, and the last one ends it', async () => {
    await using watched = await openTab('incidents')
    const { page } = watched
    const calls = incident(page, 'Calls are cut off')
    const dialog = page.getByRole('dialog')
    await calls.getByRole('button', { name: 'Write an update' }).click()
    await dialog.getByLabel('Phase').selectOption('Identified')
    await dialog.getByLabel('Text').fill('A switch is broken.')
    await dialog.getByText('Keep as a draft').click()
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await calls.getByText('A switch is broken.').waitFor()
    await calls.getByRole('button', { name: 'Edit the text' }).click()
    await dialog.getByLabel('Text').fill('A switch is being replaced.')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await calls.getByText('A switch is being replaced.').waitFor()
    expect(await publicText(site, shop.slug, (html) => html.includes('Calls'))).not.toContain('A switch')
    await calls.getByRole('button', { name: 'Publish the update' }).click()
    await publicText(site, shop.slug, (html) => html.includes('A switch is being replaced.'))
    await calls.getByRole('button', { name: 'Resolve' }).click()
    expect(await dialog.getByLabel('Phase').inputValue()).toBe('resolved')
    await dialog.getByLabel('Text').fill('It works again.')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('region', { name: 'Over' }).getByText('It works again.').waitFor()
    expect(await calls.getByRole('button', { name: 'Resolve' }).count()).toBe(0)
    expect(watched.offences).toEqual([])
  })

  test('are changed and deleted; what was changed by somebody else meanwhile is not', async () => {
    await using watched = await openTab('incidents')
    const { page } = watched
    watched.expectStatus(412)
    const calls = incident(page, 'Calls are cut off')
    await calls.getByRole('button', { name: 'Edit', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const [first] = (await (await page.request.get(`/api/v1/status-pages/${shop.id}/incidents`)).json()).items
    await page.request.patch(`/api/v1/status-pages/${shop.id}/incidents/${first.id}`, {
      headers: { origin: site.url },
      data: { impact: 'critical' },
    })
    await dialog.getByLabel('Title').fill('Calls were cut off')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.getByText(/Somebody else has changed it meanwhile/).waitFor()
    await page.keyboard.press('Escape')
    await page.reload()
    await calls.getByText('Critical impact').waitFor()
    await calls.getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await calls.waitFor({ state: 'detached' })
    await publicText(site, shop.slug, (html) => !html.includes('Calls are cut off'))
    expect(watched.offences).toEqual([])
  })

  test('stand beside what nobody watches: its state is set by hand, and seen at once', async () => {
    await using watched = await openTab('incidents')
    const { page } = watched
    const byHand = page.getByRole('region', { name: 'Judged by hand' })
    await byHand.getByLabel('Phones is').selectOption('Major outage')
    await notice(page, 'Phones is: Major outage.')
    await byHand
      .getByText(/^said /)
      .first()
      .waitFor()
    await publicText(site, shop.slug, (html) => html.includes('Phones is down.'))
    await page.reload()
    await byHand
      .getByText(/^said /)
      .first()
      .waitFor()
    expect(await byHand.getByLabel('Phones is').inputValue()).toBe('major_outage')
    await byHand.getByLabel('Phones is').selectOption('Operational')
    await notice(page, 'Phones is: Operational.')
    expect(watched.offences).toEqual([])
  })
})

describe('the announcements of a status page', () => {
  test('are made, changed and deleted, each with its time', async () => {
    await using watched = await openTab('announcements')
    const { page } = watched
    await page.getByText('Nothing is announced.').waitFor()
    await page.getByRole('button', { name: 'Announce something' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Title').fill('We move')
    await dialog.getByLabel('Text').fill('New offices from Monday on.')
    await dialog.getByRole('button', { name: 'Announce', exact: true }).click()
    const item = page.getByRole('list', { name: 'Announcements' }).getByRole('listitem')
    await item.getByText('Shown', { exact: true }).waitFor()
    await publicText(site, shop.slug, (html) => html.includes('New offices from Monday on.'))
    await item.getByRole('button', { name: 'Edit We move' }).click()
    await dialog.getByLabel('From').fill('2031-05-01T09:00')
    await dialog.getByLabel('Until').fill('2031-05-02T09:00')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await item.getByText('To come', { exact: true }).waitFor()
    await publicText(site, shop.slug, (html) => !html.includes('New offices'))
    await item.getByRole('button', { name: 'Delete We move' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Nothing is announced.').waitFor()
    expect(watched.offences).toEqual([])
  })
})

/** A dot: the smallest PNG that there is. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('what belongs to a status page', () => {
  test('is a password, of which is said whether there is one, and nothing else', async () => {
    await using watched = await openTab('settings')
    const { page } = watched
    watched.expectStatus(400)
    await page.getByText('No password is set.').waitFor()
    await page.getByRole('button', { name: 'Set a password' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('New password').fill('short')
    await dialog.getByRole('button', { name: 'Set password' }).click()
    await dialog
      .getByRole('alert')
      .getByText(/at least 8 characters/)
      .waitFor()
    await dialog.getByLabel('New password').fill('correct horse battery')
    await dialog.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('A password is set.').waitFor()
    expect(await page.content()).not.toContain('correct horse battery')
    await page.getByRole('button', { name: 'Remove the password' }).click()
    await page.getByText('No password is set.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is a logo, shown as it is kept; what is none is refused in words', async () => {
    await using watched = await openTab('settings')
    const { page } = watched
    watched.expectStatus(400)
    const panel = page.getByRole('region', { name: 'Logo' })
    const choose = (name: string, mimeType: string, buffer: Buffer) =>
      panel.locator('input[type=file]').setInputFiles({ name, mimeType, buffer })
    await choose('logo.svg', 'image/svg+xml', Buffer.from('<svg/>'))
    await panel.getByRole('alert').getByText('This is not a PNG, JPEG or WebP image.').waitFor()
    await choose('logo.png', 'image/png', Buffer.alloc(1_048_577))
    await panel.getByRole('alert').getByText('This image has more than 1 MB.').waitFor()
    await choose('logo.png', 'image/png', Buffer.from('no image'))
    await panel
      .getByRole('alert')
      .getByText(/not a PNG, JPEG or WebP image that can be decoded/)
      .waitFor()
    await choose('logo.png', 'image/png', png)
    const shown = panel.getByRole('img', { name: /on a dark page/ })
    await shown.waitFor()
    await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0))
    await panel.getByRole('button', { name: 'Remove the logo' }).click()
    await panel.getByText('The page has no logo.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is a domain: its records are to be copied, and what was found of them is said', async () => {
    await using watched = await openTab('settings')
    const { page } = watched
    watched.expectStatus(400)
    const panel = page.getByRole('region', { name: 'A domain of its own' })
    await panel.getByLabel('Domain').fill('not a domain')
    await panel.getByRole('button', { name: 'Show the records' }).click()
    await panel.getByRole('alert').getByText('Is not a domain').waitFor()
    await panel.getByLabel('Domain').fill('status.shop.invalid')
    await panel.getByRole('button', { name: 'Show the records' }).click()
    await panel.getByText('not looked at yet').waitFor()
    const { domain } = await callApi<StatusPage>(page, 'GET', `/status-pages/${shop.id}`)
    const proof = domain?.proof ?? { name: '', value: '' }
    expect(proof.value).not.toBe('')
    expect(await panel.getByLabel('Name of the TXT record').inputValue()).toBe('_betteruptime.status.shop.invalid')
    expect(await panel.getByLabel('Value of the TXT record').inputValue()).toBe(proof.value)

    const check = (...texts: string[]) => {
      records.set(proof.name, texts)
      return panel.getByRole('button', { name: 'Check now' }).click()
    }
    await check()
    await panel.getByText(/There is no such TXT record yet/).waitFor()
    await panel.getByText('Pending', { exact: true }).waitFor()
    await check('v=spf1 -all')
    await panel.getByText('Failed', { exact: true }).waitFor()
    await panel.getByText('Found: v=spf1 -all').waitFor()
    // What was never shown cannot be lost.
    expect(await panel.getByText(/It fails since/).count()).toBe(0)
    await check('v=spf1 -all', proof.value)
    await panel.getByText('Verified', { exact: true }).waitFor()
    await panel.getByText(/^since /).waitFor()
    await check('v=spf1 -all')
    await panel.getByText(/^It fails since .+; after three days the page loses the name\.$/).waitFor()
    // It is so for whoever comes later, too.
    await page.reload()
    await panel.getByText('Failed', { exact: true }).waitFor()
    await panel.getByText(/^It fails since /).waitFor()
    await panel.getByRole('button', { name: 'Remove the domain' }).click()
    await panel.getByLabel('Domain').waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('the incident of a monitor', () => {
  test('is posted to a page: its draft is gone to, and says what people will get', async () => {
    await using watched = await openTab('incidents')
    const { page } = watched
    const { id } = await addMonitor(page, { name: 'db-7.internal', url: website.url, intervalSeconds: 1 })
    const storefront = await createPage(page, 'Storefront', [component('Orders', { kind: 'monitor', monitorId: id })])
    await publishPage(page, storefront)
    website.goDown()
    await page.goto('/incidents')
    await page
      .getByRole('link', { name: /db-7\.internal/ })
      .first()
      .click({ timeout: 45_000 })
    await page.getByRole('button', { name: 'Post to status page' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Status page').selectOption('Shop status')
    // The page shows nothing of it, so there is nothing to be said.
    watched.expectStatus(400)
    await dialog.getByRole('button', { name: 'Draft it' }).click()
    await dialog.getByRole('alert').getByText('No component of this page is of its monitor.').waitFor()
    watched.expectStatus(409)
    await dialog.getByLabel('Status page').selectOption('Storefront')
    await dialog.getByRole('button', { name: 'Draft it' }).click()
    await page.waitForURL(/\?tab=incidents&incident=/)
    const draft = page.getByRole('region', { name: 'Drafts' }).getByRole('article')
    await draft.getByText('What people will read, and subscribers receive:').waitFor()
    await page.getByText('drafted from an incident: publish or discard').waitFor()
    expect(await draft.evaluate((element) => element === document.activeElement)).toBe(true)
    const said = await draft.textContent()
    expect(said).toContain('Orders')
    expect(said).not.toContain('db-7')
    await draft.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('region', { name: 'Lasting' }).getByRole('article').waitFor()
    expect(watched.offences).toEqual([])
  })
})
