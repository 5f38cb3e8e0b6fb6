import { expect, setDefaultTimeout, test } from 'bun:test'
import { openPage } from './chromium.ts'
import { openDashboard } from './static-site.ts'
import { standStill } from './still-life.ts'

setDefaultTimeout(60_000)

const dashboard = openDashboard()

test('a screen that breaks says so, and the way to the others stays', async () => {
  await using watched = await openPage(dashboard.browser, { url: dashboard.url })
  const { page } = watched
  await standStill(page)
  await page.route('**/api/v1/maintenance*', (route) => route.fulfill({ json: { items: 'none', nextCursor: null } }))
  await page.goto('/maintenance')
  await page.getByRole('alert').getByText('This screen broke.').waitFor()
  await page.getByRole('link', { name: /^Incidents/ }).click()
  await page.getByRole('link', { name: 'search' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Load the page again' }).waitFor()
  // What was thrown is in the console, for whoever is asked about it; nothing else is wrong.
  expect(watched.offences.filter((offence) => !offence.includes('is not a function'))).toEqual([])
})
