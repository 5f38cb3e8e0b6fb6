/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { PageContent, StatusPage } from '@repo/contracts/status-pages'
import { addSubscriber } from '@repo/db/testing/page-subscribers'
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
  return { empty, full, odd }
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
  await signIn(page, account)
  await page.goto(`/status-pages/${of.id}?tab=${tab}`)
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
  ['empty', 'viewer'],
] as const

describe.each(states)('the editor of a page that is %s, to its %s,', (state, who) => {
  test.each([...tabs])('is whole in every look: %s', async (tab) => {
    await using watched = await openTab(site[who], site[state], tab)
    await shootInEveryLook(watched.page, `${tab}-${state}-${who}`, widths)
    expect(await faultsInEveryLook(watched.page, widths)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})
