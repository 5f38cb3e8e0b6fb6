/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { seriousViolationsInBothThemes } from './axe.ts'
import { openPage } from './chromium.ts'
import { openDashboard } from './static-site.ts'
import { standStill, stillPaths } from './still-life.ts'

setDefaultTimeout(90_000)

const dashboard = openDashboard()

function open(width: number, height: number) {
  const viewport = { width, height }
  return openPage(dashboard.browser, { url: dashboard.url, reducedMotion: 'reduce', timezoneId: 'UTC', viewport })
}

describe('a screen of 2,560 px', () => {
  const screens: readonly (readonly [path: string, shown: (page: Page) => Locator])[] = [
    ['/', (page) => page.getByText('docs').last()],
    ['/monitors', (page) => page.getByRole('link', { name: 'checkout' })],
    [stillPaths.monitor, (page) => page.locator('.uplot canvas').first()],
    [`${stillPaths.monitor}?tab=settings`, (page) => page.getByText('https://payments.example/').last()],
    ['/incidents', (page) => page.getByRole('link', { name: 'search' })],
    [stillPaths.incident, (page) => page.getByText('on its way')],
    ['/alerts', (page) => page.getByText('#outages').last()],
    ['/settings', (page) => page.getByText('ada@shop.example').first()],
    ['/system', (page) => page.getByRole('cell', { name: 'us-east' })],
  ]
  test.each(screens)('keeps lines and fields in bounds, and has nothing beside it: %s', async (path, shown) => {
    await using watched = await open(2_560, 1_440)
    watched.expectStatus(404)
    const { page } = watched
    await standStill(page)
    await page.goto(path)
    await shown(page).waitFor()
    expect(await tooWide(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(2_560)
    expect(watched.offences).toEqual([])
  })

  const lists: readonly (readonly [path: string, rows: (page: Page) => Locator])[] = [
    ['/', (page) => page.getByRole('list', { name: 'All monitors' })],
    ['/monitors', (page) => page.getByRole('table')],
    ['/incidents', (page) => page.getByRole('table')],
  ]
  test.each(lists)('gives rows the room that it has: %s', async (path, rows) => {
    await using watched = await open(2_560, 1_440)
    const { page } = watched
    await standStill(page)
    await page.goto(path)
    await page.getByRole('main').getByRole('link', { name: 'payments' }).first().waitFor()
    expect((await rows(page).boundingBox())?.width).toBeGreaterThan(1_700)
    expect(await cutOff(page.getByRole('main'))).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

describe('the form of a monitor that is there', () => {
  const places = async (dialog: Locator, labels: readonly string[]) => {
    const boxes = await Promise.all(labels.map((label) => dialog.getByLabel(label, { exact: true }).boundingBox()))
    return boxes.map((box) => ({ x: Math.round(box?.x ?? 0), y: Math.round(box?.y ?? 0) }))
  }
  const openForm = async (page: Page) => {
    await standStill(page)
    await page.goto(stillPaths.monitor)
    await page.getByRole('button', { name: 'Edit' }).click()
    const dialog = page.getByRole('dialog', { name: 'Edit payments' })
    await dialog.getByText('Hangs on').waitFor()
    return dialog
  }
  const pairs = [
    ['Checked every', 'Fails after, in seconds'],
    ['Header to send along', 'Its value'],
  ]

  test('has two columns on a desk, in which what belongs together stands side by side', async () => {
    await using watched = await open(1_280, 900)
    watched.expectStatus(404)
    const dialog = await openForm(watched.page)
    expect((await dialog.boundingBox())?.width).toBe(640)
    for (const pair of pairs) {
      const [left, right] = await places(dialog, pair)
      expect(right?.y).toBe(left?.y)
      expect((right?.x ?? 0) - (left?.x ?? 0)).toBeGreaterThan(280)
    }
    expect(await cutOff(dialog)).toEqual([])
    expect(await seriousViolationsInBothThemes(watched.page)).toEqual([])
    expect(watched.offences).toEqual([])
  })

  test('has one on a phone, and nothing of it is cut off', async () => {
    await using watched = await open(360, 740)
    watched.expectStatus(404)
    const dialog = await openForm(watched.page)
    const found = await places(dialog, ['Name', ...pairs.flat()])
    expect(new Set(found.map(({ x }) => x)).size).toBe(1)
    expect(found.toSorted((a, b) => a.y - b.y)).toEqual(found)
    expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    expect(await cutOff(dialog)).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded()
    const save = await dialog.getByRole('button', { name: 'Save' }).boundingBox()
    expect((save?.x ?? 0) + (save?.width ?? 0)).toBeLessThanOrEqual(360)
    expect(await seriousViolationsInBothThemes(watched.page)).toEqual([])
    expect(watched.offences).toEqual([])
  })
})

/** Lines of text that nobody reads to their end, and fields that are far longer than what goes into them. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const widthOf = (element: Element): number => {
      if (element.matches('input, select, textarea')) return element.getBoundingClientRect().width
      const texts = Array.from(element.childNodes).filter((node) => node.nodeType === Node.TEXT_NODE)
      const range = document.createRange()
      const lines = texts.flatMap((node) => {
        range.selectNodeContents(node)
        return Array.from(range.getClientRects(), ({ width }) => width)
      })
      return Math.max(0, ...lines)
    }
    return Array.from(document.querySelectorAll('main :not(h1, h1 *)'), (element) => ({
      name: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60),
      width: Math.round(widthOf(element)),
    }))
      .filter(({ width }) => width > 1_000)
      .map(({ name, width }) => `${name}: ${width}`)
  })
}

/** Texts that end in an ellipsis or run out of their place. */
function cutOff(place: Locator): Promise<readonly string[]> {
  return place.evaluate((root) =>
    Array.from(root.querySelectorAll('span, p, a, label, button, option, legend, h2, h3'))
      .filter((element) => element.childElementCount === 0 && element.scrollWidth > element.clientWidth + 1)
      .filter((element) => getComputedStyle(element).display !== 'inline' && !element.matches('.sr-only'))
      .map((element) => (element.textContent ?? '').slice(0, 60)),
  )
}
