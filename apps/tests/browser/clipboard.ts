/// <reference lib="dom" />
import type { Page } from 'playwright-core'

/** Lets the page copy, as a person's browser does. */
export async function allowClipboard(page: Page): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
}

/** A browser in which no page may copy: what is not granted here is denied from then on. */
export async function forbidClipboard(page: Page): Promise<void> {
  await page.context().grantPermissions(['geolocation'])
}

export function clipboardText(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}
