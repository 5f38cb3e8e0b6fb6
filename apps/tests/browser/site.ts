import { afterAll, beforeAll } from 'bun:test'
import type { Browser } from 'playwright-core'
import { type Standalone, startStandalone } from '../src/instance.ts'
import { type BrowserOptions, openBrowser } from './chromium.ts'

/** A running instance and a browser, for all the tests of a file. Both are there once the first of them begins. */
export interface Site {
  readonly browser: Browser
  readonly url: string
  /** The same by a name: passkeys and the clipboard belong to one. */
  readonly namedUrl: string
}

export interface WholeSite extends Site {
  /** Where the instance shows its figures to those who operate it. */
  readonly operatorUrl: string
}

export interface SiteOptions extends BrowserOptions {
  /** Of the instance, asked for once its file begins. */
  readonly environment?: () => Promise<Record<string, string>>
}

export function openSite({ environment, ...options }: SiteOptions = {}): WholeSite {
  let instance: Standalone | undefined
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await openBrowser(options)
    instance = await startStandalone(await environment?.())
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await instance?.stop()
  })
  return {
    get browser() {
      return there(browser)
    },
    get url() {
      return there(instance).url
    },
    get operatorUrl() {
      return there(instance).operatorUrl
    },
    get namedUrl() {
      return there(instance).url.replace('127.0.0.1', 'localhost')
    },
  }
}

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the site is not open yet')
  return part
}
