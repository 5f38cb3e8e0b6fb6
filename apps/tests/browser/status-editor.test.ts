/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { StatusPage } from '@repo/contracts/status-pages'
import type { Page } from 'playwright-core'
import { type Account, addMonitor, newAccount, signIn, signUp } from './account.ts'
import { joinAsNew } from './account-steps.ts'
import { callApi } from './alerts-furnish.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { component, createPage, openWide, publicText, publishPage } from './editor-ground.ts'
import { takePicture } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

/** Status pages while they are written (UX.md, S12). */

const site = openSite()
const website = openWebsite()
const people = { owner: newAccount(), member: newAccount(), viewer: newAccount() }
const internal = ['db-7.internal checkout', 'cdn-edge-3', 'voice gateway']

beforeAll(async () => {
  await using watched = await openWide(site)
  const { page } = watched
  await signUp(page, people.owner)
  for (const name of internal) await addMonitor(page, { name, url: `${website.url}secret-path`, intervalSeconds: 60 })
  for (const role of ['member', 'viewer'] as const) {
    const { token } = await callApi<{ token: string }>(page, 'POST', '/invitations', { role })
    await using joining = await openWide(site)
    await joinAsNew(joining.page, `/join#${token}`, people[role])
  }
}, 90_000)

async function openAs(account: Account, path: string) {
  const watched = await openWide(site)
  await signIn(watched.page, account, path)
  await watched.page.getByRole('heading', { level: 1 }).waitFor()
  return watched
}

const names = (page: Page) =>
  page
    .getByRole('region', { name: 'Components' })
    .getByRole('textbox', { name: 'Name for the public' })
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
const handle = (page: Page, name: string) => page.getByRole('button', { name: `Order of ${name}` })
const preview = (page: Page) => page.frameLocator('iframe[title="What the public would see"]')
const said = (page: Page, text: string | RegExp) =>
  page.getByRole('region', { name: 'Components' }).getByRole('status').filter({ hasText: text }).waitFor()
const save = async (page: Page) => {
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('The draft is saved.').first().waitFor()
}

describe('a status page that begins', () => {
  test('is made of the first monitors, renamed, put in order by keys and by mouse, and published with what changes', async () => {
    await using watched = await openAs(people.owner, '/status-pages')
    const { page } = watched
    await page.getByText('There is no status page yet.').waitFor()
    await page.getByRole('button', { name: 'Begin with these' }).waitFor()
    await shoot(page, 'list-empty')
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.waitForURL(/\/status-pages\/[0-9a-f-]+$/)
    await page.getByRole('textbox', { name: 'Name for the public' }).nth(2).waitFor()
    expect((await names(page)).toSorted()).toEqual(internal.toSorted())
    const first = await names(page)
    for (const [place, name] of ['Checkout', 'Images', 'Phones'].entries())
      await page.getByRole('textbox', { name: 'Name for the public' }).nth(place).fill(name)
    await page.getByLabel('Title').fill('Shop status')
    // The draft is seen beside it, and nothing of what the monitors are called or where they look.
    await preview(page).getByText('Images', { exact: true }).first().waitFor()
    const html = await preview(page).locator('html').innerHTML()
    for (const secret of [...first, 'secret-path', website.url]) expect(html).not.toContain(secret)

    await handle(page, 'Phones').focus()
    await page.keyboard.press('Space')
    await said(page, /Phones: place 3 of 3\. Lifted\./)
    await page.keyboard.press('ArrowUp')
    await said(page, 'Phones: place 2 of 3.')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Escape')
    await said(page, /Phones: place 3 of 3\. Put back\./)
    expect(await names(page)).toEqual(['Checkout', 'Images', 'Phones'])
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Space')
    await said(page, /Phones: place 2 of 3\. Put down\./)
    expect(await names(page)).toEqual(['Checkout', 'Phones', 'Images'])

    await drag(page, 'Images', 'Checkout')
    expect(await names(page)).toEqual(['Images', 'Checkout', 'Phones'])
    await save(page)
    const slug = await page.getByRole('textbox', { name: 'Address' }).inputValue()
    expect((await fetch(`${site.url}/status/${slug}`)).status).toBe(404)
    await page.getByRole('button', { name: 'Publish…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
    const shown = await publicText(site, slug, (text) => text.includes('Checkout'))
    expect(shown.indexOf('Images')).toBeLessThan(shown.indexOf('Checkout'))
    for (const secret of [...first, 'secret-path']) expect(shown).not.toContain(secret)

    await page.getByRole('textbox', { name: 'Name for the public' }).nth(1).fill('Paying')
    await save(page)
    await page.getByRole('button', { name: 'Publish…' }).click()
    const changes = page.getByRole('dialog').getByRole('list', { name: 'What changes' }).getByRole('listitem')
    await changes.getByText('Checkout is called Paying.').waitFor()
    expect(await changes.count()).toBe(1)
    expect(await publicText(site, slug, (text) => text.includes('Checkout'))).not.toContain('Paying')
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
    await publicText(site, slug, (text) => text.includes('Paying'))

    const next = `${slug}-moved`
    await page.getByRole('textbox', { name: 'Address' }).fill(next)
    await save(page)
    expect(await page.getByRole('link', { name: `/status/${slug}` }).getAttribute('href')).toBe(`/status/${slug}`)
    await page.getByRole('button', { name: 'Publish…' }).click()
    await changes.getByText('Address changes.').waitFor()
    expect(await changes.count()).toBe(1)
    expect((await fetch(`${site.url}/status/${next}`)).status).toBe(404)
    expect((await fetch(`${site.url}/status/${slug}`)).status).toBe(200)
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
    await publicText(site, next, (text) => text.includes('Paying'))
    expect((await fetch(`${site.url}/status/${slug}`)).status).toBe(404)

    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('A draft: nobody outside sees it.').waitFor()
    await publicText(site, next, (text) => !text.includes('Paying'))
    expect((await fetch(`${site.url}/status/${next}`)).status).toBe(404)
    expect(watched.offences).toEqual([])
  })
})

async function drag(page: Page, name: string, over: string): Promise<void> {
  const from = await handle(page, name).boundingBox()
  const to = await handle(page, over).boundingBox()
  if (!from || !to) throw new Error('what is dragged is not in sight')
  await page.mouse.move(from.x + 10, from.y + 10)
  await page.mouse.down()
  const [x, top, end] = [from.x + 12, from.y + 10, to.y - 4]
  // A hand goes past what lies between.
  for (let step = 1; step <= 12; step += 1) await page.mouse.move(x, top + ((end - top) * step) / 12)
  await page.mouse.up()
}

describe('a status page that is written', () => {
  let office: StatusPage
  beforeAll(async () => {
    await using watched = await openAs(people.owner, '/status-pages')
    office = await createPage(watched.page, 'Office', [component('Doors'), component('Lights')])
  })

  test('has no colour that could not be seen: it says the ratio, and is not saved with it', async () => {
    await using watched = await openAs(people.owner, `/status-pages/${office.id}`)
    const { page } = watched
    watched.expectStatus(400)
    await page.getByLabel('A colour of its own').check()
    await page.getByLabel('On a light page').fill('#ffff00')
    await page
      .getByRole('alert')
      .filter({ hasText: /1\.\d+:1/ })
      .waitFor()
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText(/The draft was not saved\./).waitFor()
    await page.getByLabel('On a light page').fill('#1d4ed8')
    await save(page)
    expect(watched.offences).toEqual([])
  })

  test('speaks the language that is chosen for it, in the preview at once', async () => {
    await using watched = await openAs(people.owner, `/status-pages/${office.id}`)
    const { page } = watched
    await preview(page).locator('html[lang=en]').waitFor()
    await page.getByLabel('Language', { exact: true }).selectOption('de')
    await preview(page).locator('html[lang=de]').waitFor()
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await preview(page).locator('html[lang=en]').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is written by two people at once: the second is shown what the first did, and keeps both', async () => {
    await using first = await openAs(people.owner, `/status-pages/${office.id}`)
    await using second = await openAs(people.member, `/status-pages/${office.id}`)
    second.expectStatus(412)
    await first.page.getByLabel('Title').waitFor()
    await second.page.getByLabel('Contact').fill('help@example.com')
    await first.page.getByLabel('Title').fill('Our office')
    await save(first.page)
    await second.page.getByRole('button', { name: 'Save draft' }).click()
    const dialog = second.page.getByRole('dialog')
    await dialog.waitFor()
    await shoot(second.page, 'conflict')
    await dialog.getByRole('button', { name: 'Keep both' }).click()
    await second.page.getByText('The draft is saved.').first().waitFor()
    expect((await callApi<StatusPage>(first.page, 'GET', `/status-pages/${office.id}`)).draft).toMatchObject({
      title: 'Our office',
      contact: 'mailto:help@example.com',
    })
    expect([...first.offences, ...second.offences]).toEqual([])
  })

  test('keeps what is written while a password is set for it', async () => {
    await using watched = await openAs(people.owner, `/status-pages/${office.id}`)
    const { page } = watched
    await page.getByLabel('Title').fill('The office')
    await page.getByText('Settings', { exact: true }).last().click()
    await page.getByRole('button', { name: 'Set a password' }).click()
    await page.getByLabel('New password').fill('correct horse battery')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('A password is set.').waitFor()
    await page.getByRole('radio', { name: 'Page', exact: true }).check({ force: true })
    expect(await page.getByLabel('Title').inputValue()).toBe('The office')
    await save(page)
    expect(watched.offences).toEqual([])
  })

  test('is looked at by a viewer, who can change nothing of it', async () => {
    await using watched = await openAs(people.viewer, `/status-pages/${office.id}`)
    const { page } = watched
    expect(await page.getByLabel('Title').isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: /Save draft|Publish|Delete/ }).count()).toBe(0)
    await preview(page).getByText('Doors', { exact: true }).first().waitFor()
    for (const tab of ['incidents', 'announcements', 'settings']) {
      await page.goto(`/status-pages/${office.id}?tab=${tab}`)
      await page.getByRole('heading', { level: 1, name: 'The office' }).waitFor()
      const deeds = /Tell of|Announce something|Set a|Choose|Show the records/
      expect(await page.getByRole('main').getByRole('button', { name: deeds }).count()).toBe(0)
    }
    expect(watched.offences).toEqual([])
  })
})

describe('a status page of which all can be told', () => {
  let shop: StatusPage
  beforeAll(async () => {
    await using watched = await openAs(people.owner, '/status-pages')
    shop = await createPage(
      watched.page,
      'The shop',
      ['Images', 'Paying', 'Phones'].map((name) => component(name)),
    )
    await furnish(watched.page, shop)
  })

  const looks = ([1280, 360] as const).flatMap((width) =>
    (['light', 'dark'] as const).map((theme) => [width, theme] as const),
  )
  test.each(looks)('can be read by everybody, at %d px in %s', async (width, colorScheme) => {
    const viewport = { width, height: width === 360 ? 740 : 900 }
    await using watched = await openPage(site.browser, {
      url: site.url,
      colorScheme,
      reducedMotion: 'reduce',
      viewport,
    })
    const { page } = watched
    await signIn(page, people.owner, '/status-pages')
    await page.getByRole('link', { name: 'The shop' }).first().waitFor()
    await shoot(page, `list-${width}-${colorScheme}`)
    const found = await seriousViolations(page)
    for (const tab of ['page', 'incidents', 'announcements', 'settings']) {
      await page.goto(`/status-pages/${shop.id}?tab=${tab}`)
      await page.getByRole('heading', { level: 1, name: 'The shop' }).waitFor()
      if (tab === 'page') await preview(page).getByText('Paying', { exact: true }).first().waitFor()
      if (tab === 'incidents') await page.getByText('Some payments fail.').waitFor()
      if (tab === 'announcements') await page.getByText('We are closed').waitFor()
      if (tab === 'settings') await page.getByLabel('Value of the TXT record').waitFor()
      await shoot(page, `${tab}-${width}-${colorScheme}`)
      const picture = width === 1280 && pictures[`${tab} ${colorScheme}`]
      if (picture) await takePicture(page, picture)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      found.push(...(await seriousViolations(page)))
    }
    expect(found).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

/** What the documents show. */
const pictures: Readonly<Record<string, string>> = {
  'page light': 'status-editor-light',
  'incidents dark': 'status-incidents-dark',
}

/** Everything of a page that can be shown. */
async function furnish(page: Page, shop: StatusPage): Promise<void> {
  await publishPage(page, shop)
  const [paying] = shop.draft.sections[0]?.components.slice(1) ?? []
  const path = `/status-pages/${shop.id}`
  const said = { title: 'Payments fail', impact: 'major', body: 'Some payments fail. We are looking into it.' }
  const components = [{ componentId: paying?.id, state: 'partial_outage' }]
  await callApi(page, 'POST', `${path}/incidents`, { ...said, components, publish: true })
  await callApi(page, 'POST', `${path}/incidents`, { title: 'Images are slow', body: 'Pictures take a while to load.' })
  await callApi(page, 'POST', `${path}/announcements`, {
    title: 'We are closed on Monday',
    body: 'Orders go out on Tuesday.',
  })
  await callApi(page, 'PUT', `${path}/domain`, { domain: 'status.example.com' })
}

async function shoot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true })
}
