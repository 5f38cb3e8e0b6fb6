/// <reference lib="dom" />
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newAccount, signUp } from './account.ts'
import { inviteViaPage } from './account-steps.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()

/** What somebody may call themselves and their things; each is shown as it is written, and does nothing. */
const names = [
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '"><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
  `'-alert(1)-'`,
]

const sections = ['', '/security', '/workspace', '/members', '/keys', '/audit']

test.each(names)('%s is a name like any other, wherever it is shown', async (name) => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  await signUp(page, { ...newAccount(), username: name })
  await nameEverything(page, name)
  const monitorId = await addMonitor(page, name)
  const shown: string[] = []
  for (const path of ['/monitors', `/monitors/${monitorId}`, ...sections.map((section) => `/settings${section}`)]) {
    await page.goto(path)
    await page.getByText(name).first().waitFor({ state: 'attached' })
    await page.waitForTimeout(200)
    shown.push(...(await foreignElements(page)).map((element) => `${path} ${element}`))
  }
  const link = await inviteViaPage(page, 'Viewer')
  await page.goto(link)
  await page.getByRole('heading', { name: `Join ${name}` }).waitFor()
  shown.push(...(await foreignElements(page)))
  expect(shown).toEqual([])
  expect(dialogs).toBe(0)
  expect(watched.offences).toEqual([])
})

async function nameEverything(page: Page, name: string): Promise<void> {
  await call(page, 'PATCH', '/api/v1/workspace', { name })
  await call(page, 'POST', '/api/v1/workspaces', { name })
  await call(page, 'POST', '/api/v1/keys', { name, scopes: ['read'] })
}

async function addMonitor(page: Page, name: string): Promise<string> {
  const spec = { kind: 'http', url: `http://127.0.0.1:9/?q=${encodeURIComponent(name)}` }
  const made = await call(page, 'POST', '/api/v1/monitors', {
    name,
    spec,
    intervalSeconds: 60,
    tags: [name.slice(0, 30)],
  })
  return made.id
}

async function call(page: Page, method: string, path: string, data: unknown): Promise<{ id: string }> {
  const answer = await page.request.fetch(path, { method, headers: { origin: site.url }, data })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()) as { id: string }
}

/** Elements that only a name can have brought in, and links that lead to a script. */
function foreignElements(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(
      document.querySelectorAll('img[src="x"], svg[onload], [onerror], a[href^="javascript:" i]'),
      (element) => element.outerHTML,
    ),
  )
}
