import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { faultsInEveryLook, seriousViolations, seriousViolationsInBothThemes } from './axe.ts'
import { openBrowser } from './chromium.ts'

setDefaultTimeout(60_000)

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 800, height: 600 } })
})
afterAll(() => browser?.close())

/** A page that follows the machine's theme as ours do. */
async function show(main: string, style = ''): Promise<void> {
  await page.setContent(`<!doctype html><html lang="en"><title>A page</title>
    <style>[data-theme=light] { background: #fff; color: #111 } [data-theme=dark] { background: #111; color: #eee } ${style}</style>
    <main><h1>A page</h1>${main}</main>
    <script>
      const dark = matchMedia('(prefers-color-scheme: dark)')
      const paint = () => { document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light' }
      paint()
      dark.addEventListener('change', paint)
    </script></html>`)
}

describe('what the browser tests ask of every look', () => {
  test('finds nothing in a page that is well', async () => {
    await show('<p>A text.</p>')
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(page.viewportSize()).toEqual({ width: 800, height: 600 })
  })

  test('finds what only the dark theme has', async () => {
    await show('<p class="pale">A text.</p>', '[data-theme=dark] .pale { color: #333 }')
    expect(await seriousViolations(page)).toEqual([])
    expect(await seriousViolationsInBothThemes(page)).toEqual([
      expect.stringMatching(/^in dark: color-contrast: .*pale/),
    ])
  })

  test('finds once what no theme changes', async () => {
    await show('<button></button>')
    expect(await seriousViolationsInBothThemes(page)).toEqual([expect.stringMatching(/^button-name: /)])
  })

  test('waits for what fades from one theme to the other', async () => {
    await show('<p>A text.</p>', 'p { color: inherit; transition: color 300ms } [data-theme=dark] p { color: #eee }')
    expect(await seriousViolationsInBothThemes(page)).toEqual([])
  })

  test('finds what scrolls sideways on a phone alone', async () => {
    await show('<div style="width: 500px">Wide.</div>')
    expect(await faultsInEveryLook(page)).toEqual(['at 360 px: scrolls sideways'])
  })

  test('finds what is wrong at either end of the widths, in either theme, and scrolls at each of them', async () => {
    await show(
      '<p class="pale">A text.</p><div class="wide">Wide.</div>',
      `@media (max-width: 400px) { [data-theme=dark] .pale { color: #333 } }
       @media (min-width: 1000px) { [data-theme=light] .pale { color: #ddd } }
       @media (min-width: 401px) and (max-width: 999px) { .wide { width: 1200px } }`,
    )
    expect(await faultsInEveryLook(page, [1280, 820, 360])).toEqual([
      expect.stringMatching(/^at 1280 px: color-contrast: .*pale/),
      'at 820 px: scrolls sideways',
      expect.stringMatching(/^at 360 px: in dark: color-contrast: .*pale/),
    ])
  })

  test('is not content with a page that does not follow the machine', async () => {
    await page.setContent('<html lang="en" data-theme="light"><title>A page</title><main><h1>A page</h1></main></html>')
    page.setDefaultTimeout(500)
    await expect(seriousViolationsInBothThemes(page)).rejects.toThrow('Timeout')
  })
})
