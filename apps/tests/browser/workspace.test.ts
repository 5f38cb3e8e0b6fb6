import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { addMonitor, newAccount, signUp } from './account.ts'
import { faultsInEveryLook } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()
const directory = mkdtempSync(join(tmpdir(), 'betteruptime-transfer-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const openWide = () => openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })

describe('an export of a workspace', () => {
  test('makes the same list of an empty one, and nothing twice of the one that it is from', async () => {
    await using from = await openWide()
    await signUp(from.page, newAccount())
    for (const name of ['Shop', 'Docs', 'Search'])
      await addMonitor(from.page, { name, url: `http://${name.toLowerCase()}.example/`, intervalSeconds: 300 })
    await call(from.page, 'POST', '/api/v1/monitors', {
      name: 'Till',
      tags: ['money'],
      spec: {
        kind: 'http',
        url: 'https://till.example/',
        auth: { kind: 'basic', username: 'till', password: 'canary-of-the-page' },
      },
    })
    const file = await exportTo(from.page, join(directory, 'whole.json'))
    expect(readFileSync(file, 'utf8')).not.toContain('canary-of-the-page')
    await from.page.getByLabel('Import a file').setInputFiles(file)
    const again = from.page.getByRole('dialog', { name: 'Import this file?' })
    await again.getByText('4 monitors are here already and stay').waitFor()
    expect(await again.getByRole('button', { name: 'Import' }).isDisabled()).toBe(true)

    await using to = await openWide()
    const { page } = to
    await signUp(page, newAccount())
    await page.goto('/settings/workspace')
    await page.getByLabel('Import a file').setInputFiles(file)
    const dialog = page.getByRole('dialog', { name: 'Import this file?' })
    await dialog.getByRole('list', { name: 'What is added' }).getByText('4 monitors').waitFor()
    await dialog.getByText(/^Paused until their secrets are set, which are not in the file: Till$/).waitFor()
    expect(await faultsInEveryLook(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Import' }).click()
    await page.getByText('4 monitors are imported.').first().waitFor()
    expect(await monitorsOf(page)).toEqual(
      (await monitorsOf(from.page)).map((line) => line.replace('Till: running', 'Till: paused')),
    )
    expect([...from.offences, ...to.offences]).toEqual([])
  })

  test('is told apart from other files, and what the server refuses of it is said', async () => {
    await using watched = await openWide()
    watched.expectStatus(400)
    const { page } = watched
    await signUp(page, newAccount())
    await page.goto('/settings/workspace')
    const choose = async (name: string, text: string) => {
      writeFileSync(join(directory, name), text)
      await page.getByLabel('Import a file').setInputFiles(join(directory, name))
    }
    // The frame of the pages has one too, without a word.
    const alert = page.getByRole('alert').filter({ hasText: /./ })
    await choose('other.json', '{"dashboard": 1}')
    await alert.getByText('This file is no export of a workspace.').waitFor()
    await choose('newer.json', '{"format": 99, "monitors": []}')
    await alert.getByText('This file is no export of a workspace.').waitFor({ state: 'detached' })
    await alert.getByText('Format: this instance reads format 1 alone.').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(watched.offences).toEqual([])
  })
})

/** The file that the page gives. */
async function exportTo(page: Page, path: string): Promise<string> {
  await page.goto('/settings/workspace')
  const saved = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export', exact: true }).click()
  const download = await saved
  expect(download.suggestedFilename()).toMatch(/^betteruptime-ada-\w+\.json$/)
  await download.saveAs(path)
  return path
}

/** What can be seen of each monitor, in the order of the list. */
async function monitorsOf(page: Page): Promise<readonly string[]> {
  const answer = await page.request.get('/api/v1/monitors?sort=name')
  const { items } = (await answer.json()) as {
    items: { name: string; pausedAt: string | null; spec: unknown; tags: string[]; intervalSeconds: number }[]
  }
  return items.map(({ name, pausedAt, tags, intervalSeconds }) =>
    [`${name}: ${pausedAt === null ? 'running' : 'paused'}`, ...tags, intervalSeconds].join(' '),
  )
}

async function call(page: Page, method: string, path: string, data: object): Promise<void> {
  const headers = { origin: new URL(page.url()).origin }
  const answer = await page.request.fetch(path, { method, headers, data })
  if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`)
}

describe('the audit log', () => {
  test('names who did it and from where, what was before and is now, and no secret', async () => {
    await using watched = await openWide()
    const { page } = watched
    const account = newAccount()
    await signUp(page, account)
    const { id } = await addMonitor(page, { name: 'Shop', url: 'http://shop.example/', intervalSeconds: 300 })
    const spec = { kind: 'http', url: 'http://shop.example/' }
    const auth = (password: string) => ({ kind: 'basic', username: 'till', password })
    await call(page, 'PATCH', `/api/v1/monitors/${id}`, { spec: { ...spec, auth: auth('first-canary') } })
    await call(page, 'PATCH', `/api/v1/monitors/${id}`, {
      name: 'The shop',
      spec: { ...spec, auth: auth('second-canary') },
    })
    await page.goto('/settings/audit')
    const row = page.getByRole('region', { name: 'Audit log' }).getByRole('row').filter({ hasText: 'Monitor changed' })
    const newest = row.first()
    await newest.waitFor()
    const [when, who, what, from] = await newest.getByRole('cell').allTextContents()
    expect(who).toBe(account.username)
    expect(what).toContain('name: Shop → The shop')
    expect(what).toMatch(/auth\.password/)
    expect(from).toContain('127.0.0.1')
    expect(when).toMatch(/\d{2}:\d{2}/)
    expect(await page.content()).not.toContain('canary')
    expect(watched.offences).toEqual([])
  })
})
