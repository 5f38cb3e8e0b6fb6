import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openPage } from './chromium.ts'
import { openDashboard } from './static-site.ts'
import { standStill } from './still-life.ts'

setDefaultTimeout(60_000)

const dashboard = openDashboard()

const names = (page: Page) => page.locator('a[data-monitor]').allTextContents()
const asked = (page: Page, part: string) => page.waitForRequest((request) => request.url().includes(part))

async function openList(path = '/monitors') {
  const watched = await openPage(dashboard.browser, { url: dashboard.url, viewport: { width: 1280, height: 900 } })
  await standStill(watched.page)
  await watched.page.goto(path)
  await watched.page.locator('a[data-monitor]').first().waitFor()
  return watched
}

test('the list is narrowed by tag and by kind, in the address', async () => {
  await using watched = await openList()
  const { page } = watched
  await page.getByRole('button', { name: 'Arrange' }).click()
  const request = asked(page, 'tag=prod')
  await page.getByRole('combobox', { name: 'Tag' }).fill('prod')
  await request
  await page.getByRole('link', { name: 'sign-in' }).waitFor({ state: 'detached' })
  expect(await names(page)).toEqual(['payments', 'partner feed', 'checkout', 'images', 'shop', 'old shop'])
  await page.reload()
  await page.getByLabel('Kind').selectOption({ label: 'DNS records' })
  await page.getByText('No monitor matches.').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await page.getByRole('link', { name: 'sign-in' }).waitFor()
  expect(new URL(page.url()).search).toBe('')
  expect(watched.offences).toEqual([])
})

test('the list is put in another order by the API and by what is here alike', async () => {
  await using watched = await openList()
  const { page } = watched
  await page.getByRole('button', { name: 'Arrange' }).click()
  const request = asked(page, 'sort=-name')
  await page.getByLabel('Order').selectOption('By name, from the end')
  await request
  const sorted = ['warehouse', 'staging', 'sign-in', 'shop', 'search', 'payments', 'partner feed', 'old shop']
  await page.waitForFunction(() => document.querySelector('a[data-monitor]')?.textContent === 'warehouse')
  expect((await names(page)).slice(0, 8)).toEqual(sorted)
  expect(watched.offences).toEqual([])
})

test('the overview and the list ask once for what both of them show', async () => {
  await using watched = await openPage(dashboard.browser, {
    url: dashboard.url,
    viewport: { width: 1280, height: 900 },
  })
  const { page } = watched
  await standStill(page)
  await page.goto('/')
  await page.getByText('All monitors').first().waitFor()
  await page.getByText('Live', { exact: true }).last().waitFor()
  await page.waitForLoadState('networkidle')
  const lists: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/monitors?')) lists.push(request.url())
  })
  await page.getByRole('link', { name: /^Monitors/ }).click()
  await page.locator('a[data-monitor]').first().waitFor()
  expect(await names(page)).toHaveLength(11)
  expect(lists).toEqual([])
  expect(watched.offences).toEqual([])
})

test('a kind and an order that there are not are passed over', async () => {
  await using watched = await openList('/monitors?kind=zzz&sort=evil')
  const asking = await watched.page.evaluate(() =>
    performance.getEntriesByType('resource').filter(({ name }) => /kind=|sort=/.test(name)),
  )
  expect(asking).toEqual([])
  expect(await names(watched.page)).toHaveLength(11)
  expect(watched.offences).toEqual([])
})

test('rows are compact where somebody wants them to, and stay so', async () => {
  await using watched = await openList()
  const { page } = watched
  const height = () => page.getByRole('row', { name: /checkout/ }).evaluate((row) => (row as HTMLElement).offsetHeight)
  const before = await height()
  await page.getByRole('button', { name: 'Arrange' }).click()
  await page.getByText('Compact').click()
  await page.waitForFunction(() => document.querySelector<HTMLElement>('tr[aria-rowindex="2"]')?.offsetHeight === 32)
  expect(before).toBe(52)
  await page.reload()
  await page.getByRole('link', { name: 'checkout' }).waitFor()
  expect(await height()).toBe(32)
  expect(watched.offences).toEqual([])
})

test('on a phone, where a row has two lines however dense it is wanted, nobody is asked how dense', async () => {
  await using watched = await openList()
  const { page } = watched
  await page.getByRole('button', { name: 'Arrange' }).click()
  await page.getByRole('radio', { name: 'Compact' }).waitFor()
  await page.evaluate(() => localStorage.setItem('rows', 'compact'))
  await page.setViewportSize({ width: 360, height: 740 })
  await page.reload()
  await page.getByRole('link', { name: 'checkout' }).waitFor()
  await page.getByRole('button', { name: 'Arrange' }).click()
  await page.getByRole('combobox', { name: 'Order' }).waitFor()
  expect(await page.getByRole('radio', { name: 'Compact' }).count()).toBe(0)
  const row = page.getByRole('row', { name: /checkout/ })
  expect(await row.evaluate((element) => (element as HTMLElement).offsetHeight)).toBe(92)
  expect(watched.offences).toEqual([])
})
