/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { StatusPage } from '@repo/contracts/status-pages'
import { addSubscriber } from '@repo/db/testing/page-subscribers'
import { parseStatusPageId } from '@repo/domain/ids'
import { type Account, newAccount, signIn, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { component, createPage, openWide, publishPage } from './editor-ground.ts'
import { type Ground, openFurnished } from './furnished.ts'

setDefaultTimeout(60_000)

/** Whom a page tells, as its owner sees them. */

interface Subscribed extends Ground {
  readonly account: Account
  readonly shop: StatusPage
}

const search = component('Search')
const site = openFurnished<Subscribed>({ account: newAccount() }, async ({ account, url, browser, database }) => {
  await using watched = await openWide({ url, browser, namedUrl: url })
  await signUp(watched.page, account)
  const shop = await createPage(watched.page, 'Shop status', [search, component('Phones')])
  await publishPage(watched.page, shop)
  const pageId = parseStatusPageId(shop.id)
  await addSubscriber(database.sql, { pageId, email: 'ada@example.com', components: [search.id] })
  await addSubscriber(database.sql, { pageId, email: 'bob@example.com', isPending: true })
  return { shop }
})

describe('the subscribers of a status page', () => {
  test('are seen with what they want to hear of, taken along as CSV, and sent away', async () => {
    await using watched = await openWide({ ...site, namedUrl: site.url })
    const { page } = watched
    await signIn(page, site.account, `/status-pages/${site.shop.id}?tab=subscribers`)
    const list = page.getByRole('list', { name: 'Subscribers' })
    const ada = list.getByRole('listitem').filter({ hasText: 'ada@example.com' })
    await ada.filter({ hasText: 'Confirmed' }).filter({ hasText: 'Search' }).waitFor()
    const bob = list.getByRole('listitem').filter({ hasText: 'bob@example.com' })
    await bob.filter({ hasText: 'Asked' }).filter({ hasText: 'everything' }).waitFor()
    await page.getByText('1 confirmed, 1 asked').waitFor()
    expect(await seriousViolations(page)).toEqual([])

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'As CSV' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toContain('ada@example.com')

    await page.getByRole('button', { name: 'Remove bob@example.com' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await bob.waitFor({ state: 'detached' })
    await page.getByText('1 confirmed, 0 asked').waitFor()
    expect(watched.offences).toEqual([])
  })
})
