import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { root } from '../src/program.ts'
import { addMonitor, newAccount, signIn, signUp } from './account.ts'
import { openPage } from './chromium.ts'
import { openWebsite, type Website } from './website.ts'

const sites: readonly { name: string; usualMs: number }[] = [
  { name: 'checkout', usualMs: 60 },
  { name: 'docs', usualMs: 9 },
  { name: 'images', usualMs: 4 },
  { name: 'payments', usualMs: 120 },
  { name: 'search', usualMs: 45 },
  { name: 'shop', usualMs: 30 },
  { name: 'sign-in', usualMs: 20 },
  { name: 'warehouse', usualMs: 260 },
]

const TICKS_MS = 75_000
const FAILURE_MS = 9_000

/** Watches a handful of websites for a while and takes the pictures of the list and of a monitor for `docs/images`. */
export async function takePictures(browser: Browser, url: string): Promise<void> {
  const account = newAccount()
  const websites = sites.map(({ usualMs }) => openWebsite({ delayMs: () => usualMs * (0.7 + 3 * Math.random() ** 6) }))
  try {
    const monitorId = await watchAll(browser, url, { account, websites })
    for (const width of [1280, 360]) {
      for (const theme of ['light', 'dark'] as const) {
        await using watched = await openPage(browser, {
          url,
          colorScheme: theme,
          viewport: { width, height: width === 360 ? 740 : 800 },
        })
        const name = width === 360 ? `-narrow-${theme}` : `-${theme}`
        await signIn(watched.page, account)
        await watched.page.waitForTimeout(1_500)
        await watched.page.screenshot({ path: pathOf(`list${name}`) })
        await watched.page.goto(`/monitors/${monitorId}`)
        await watched.page.getByTestId('latency-chart').locator('canvas').waitFor()
        await watched.page.waitForTimeout(1_000)
        await watched.page.screenshot({ path: pathOf(`detail${name}`) })
      }
    }
  } finally {
    await Promise.all(websites.map((website) => website[Symbol.asyncDispose]()))
  }
}

interface Watching {
  account: ReturnType<typeof newAccount>
  websites: readonly Website[]
}

/** Gives the id of the monitor that has failed when the pictures are taken. */
async function watchAll(browser: Browser, url: string, { account, websites }: Watching): Promise<string> {
  await using watched = await openPage(browser, { url })
  await signUp(watched.page, account)
  const made = await Promise.all(
    websites.map((website, index) =>
      addMonitor(watched.page, { name: sites[index]?.name ?? '', url: website.url, intervalSeconds: 1 }),
    ),
  )
  await Bun.sleep(TICKS_MS - FAILURE_MS)
  websites[3]?.goDown()
  await Bun.sleep(FAILURE_MS)
  return made[3]?.id ?? ''
}

export function pathOf(name: string): string {
  return join(root, 'docs', 'images', `${name}.png`)
}
