/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import type { Browser } from 'playwright-core'
import { type Program, startProgram } from '../src/program.ts'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { faultsInEveryLook } from './axe.ts'
import { openBrowser, openPage } from './chromium.ts'

setDefaultTimeout(90_000)

/** What makes them quick, whatever the length of the list: no more of it stands in the page than somebody looks through. */
const ELEMENTS_AT_MOST = 2_500
const people = 1_000
const apiKeys = 1_000

let database: TestDatabase
let program: Program
let url: string
let browser: Browser
const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-long-'))
/** Last of all by name. */
const owner = { ...newAccount(), username: `zoe-${crypto.randomUUID().slice(0, 8)}` }

beforeAll(async () => {
  browser = await openBrowser()
  database = await openTestDatabase()
  program = startProgram('apps/standalone/src/main.ts', ['--port', '0', '--data', dataDirectory], {
    REGION_CANARIES: 'self',
    DATABASE_URL: database.url,
  })
  const [, said = ''] = await program.until(/is ready: (http:\S+)/)
  url = said
  await using watched = await openPage(browser, { url })
  await signUp(watched.page, owner)
  await fill(database, owner.username)
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await program?.stop()
  await database?.[Symbol.asyncDispose]()
  rmSync(dataDirectory, { recursive: true, force: true })
})

async function openAs(account = owner) {
  const watched = await openPage(browser, { url, viewport: { width: 1280, height: 800 } })
  await signIn(watched.page, account)
  return watched
}

describe('a workspace of a thousand people', () => {
  test('shows its first members at once, oneself on top, and more when asked', async () => {
    await using watched = await openAs()
    const { page } = watched
    const members = page.getByRole('list', { name: 'Members' }).getByRole('listitem')
    await page.goto('/settings/members')
    await members.first().waitFor()
    expect(await page.locator('*').count()).toBeLessThan(ELEMENTS_AT_MOST)
    expect(await members.count()).toBe(50)
    expect(await members.first().textContent()).toContain(owner.username)
    await page.getByText('50 of 1,001 shown.').waitFor()
    expect(await page.locator('*').count()).toBeLessThan(ELEMENTS_AT_MOST)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('100 of 1,001 shown.').waitFor()
    expect(await members.count()).toBe(100)
    expect(watched.offences).toEqual([])
  })

  test('finds a member by name, address or role, while one types', async () => {
    await using watched = await openAs()
    const { page } = watched
    await page.goto('/settings/members')
    const search = page.getByRole('searchbox', { name: 'Find a member' })
    const members = page.getByRole('list', { name: 'Members' }).getByRole('listitem')
    await search.pressSequentially('PERSON-9')
    await page.getByText('50 of 111 shown.').waitFor()
    expect(await members.count()).toBe(50)
    await search.pressSequentially('99')
    await page.getByText('1 found.').waitFor()
    expect(await members.allTextContents()).toEqual([expect.stringContaining('person-999')])
    await search.fill('person-77@example.com')
    await page.getByText('1 found.').waitFor()
    await search.fill('owner')
    await page.getByText('1 found.').waitFor()
    await search.fill('nobody like it')
    await page.getByText('None like it.').waitFor()
    await search.fill('')
    await page.getByText('50 of 1,001 shown.').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('has no serious accessibility violation and does not scroll sideways, on a desk and a phone, in light and dark', async () => {
    await using watched = await openAs()
    const { page } = watched
    for (const [path, list] of [
      ['/settings/members', 'Members'],
      ['/settings/keys', 'API keys'],
    ] as const) {
      await page.goto(path)
      await page.getByRole('list', { name: list }).waitFor()
      expect(await faultsInEveryLook(page)).toEqual([])
    }
  })
})

test('a thousand keys are as many as fit, and each is found by its name', async () => {
  await using watched = await openAs()
  const { page } = watched
  await page.goto('/settings/keys')
  await page.getByText('50 of 1,000 shown.').waitFor()
  expect(await page.locator('*').count()).toBeLessThan(ELEMENTS_AT_MOST)
  await page.getByRole('searchbox', { name: 'Find a key' }).fill('key 1000')
  await page.getByRole('button', { name: 'Revoke key 1000' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('None like it.').waitFor()
  await page.getByRole('searchbox', { name: 'Find a key' }).fill('')
  await page.getByText('50 of 999 shown.').waitFor()
  expect(watched.offences).toEqual([])
})

test('a short list has no search, and an empty one says what it would be for', async () => {
  await using watched = await openPage(browser, { url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signUp(page, newAccount())
  await page.goto('/settings/keys')
  await page.getByText('None yet. With a key, programs read and change what this workspace watches.').waitFor()
  await page.goto('/settings/members')
  await page.getByText('No invitation is open.').waitFor()
  await page.getByRole('list', { name: 'Members' }).waitFor()
  expect(await page.getByRole('searchbox').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
  await page.goto('/settings/audit?action=key.revoked')
  await page.getByText('Nothing of this kind was done.').waitFor()
})

describe('how often a workspace checks', () => {
  test.each([
    [1_800, '2 an hour'],
    [7_200, '12 a day'],
    [30, '2'],
  ])('is told in a unit of which there is a whole one: every %d s', async (intervalSeconds, text) => {
    await using watched = await openPage(browser, { url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signUp(page, newAccount())
    await addMonitor(page, { name: 'slow', url: 'http://127.0.0.1:9/', intervalSeconds })
    await page.goto('/settings/workspace')
    await page
      .getByRole('region', { name: 'Limits and use' })
      .getByText(`${text} of 60,000,000 a minute`, { exact: true })
      .waitFor()
  })
})

/** As a script of theirs would have done over the years; in one statement for each table. */
async function fill({ sql }: TestDatabase, username: string): Promise<void> {
  const owns = `select m.workspace_id, u.id from membership m join users u on u.id = m.user_id where u.username = '${username}'`
  await sql.execute(`
    with made as (
      insert into users (id, username, username_key, email, email_key)
      select gen_random_uuid(), 'person-' || n, 'person-' || n, 'person-' || n || '@example.com', 'person-' || n || '@example.com'
      from generate_series(1, ${people}) n returning id
    )
    insert into membership (workspace_id, user_id, role, joined_at)
    select owns.workspace_id, made.id, 'viewer', now() from made, (${owns}) owns`)
  await sql.execute(`
    insert into api_key (id, workspace_id, created_by, name, prefix, hash, scopes, created_at)
    select gen_random_uuid(), owns.workspace_id, owns.id, 'key ' || n, 'bu_' || n, sha256(n::text::bytea), '{read}', now()
    from generate_series(1, ${apiKeys}) n, (${owns}) owns`)
}
