/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import { addCrowd, addSubscriber } from '@repo/db/testing/page-subscribers'
import { parseStatusPageId } from '@repo/domain/ids'
import type { Page } from 'playwright-core'
import { oddNames } from 'status/testing/heavy-page'
import { type Account, newAccount, signIn, signUp } from './account.ts'
import { joinAsNew } from './account-steps.ts'
import { callApi } from './alerts-furnish.ts'
import { faultsInEveryLook } from './axe.ts'
import { component, openWide, post, publishPage } from './editor-ground.ts'
import { type Ground, openFurnished } from './furnished.ts'
import { shootInEveryLook } from './pictures.ts'

setDefaultTimeout(90_000)

/** Every part of the editor of status pages, empty, full and refused, as a person sees it who looks. */

interface Furnished extends Ground {
  readonly owner: Account
  readonly viewer: Account
  readonly empty: StatusPage
  readonly full: StatusPage
  readonly odd: StatusPage
  readonly wrong: StatusPage
  readonly crowded: StatusPage
}

const tabs = ['page', 'incidents', 'announcements', 'subscribers', 'settings'] as const
type Tab = (typeof tabs)[number]
const widths = [1280, 820, 360]

const sectionsOf = (names: readonly string[], perSection: number): PageContent['sections'] =>
  Array.from({ length: Math.ceil(names.length / perSection) }, (_, place) => ({
    ...{ id: crypto.randomUUID(), isFolded: false, name: `Section ${place + 1}` },
    components: names.slice(place * perSection, (place + 1) * perSection).map((name) => component(name)),
  }))
const twenty = Array.from({ length: 20 }, (_, number) => `Component ${number + 1}`)

const site = openFurnished<Furnished>({ owner: newAccount(), viewer: newAccount() }, async (made) => {
  await using watched = await openWide({ ...made, namedUrl: made.url })
  const { page } = watched
  await signUp(page, made.owner)
  const { token } = await callApi<{ token: string }>(page, 'POST', '/invitations', { role: 'viewer' })
  await using joining = await openWide({ ...made, namedUrl: made.url })
  await joinAsNew(joining.page, `/join#${token}`, made.viewer)
  const create = async (content: object) => (await post(page, '/api/v1/status-pages', { content })) as StatusPage
  const empty = await create({ title: 'Empty', sections: [] })
  const full = await create({ title: 'Full', sections: sectionsOf(twenty, 4) })
  await furnish(page, full)
  await subscribeMany(made, full, 60)
  const odd = await create({ title: oddNames[0], sections: sectionsOf(oddNames, 3) })
  await furnish(page, odd)
  await subscribeMany(made, odd, 3)
  const [parent] = sectionsOf(['Payments'], 1)
  const [payments] = parent?.components ?? []
  const { parts: _, ...part } = component('Cards')
  const withParts = { ...payments, source: { kind: 'parts' }, parts: [part] }
  const wrong = await create({
    title: 'Wrong',
    sections: [{ ...parent, components: [withParts, component('Search')] }],
  })
  const names = Array.from({ length: 300 }, (_, number) => oddNames[number % oddNames.length] ?? '')
  const crowded = await create({ title: 'Crowded', sections: sectionsOf(names, 60) })
  await publishPage(page, crowded)
  await addCrowd(made.database.sql, parseStatusPageId(crowded.id), 5_000)
  return { empty, full, odd, wrong, crowded }
})

/** Something of all that is said on a page, at more than one time. */
async function furnish(page: Page, shop: StatusPage): Promise<void> {
  await publishPage(page, shop)
  const path = `/status-pages/${shop.id}`
  const components = (shop.draft.sections[0]?.components ?? []).map(({ id }) => ({
    componentId: id,
    state: 'partial_outage',
  }))
  const { title } = shop.draft
  const said = { title, impact: 'major', body: `${title} **fails** in part.`, components }
  await callApi(page, 'POST', `${path}/incidents`, { ...said, publish: true })
  await callApi(page, 'POST', `${path}/incidents`, { ...said, title: 'A draft' })
  await callApi(page, 'POST', `${path}/announcements`, { title, body: 'Orders go out on Tuesday.' })
  await callApi(page, 'POST', `${path}/announcements`, {
    ...{ title: 'To come', body: 'A sale.', from: '2099-01-01T00:00:00Z', until: '2099-02-01T00:00:00Z' },
  })
  await callApi(page, 'PUT', `${path}/domain`, { domain: `status-${shop.id.slice(0, 8)}.example.com` })
}

async function subscribeMany({ database }: Ground, shop: StatusPage, count: number): Promise<void> {
  const pageId = parseStatusPageId(shop.id)
  const [first, second] = shop.draft.sections[0]?.components ?? []
  for (let number = 0; number < count; number += 1)
    await addSubscriber(database.sql, {
      ...{ pageId, email: `${'long-name.'.repeat(number % 6)}${number}@example.com`, isPending: number % 5 === 4 },
      components: number % 3 === 0 ? [first?.id ?? '', second?.id ?? ''] : null,
    })
}

async function openTab(account: Account, of: StatusPage, tab: Tab) {
  const watched = await openWide({ ...site, namedUrl: site.url })
  const { page } = watched
  await signIn(page, account, `/status-pages/${of.id}?tab=${tab}`)
  await page.getByRole('heading', { level: 1, name: of.draft.title }).waitFor()
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
  if (tab === 'page') await page.frameLocator('iframe').locator('footer').waitFor()
  return watched
}

const states = [
  ['empty', 'owner'],
  ['full', 'owner'],
  ['odd', 'owner'],
  ['full', 'viewer'],
] as const

describe.each(states)('the editor of a page that is %s, to its %s,', (state, who) => {
  test.each([...tabs])('is whole in every look: %s', async (tab) => {
    await using watched = await openTab(site[who], site[state], tab)
    await shootInEveryLook(watched.page, `${tab}-${state}-${who}`, widths)
    expect(await faultsInEveryLook(watched.page, widths)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

/** Writes something wrong into each of the fields of a page. */
async function writeWrong(page: Page): Promise<void> {
  const long = 'x'.repeat(2_001)
  await page.getByLabel('Name of the section').fill('x'.repeat(300))
  await page.getByRole('button', { name: 'More about Payments' }).click()
  await page.getByLabel('Description', { exact: true }).first().fill(long)
  await page.getByLabel('Name of the part').fill('')
  await page.getByLabel('Name for the public').nth(1).fill('')
  await page.locator('#page-title').fill('')
  await page.locator('#page-slug').fill('!')
  await page.locator('#page-description').fill(long)
  await page.locator('#page-time-zone').fill('Nowhere')
  await page.locator('#page-homepage').fill('nowhere')
  await page.locator('#page-contact').fill('nobody')
  await page.getByText('A colour of its own for links and buttons').click()
  await page.getByLabel('On a light page').fill('#ffff00')
  await page.getByText('Whoever comes from some addresses').click()
  await page.getByLabel('Addresses or ranges, one a line').fill('everywhere')
  await page.getByText('By itself').click()
  await page.getByLabel('After minutes').fill('-1')
}

describe('what is wrong with a page', () => {
  test('is said at each field, in every look, and the first of them is gone to', async () => {
    await using watched = await openTab(site.owner, site.wrong, 'page')
    const { page } = watched
    watched.expectStatus(400)
    await writeWrong(page)
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('The draft was not saved. What is wrong stands at the fields.').waitFor()
    // Longer than a line: it takes the width of the screen before it takes another line.
    await page.setViewportSize({ width: 360, height: 740 })
    expect((await page.getByRole('alert').filter({ hasText: 'The draft was not saved.' }).boundingBox())?.width).toBe(
      328,
    )
    await page.setViewportSize({ width: 1280, height: 900 })
    const blamed = page.locator('main [aria-invalid=true]')
    const described = await blamed.evaluateAll((fields) =>
      fields.map((field) => {
        const ids = (field.getAttribute('aria-describedby') ?? '').split(' ')
        const said = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
        return `${field.getAttribute('aria-label') ?? (field as HTMLInputElement).labels?.[0]?.textContent}: ${said}`
      }),
    )
    await shootInEveryLook(page, 'errors', widths)
    expect(described).toEqual([
      'Name of the section: A name has at most 200 characters',
      'Description: At most 2000 characters',
      'Name of the part: A name is required',
      'Name for the public: A name is required',
      'Title: A name is required',
      'Address: A slug has at least 2 characters',
      'Description: At most 2000 characters',
      'Time zone: Is not a time zone, such as Europe/Berlin',
      'Website: This is neither a web address, such as https://example.com, nor an e-mail address',
      'Contact: This is neither a web address, such as https://example.com, nor an e-mail address',
      'On a light page: It has a contrast of 1.02:1. At least 3:1 can be seen, and 4.5:1 read.',
      'Addresses or ranges, one a line: This is neither an address nor a range such as 192.0.2.0/24',
      'After minutes: A whole number of minutes, from 0 to 1440, which is a day',
    ])
    expect(await blamed.first().evaluate((field) => field === document.activeElement)).toBeTrue()
    expect(await faultsInEveryLook(page, widths)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

interface Asked {
  readonly of: 'full' | 'odd' | 'empty'
  readonly tab: Tab
  /** Opens it, and sends what is wrong where anything can be. */
  open(page: Page): Promise<void>
  readonly said: string
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
const send = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click()

const dialogs: Record<string, Asked> = {
  'telling of an incident': {
    ...{ of: 'odd', tab: 'incidents', said: 'That is still to come.' },
    async open(page) {
      await press(page, 'Tell of an incident')
      await page.getByRole('dialog').getByLabel('Title').fill(oddNames[0])
      await page.getByRole('dialog').getByLabel('Text').fill('**What** happened')
      await page.getByRole('dialog').getByLabel('Began').fill('2098-01-01T10:00')
      await page.getByRole('dialog').getByLabel('Add a component').selectOption({ index: 1 })
      await page.getByRole('dialog').getByLabel('Add a component').selectOption({ index: 1 })
      await page.getByRole('dialog').locator('button[type=submit]').click()
    },
  },
  'an incident without anything': {
    ...{ of: 'full', tab: 'incidents', said: 'What are people to know?' },
    async open(page) {
      await press(page, 'Tell of an incident')
      await page.getByRole('dialog').locator('button[type=submit]').click()
    },
  },
  'an announcement': {
    ...{ of: 'full', tab: 'announcements', said: 'What are people to know?' },
    async open(page) {
      await press(page, 'Announce something')
      await send(page, 'Announce')
    },
  },
  'an announcement that ends before it begins': {
    ...{ of: 'full', tab: 'announcements', said: 'It ends before it begins' },
    async open(page) {
      await press(page, 'Announce something')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Title').fill('Sale')
      await dialog.getByLabel('Text').fill('Soon.')
      await dialog.getByLabel('From').fill('2098-01-02T10:00')
      await dialog.getByLabel('Until').fill('2098-01-01T10:00')
      await send(page, 'Announce')
    },
  },
  'a password': {
    ...{ of: 'empty', tab: 'settings', said: 'A new password is required.' },
    async open(page) {
      await press(page, 'Set a password')
      await send(page, 'Set password')
    },
  },
  'a domain': {
    ...{ of: 'empty', tab: 'settings', said: 'This is not a domain, such as example.com' },
    async open(page) {
      await page.getByLabel('Domain', { exact: true }).fill('not a name')
      await press(page, 'Show the records')
    },
  },
  'removing a subscriber': {
    ...{ of: 'odd', tab: 'subscribers', said: 'They are told nothing any more, and can subscribe anew.' },
    open: (page) =>
      page
        .getByRole('button', { name: /^Remove / })
        .first()
        .click(),
  },
  publishing: {
    ...{ of: 'odd', tab: 'page', said: 'What changes' },
    async open(page) {
      await page.getByLabel('Name for the public').nth(1).fill(oddNames[6])
      await page.locator('#page-title').fill(`New ${oddNames[1]}`.slice(0, 200))
      await press(page, 'Save draft')
      await page.getByText('The draft is saved.').first().waitFor()
      await press(page, 'Publish…')
      await page.getByRole('dialog').getByRole('listitem').first().waitFor()
    },
  },
  withdrawing: {
    ...{ of: 'full', tab: 'page', said: 'Outsiders find nothing at its address any more.' },
    open: (page) => press(page, 'Withdraw'),
  },
}

describe('what is asked about a page', () => {
  test.each(Object.entries(dialogs))('is whole in every look: %s', async (name, { of, tab, open, said }) => {
    await using watched = await openTab(site.owner, site[of], tab)
    const { page } = watched
    watched.expectStatus(400)
    await open(page)
    const main = page.getByRole('dialog').or(page.getByRole('main'))
    await main.getByText(said).or(main.getByLabel(said)).first().waitFor()
    await shootInEveryLook(page, `dialog ${name}`, [1280, 360])
    await page.setViewportSize({ width: 360, height: 740 })
    const overhang = await page
      .getByRole('dialog')
      .evaluateAll((found) => found.map((one) => one.scrollWidth - one.clientWidth))
    expect(Math.max(0, ...overhang)).toBe(0)
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

describe('a page of three hundred components, with five thousand subscribers,', () => {
  const overhangOf = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

  test('is written as any other is', async () => {
    await using watched = await openTab(site.owner, site.crowded, 'page')
    const { page } = watched
    const names = page.getByRole('textbox', { name: 'Name for the public' })
    expect(await names.count()).toBe(300)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      expect(await overhangOf(page)).toBe(0)
    }
    await names.last().fill('The very last')
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('The draft is saved.').first().waitFor()
    await page.getByRole('button', { name: 'Publish…' }).click()
    await page.getByRole('dialog').getByText('is called The very last.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('tells how many they are, shows them a few at a time, and gives all of them away as CSV', async () => {
    await using watched = await openTab(site.owner, site.crowded, 'subscribers')
    const { page } = watched
    await page.getByText('5,000 confirmed, 0 asked').waitFor()
    const items = page.getByRole('list', { name: 'Subscribers' }).getByRole('listitem')
    const first = await items.count()
    expect(first).toBeLessThanOrEqual(100)
    await page.getByRole('button', { name: 'Show more' }).click()
    await items.nth(first).waitFor()
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      expect(await overhangOf(page)).toBe(0)
    }
    const link = page.getByRole('link', { name: 'As CSV' })
    const csv = await (await page.request.get((await link.getAttribute('href')) ?? '')).text()
    expect(csv.trim().split('\n')).toHaveLength(5_001)
    expect(watched.offences).toEqual([])
  })
})
