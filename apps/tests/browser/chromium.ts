import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { isTakingPictures } from './pictures.ts'

/** Without what draws windows, which none of the tests looks at: it opens a page for a sixth of the work. */
const shells = ['/usr/bin/chromium-headless-shell']
const wholes = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const separate = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]
/** A page of a test does not live long enough for its scripts to be worth compiling a second and a third time. */
const hasty = ['--js-flags=--no-opt --no-maglev']

export interface BrowserOptions {
  /** Whether it must be the one that people have: its glyphs are drawn otherwise. */
  readonly isWhole?: boolean
  /** Whether it is in a hurry, as it is for tests: no figure is to be taken of it. */
  readonly isHasty?: boolean
}

/** The browser of this machine; nothing is downloaded. */
export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { isWhole = isTakingPictures, isHasty = true } = options
  const places = [process.env.CHROMIUM_PATH ?? '', ...(isWhole ? [] : shells), ...wholes]
  const executablePath = places.find((path) => path && existsSync(path))
  if (!executablePath) {
    throw new Error('no Chromium here: install it (Debian: apt-get install chromium) or name one in CHROMIUM_PATH')
  }
  return chromium.launch({
    executablePath,
    args: [...separate, ...(isHasty ? hasty : [])],
  })
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** What no page of ours may ever do: errors in the console, uncaught ones, and requests to another origin. */
  readonly offences: readonly string[]
  /** Answers of these statuses are expected from here on; the browser reports each as a console error. */
  expectStatus(status: number): void
}

export async function openPage(
  browser: Browser,
  { url, ...options }: BrowserContextOptions & { url: string },
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, ...options })
  const page = await context.newPage()
  // A deadline for a machine that has much to do, not a pace: what is there is there at once.
  page.setDefaultTimeout(30_000)
  const offences: string[] = []
  const expected = new Set<string>()
  page.on('pageerror', (error) => offences.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const target = request.url()
    if (!target.startsWith(url) && !target.startsWith('data:')) offences.push(`foreign request: ${target}`)
  })
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const text = message.text()
    if (![...expected].some((status) => text.includes(`status of ${status}`))) offences.push(`console: ${text}`)
  })
  return {
    page,
    offences,
    expectStatus: (status) => void expected.add(String(status)),
    [Symbol.asyncDispose]: async () => {
      // What a test's own routes still answer when the page goes is nobody's fault.
      if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' })
      await context.close()
    },
  }
}
