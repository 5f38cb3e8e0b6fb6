/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { findSubscription } from '@repo/db/queries/page-subscribers'
import { addSubscriber, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import type { Page } from 'playwright-core'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openServedPages } from './status-served.ts'

/** How people subscribe to a page, with a browser and without a script. */

setDefaultTimeout(60_000)

const componentOf = (name: string) => ({ id: crypto.randomUUID(), name, source: { kind: 'manual' } })
const [search, api] = [componentOf('Search'), componentOf('API')]
const content = { title: 'Shop', sections: [{ id: crypto.randomUUID(), name: '', components: [search, api] }] }
const site = openServedPages({ shop: content })

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [320, 1280].map((width) => ({ colorScheme, width })),
)
const visit = (look: object = {}) => openPage(site.browser, { url: site.url, ...look })
const viewportOf = (width: number) => ({ viewport: { width, height: 900 } })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const pageId = () => site.idOf('shop')

describe('the form of a status page', () => {
  test('takes an address and a choice without a script, and leads back to the page', async () => {
    await using watched = await visit({ javaScriptEnabled: false })
    const { page, offences } = watched
    await page.goto('/status/shop')
    const form = page.locator('form').first()
    await form.getByLabel('E-mail address').fill('ada@example.com')
    await form.getByText('Everything on this page').click()
    await form.getByLabel('Search').check()
    await form.getByRole('button', { name: 'Subscribe' }).click()
    await heading(page, 'Check your mailbox').waitFor()
    await page.getByRole('link', { name: 'Back to the current status' }).click()
    await page.getByRole('main').getByText('Search').first().waitFor()
    expect(await pageMessagesOf(site.database.sql, pageId())).toEqual(['ada@example.com confirm waiting'])
    expect(offences).toEqual([])
  })

  test('takes the hook of a chat', async () => {
    await using watched = await visit()
    const { page, offences } = watched
    await page.goto('/status/shop')
    await page.getByText('In a chat or by webhook').click()
    await page.getByLabel('Where?').selectOption('teams')
    await page.getByLabel('Address of the webhook').fill('https://hooks.example/teams')
    await page.getByRole('button', { name: 'Subscribe' }).last().click()
    await heading(page, 'Look for our message').waitFor()
    expect(await pageMessagesOf(site.database.sql, pageId())).toContain('teams confirm waiting')
    expect(offences).toEqual([])
  })

  test.each(looks)('can be used by everybody, wholly opened: %p', async ({ colorScheme, width }) => {
    await using watched = await visit({ colorScheme, ...viewportOf(width) })
    const { page } = watched
    await page.goto('/status/shop')
    for (const summary of await page.locator('#subscribe summary').all())
      if (await summary.isVisible()) await summary.click()
    await page.getByLabel('Address of the webhook').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  })
})

describe('a link that was sent', () => {
  test('is followed and confirmed without a script', async () => {
    const id = await addSubscriber(site.database.sql, { pageId: pageId(), isPending: true })
    await using watched = await visit({ javaScriptEnabled: false })
    const { page, offences } = watched
    await page.goto(await site.linkOf('shop', { deed: 'confirm', id }))
    await page.getByRole('button', { name: 'Yes, tell me' }).click()
    await heading(page, 'You will get updates about “Shop”.').waitFor()
    expect((await findSubscription(site.database.sql, { pageId: pageId(), id }))?.state).toBe('confirmed')
    expect(offences).toEqual([])
  })

  test.each(looks)('leads to a choice that everybody can make: %p', async ({ colorScheme, width }) => {
    const id = await addSubscriber(site.database.sql, { pageId: pageId(), components: [api.id] })
    await using watched = await visit({ colorScheme, ...viewportOf(width) })
    const { page } = watched
    await page.goto(await site.linkOf('shop', { deed: 'subscription', id }))
    expect(await page.getByLabel('API').isChecked()).toBeTrue()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.getByLabel('Search').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await heading(page, 'Your choice was saved.').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    const chosen = (await findSubscription(site.database.sql, { pageId: pageId(), id }))?.components ?? []
    expect(chosen.toSorted()).toEqual([search.id, api.id].toSorted())
  })
})
