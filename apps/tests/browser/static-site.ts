import { afterAll, beforeAll } from 'bun:test'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openStaticSite } from 'web/static-site'
import { root } from '../src/program.ts'
import { type BrowserOptions, openBrowser } from './chromium.ts'

/** The built dashboard and nothing behind it, for tests that answer for the API themselves. */
export function openDashboard(options: BrowserOptions = {}): { readonly browser: Browser; readonly url: string } {
  let browser: Browser | undefined
  let server: Bun.Server<undefined> | undefined
  beforeAll(async () => {
    browser = await openBrowser(options)
    const site = await openStaticSite(join(root, 'apps/web/dist'))
    server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: site.fetch })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop(true)
  })
  return {
    get browser() {
      if (!browser) throw new Error('the browser is not open yet')
      return browser
    },
    get url() {
      return `http://127.0.0.1:${server?.port}`
    },
  }
}
