import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page, WebSocket } from 'playwright-core'
import { addMonitor, newAccount, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { openSite } from './site.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(90_000)

const site = openSite()
const viewport = { width: 1280, height: 800 }

/** Every live connection that a tab has opened. */
function connectionsOf(page: Page): WebSocket[] {
  const sockets: WebSocket[] = []
  page.on('websocket', (socket) => sockets.push(socket))
  return sockets
}

const open = (sockets: readonly WebSocket[]) => sockets.filter((socket) => !socket.isClosed())
const row = (page: Page, word: string) => page.getByRole('row', { name: new RegExp(`shop.*|${word}`) }).getByText(word)

async function isLive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).last().waitFor()
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadlineMs = performance.now() + 20_000
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`not so in time: ${what}`)
    await Bun.sleep(20)
  }
}

/** Two tabs of one browser, of which the first has the connection, and a monitor of a website that can fail. */
async function openTabs() {
  const website = openWebsite()
  const watched = await openPage(site.browser, { url: site.url, viewport })
  const first = watched.page
  const firstSockets = connectionsOf(first)
  await signUp(first, newAccount())
  await isLive(first)
  const { id } = await addMonitor(first, { name: 'shop', url: website.url, intervalSeconds: 5 })
  await row(first, 'Up').waitFor()
  const second = await first.context().newPage()
  const secondSockets = connectionsOf(second)
  await second.goto('/monitors')
  await isLive(second)
  await row(second, 'Up').waitFor()
  return {
    id,
    website,
    first: { page: first, sockets: firstSockets },
    second: { page: second, sockets: secondSockets },
    async [Symbol.asyncDispose]() {
      expect(watched.offences).toEqual([])
      await watched[Symbol.asyncDispose]()
      await website[Symbol.asyncDispose]()
    },
  }
}

describe('tabs of one browser', () => {
  test('follow one connection, and the next one goes on with it where the first is closed', async () => {
    await using tabs = await openTabs()
    expect([open(tabs.first.sockets).length, tabs.second.sockets.length]).toEqual([1, 0])
    tabs.website.goDown()
    for (const { page } of [tabs.first, tabs.second]) {
      await row(page, 'Down').waitFor()
      await page.waitForFunction(() => document.title.startsWith('(1) '))
    }
    await tabs.first.page.close()
    await until(() => open(tabs.second.sockets).length === 1, 'the second tab has the connection')
    // It says what it saw last, so that nothing is missed and nothing is read anew.
    expect(new URL(tabs.second.sockets[0]?.url() ?? '').searchParams.get('after')).toMatch(/^[0-9a-f]{12}-\d+$/)
    tabs.website.comeUp()
    await row(tabs.second.page, 'Up').waitFor()
  })

  test('are told by another one when the first hangs', async () => {
    await using tabs = await openTabs()
    const third = await tabs.first.page.context().newPage()
    const thirdSockets = connectionsOf(third)
    await third.clock.install()
    await third.goto('/monitors')
    await isLive(third)
    // The third has heard nothing for a minute, by its own clock. A sign of life that comes as it leaps undoes that.
    const deadlineMs = performance.now() + 20_000
    while (open(thirdSockets).length === 0 && performance.now() < deadlineMs) {
      await third.clock.fastForward(60_000)
      await third.waitForEvent('websocket', { timeout: 2_000 }).catch(() => undefined)
    }
    expect(open(thirdSockets).length).toBe(1)
    await until(() => open(tabs.first.sockets).length === 0, 'the first has given it up')
    tabs.website.goDown()
    await row(tabs.second.page, 'Down').waitFor()
    await row(third, 'Down').waitFor()
  })

  test('are all in the workspace to which one of them goes', async () => {
    await using tabs = await openTabs()
    const { page } = tabs.second
    const headers = { origin: site.url }
    const made = await page.request.post('/api/v1/workspaces', { headers, data: { name: 'Elsewhere' } })
    expect(made.status()).toBe(201)
    await page.reload()
    await page.getByRole('combobox', { name: 'Workspace' }).selectOption({ label: 'Elsewhere' })
    for (const tab of [tabs.first, tabs.second]) {
      await tab.page.getByText('Nothing is watched yet').waitFor()
      await isLive(tab.page)
    }
  })
})

test('a tab that nobody looks at counts on in its title, and paints the rest when somebody does', async () => {
  await using tabs = await openTabs()
  const { page } = tabs.second
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }))
  tabs.website.goDown()
  await page.waitForFunction(() => document.title.startsWith('(1) '))
  expect(await row(page, 'Up').isVisible()).toBe(true)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => false })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await row(page, 'Down').waitFor()
})
