/// <reference lib="dom" />
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newAccount, signIn, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'

setDefaultTimeout(90_000)

const site = openSite()
const account = newAccount()
let monitorId = ''

test('a job is shown with the address by which it tells of itself, and with what it told', async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signUp(page, account)
  monitorId = await addJob(page)
  await page.goto(`/monitors/${monitorId}`)
  await page.getByText('the job has not told of itself').waitFor()
  await page.getByText('No ping yet').waitFor()
  const address = await page.getByLabel('Ping it at').inputValue()
  expect(new URL(address).origin).toBe(new URL(site.url).origin)
  expect((await fetch(address)).status).toBe(200)
  await page.getByText('the job told of itself').waitFor()
  await page.getByText('Has to come by').waitFor()
  const pings = page.getByRole('region', { name: 'Latest pings as a table' })
  await pings.getByText('Success').waitFor()
  // It has no regions, and nothing of it is quick or slow.
  for (const name of ['Regions', 'Latency'])
    expect(await page.getByRole('heading', { name, exact: true }).count()).toBe(0)
  expect(await page.getByText('p95').count()).toBe(0)
  expect(await page.getByRole('columnheader', { name: 'TLS' }).count()).toBe(0)
  expect(await seriousViolations(page)).toEqual([])
  expect(watched.offences).toEqual([])
})

test('a job is renamed without a word about intervals, regions or timeouts', async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signIn(page, account, `/monitors/${monitorId}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await page.getByLabel('Checked every').count()).toBe(0)
  await page.getByLabel('Name').fill('Weekly report')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Weekly report' }).waitFor()
  expect(watched.offences).toEqual([])
})

test.each([
  [1_280, 'light'],
  [1_280, 'dark'],
  [360, 'light'],
  [360, 'dark'],
] as const)('a job fits into a window of %i pixels, %s', async (width, colorScheme) => {
  await using watched = await openPage(site.browser, { url: site.url, colorScheme, viewport: { width, height: 900 } })
  const { page } = watched
  await signIn(page, account, `/monitors/${monitorId}`)
  await page.getByLabel('Ping it at').waitFor()
  await page.getByRole('region', { name: 'Latest pings as a table' }).waitFor()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  expect(wide).toBe(false)
  expect(await seriousViolations(page)).toEqual([])
  expect(watched.offences).toEqual([])
})

async function addJob(page: Page): Promise<string> {
  const spec = { kind: 'heartbeat', schedule: { kind: 'period', seconds: 3_600 } }
  const answer = await page.request.post('/api/v1/monitors', {
    headers: { origin: site.url },
    data: { name: 'Nightly backup', spec },
  })
  if (!answer.ok()) throw new Error(await answer.text())
  return ((await answer.json()) as { id: string }).id
}
