import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Account, addMonitor, newAccount, signIn, signUp } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { takePicture } from './pictures.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(90_000)

const site = openSite()
const account: Account = newAccount()
const website = openWebsite()
let monitorId: string

beforeAll(async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  await signUp(page, account)
  await addMonitor(page, { name: 'shop', url: website.url, intervalSeconds: 5 })
  monitorId = (await addMonitor(page, { name: 'warehouse', url: website.url, intervalSeconds: 5 })).id
  await page
    .getByRole('row', { name: /warehouse/ })
    .getByText('Up', { exact: true })
    .waitFor()
  const nowMs = Date.now()
  const [startsAt, endsAt] = [nowMs, nowMs + 3_600_000].map((ms) => new Date(ms).toISOString())
  const answer = await page.request.post('/api/v1/maintenance', {
    headers: { origin: site.url },
    data: {
      name: 'Move of the warehouse',
      schedule: { kind: 'once', startsAt, endsAt },
      appliesTo: { kind: 'monitors', monitorIds: [monitorId] },
    },
  })
  expect(answer.status()).toBe(201)
  // The page was open all the time: it is told.
  await page
    .getByRole('row', { name: /warehouse/ })
    .getByText('Maintenance', { exact: true })
    .waitFor()
  await page.getByText('Nothing is down.').waitFor()
}, 90_000)

describe('a monitor under maintenance', () => {
  const looks = ([1280, 360] as const).flatMap((width) =>
    (['light', 'dark'] as const).map((theme) => [width, theme] as const),
  )

  test.each(looks)('is drawn as one in the list and on its page, at %d px in %s', async (width, theme) => {
    await using watched = await openPage(site.browser, {
      url: site.url,
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: 740 },
    })
    const { page } = watched
    await signIn(page, account)
    await page
      .getByRole('row', { name: /warehouse/ })
      .getByText('Maintenance', { exact: true })
      .waitFor()
    await page.getByText('1 under maintenance.').waitFor()
    if (width === 1280 && theme === 'light') await takePicture(page, 'maintenance-light')
    const found = await seriousViolations(page)
    await page.goto(`/monitors/${monitorId}`)
    await page.getByRole('main').getByText('Maintenance', { exact: true }).waitFor()
    await page.getByTestId('latency-chart').locator('canvas').waitFor()
    found.push(...(await seriousViolations(page)))
    expect(found).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('has that time apart in the sum of its uptime, where it counts neither way', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signIn(page, account, `/monitors/${monitorId}`)
    await page.getByRole('button', { name: 'How is this computed?' }).click()
    const dialog = page.getByRole('dialog', { name: 'How uptime is computed' })
    const secondsOf = async (name: string) => {
      const cell = dialog.getByRole('row', { name: new RegExp(`^${name}`) }).locator('[data-seconds]')
      return Number(await cell.first().getAttribute('data-seconds'))
    }
    await dialog.getByRole('row', { name: /^Maintenance/ }).waitFor()
    const [maintenance, down, whole] = [
      await secondsOf('Maintenance'),
      await secondsOf('Down'),
      await secondsOf('= the'),
    ]
    expect(maintenance).toBeGreaterThan(0)
    expect([down, whole]).toEqual([0, 86_400])
    expect(await dialog.getByRole('row', { name: /^Uptime/ }).textContent()).toContain('100')
    expect(watched.offences).toEqual([])
  })

  test('is one of those that the filter for maintenance shows', async () => {
    await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
    const { page } = watched
    await signIn(page, account)
    await page.getByRole('button', { name: /Maintenance/ }).click()
    await page.getByRole('row', { name: /shop/ }).waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /warehouse/ }).waitFor()
  })
})
