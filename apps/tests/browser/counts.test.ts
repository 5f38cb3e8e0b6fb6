import { expect, setDefaultTimeout, test } from 'bun:test'
import { addMonitor, newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(90_000)

const site = openSite()
const website = openWebsite()

test('a change that comes with the list and as a frame too is counted once', async () => {
  await using watched = await openPage(site.browser, { url: site.url, viewport: { width: 1280, height: 800 } })
  const { page } = watched
  // What the live socket says is held back once somebody asks for that.
  let held: (() => void)[] | undefined
  await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      if (held) held.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  await signUp(page, newAccount())
  const { id } = await addMonitor(page, { name: 'shop', url: website.url, intervalSeconds: 60 })
  await page.getByText('Your monitor is up.').waitFor()
  held = []
  const paused = await page.request.post(`/api/v1/monitors/${id}/pause`, { headers: { origin: site.url } })
  expect(paused.status()).toBe(200)
  // A list that was not shown yet brings the counts with it.
  await page.getByRole('button', { name: /^Up/ }).click()
  await page.getByText('Your monitor is paused.').waitFor()
  const readAnew = page.waitForResponse(/\/api\/v1\/monitors\?limit=1$/, { timeout: 15_000 })
  for (const say of held) say()
  held = undefined
  await (await readAnew).finished()
  await page.getByText('Your monitor is paused.').waitFor()
  expect(watched.offences).toEqual([])
})
