/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findSubscription } from '@repo/db/queries/page-subscribers'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addSubscriber, pageMessagesOf } from '@repo/db/testing/page-subscribers'
import { addWorkspace } from '@repo/db/testing/populate'
import { addPublishedPage } from '@repo/db/testing/status-pages'
import type { StatusPageId } from '@repo/domain/ids'
import { createKeyring } from '@repo/secrets/keyring'
import { type PageDeed, signPageLink } from '@repo/secrets/page-link'
import { systemClock } from '@repo/service/clock'
import { runAll } from '@repo/service/lifecycle'
import { createLog } from '@repo/service/log'
import type { Browser, Page } from 'playwright-core'
import { statusServices } from 'status/services'
import { eventually } from '../src/eventually.ts'
import { seriousViolations } from './axe.ts'
import { openBrowser, openPage } from './chromium.ts'

/** How people subscribe to a page, with a browser and without a script. */

setDefaultTimeout(60_000)

const componentOf = (name: string) => ({ id: crypto.randomUUID(), name, source: { kind: 'manual' } })
const [search, api] = [componentOf('Search'), componentOf('API')]
const content = { title: 'Shop', sections: [{ id: crypto.randomUUID(), name: '', components: [search, api] }] }
const snapshotDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-status-'))
const stopping = new AbortController()
let database: TestDatabase
let browser: Browser
let pageId: StatusPageId
let url: string
let ended: Promise<void>

beforeAll(async () => {
  database = await openTestDatabase()
  const workspaceId = await addWorkspace(database.sql)
  pageId = (await addPublishedPage(database.sql, { workspaceId, slug: 'shop', content })).id
  const listening = Promise.withResolvers<string>()
  const keyring = createKeyring([{ id: 'k1', key: new Uint8Array(32).fill(7) }])
  ended = runAll(
    statusServices({
      ...{ sql: database.sql, clock: systemClock, log: createLog('status', 'silent'), snapshotDirectory },
      ...{ host: '127.0.0.1', port: 0, onListening: listening.resolve, trustedProxies: [] },
      ...{ publicUrl: 'https://up.example', subscribing: { byMail: true, keyring } },
    }),
    stopping.signal,
  )
  url = await listening.promise
  browser = await openBrowser()
  await eventually('the page is served', async () => (await fetch(`${url}/status/shop`)).status === 200)
})
afterAll(async () => {
  await browser.close()
  stopping.abort()
  await ended
  await database[Symbol.asyncDispose]()
  rmSync(snapshotDirectory, { recursive: true, force: true })
})

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [320, 1280].map((width) => ({ colorScheme, width })),
)
const visit = (look: object = {}) => openPage(browser, { url, ...look })
const viewportOf = (width: number) => ({ viewport: { width, height: 900 } })
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })
const secret = async () => {
  const { rows } = await database.sql.execute<{ secret: string }>('select secret from status_page')
  return rows[0]?.secret ?? ''
}
const linkOf = async (deed: PageDeed, id: string) =>
  `/status/shop/${deed}?token=${signPageLink(await secret(), { deed, id, untilMs: null })}`

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
    await heading(page, 'Look into your mailbox').waitFor()
    await page.getByRole('link', { name: 'Back to the current status' }).click()
    await page.getByRole('main').getByText('Search').first().waitFor()
    expect(await pageMessagesOf(database.sql, pageId)).toEqual(['ada@example.com confirm waiting'])
    expect(offences).toEqual([])
  })

  test('takes the hook of a chat', async () => {
    await using watched = await visit()
    const { page, offences } = watched
    await page.goto('/status/shop')
    await page.getByText('In a chat, or by a webhook').click()
    await page.getByLabel('Where?').selectOption('teams')
    await page.getByLabel('Address of the webhook').fill('https://hooks.example/teams')
    await page.getByRole('button', { name: 'Subscribe' }).last().click()
    await heading(page, 'Look for our message').waitFor()
    expect(await pageMessagesOf(database.sql, pageId)).toContain('teams confirm waiting')
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
    const id = await addSubscriber(database.sql, { pageId, isPending: true })
    await using watched = await visit({ javaScriptEnabled: false })
    const { page, offences } = watched
    await page.goto(await linkOf('confirm', id))
    await page.getByRole('button', { name: 'Yes, tell me' }).click()
    await heading(page, 'You will be told of what changes on “Shop”.').waitFor()
    expect((await findSubscription(database.sql, { pageId, id }))?.state).toBe('confirmed')
    expect(offences).toEqual([])
  })

  test.each(looks)('leads to a choice that everybody can make: %p', async ({ colorScheme, width }) => {
    const id = await addSubscriber(database.sql, { pageId, components: [api.id] })
    await using watched = await visit({ colorScheme, ...viewportOf(width) })
    const { page } = watched
    await page.goto(await linkOf('subscription', id))
    expect(await page.getByLabel('API').isChecked()).toBeTrue()
    expect(await seriousViolations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.getByLabel('Search').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await heading(page, 'Your choice was saved.').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    const chosen = (await findSubscription(database.sql, { pageId, id }))?.components ?? []
    expect(chosen.toSorted()).toEqual([search.id, api.id].toSorted())
  })
})
