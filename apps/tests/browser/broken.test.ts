import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openStaticSite } from 'web/static-site'
import { root } from '../src/program.ts'
import { openBrowser, openPage } from './chromium.ts'
import { standStill } from './still-life.ts'

setDefaultTimeout(60_000)

let browser: Browser
let server: Bun.Server<undefined>
beforeAll(async () => {
  browser = await openBrowser()
  const site = await openStaticSite(join(root, 'apps/web/dist'))
  server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: site.fetch })
})
afterAll(async () => {
  await browser.close()
  await server.stop(true)
})

test('a screen that breaks says so, and the way to the others stays', async () => {
  await using watched = await openPage(browser, { url: `http://127.0.0.1:${server.port}` })
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
