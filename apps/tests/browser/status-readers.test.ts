/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { idOf } from 'status/testing/pages'
import { seriousViolations } from './axe.ts'
import { overlapsOf } from './overlaps.ts'
import { isTakingPictures, pathOf } from './pictures.ts'
import { openShopPages } from './status-shop.ts'

setDefaultTimeout(60_000)

const { visit } = openShopPages()

describe('whatever a status page is read with', () => {
  test.each([
    ['shop', 'dark', 200],
    ['outage', 'dark', 200],
    ['maintained', 'light', 200],
    ['german', 'dark', 200],
    [`shop/components/${idOf(2)}`, 'dark', 200],
    ['shop/history', 'dark', 200],
    ['shop', 'dark', 100],
  ] as const)(
    'nothing of /%s lies on anything else at 320 px in %s with text of %d %%',
    async (path, theme, percent) => {
      await using watched = await visit(path, { width: 320, theme })
      const { page } = watched
      await page.evaluate((size) => {
        document.documentElement.style.fontSize = `${size}%`
      }, percent)
      expect(await overlapsOf(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    },
  )

  test.each(['en', 'de', 'ja'])('what belongs together stands together at 360 px in %s', async (language) => {
    const boxesOf = (page: Page, selector: string) =>
      page.locator(selector).evaluateAll((found) => found.map((one) => one.getBoundingClientRect()))
    /** How many lines each takes. */
    const linesOf = (page: Page, selector: string) =>
      page.locator(selector).evaluateAll((found) =>
        found.map((one) => {
          const range = document.createRange()
          range.selectNodeContents(one)
          return Math.round(range.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(one).lineHeight))
        }),
      )
    await using outage = await visit(`outage-${language}`, { width: 360 })
    const [since, impact] = await boxesOf(outage.page, '.banner p > span')
    expect(impact?.top === since?.top || impact?.left === since?.left).toBeTrue()
    await using component = await visit(`outage-${language}/components/${idOf(3)}`, { width: 360 })
    const lines = await linesOf(component.page, 'tbody th')
    expect(lines).toHaveLength(90)
    expect(Math.max(...lines)).toBe(1)
    await using maintenance = await visit(`maintained-${language}`, { width: 360 })
    const hours = await linesOf(maintenance.page, '.hours')
    expect(hours).toHaveLength(4)
    expect(Math.max(...hours)).toBe(1)
  })

  const looks = ([320, 1280] as const).flatMap((width) =>
    (['light', 'dark'] as const).map((theme) => ({ width, theme })),
  )
  test.each(looks)('there is no serious accessibility violation at $width px in $theme', async (look) => {
    for (const path of [
      'shop',
      'outage',
      'maintained',
      'stale',
      'shop/history',
      `shop/components/${idOf(2)}`,
      `outage/incidents/${idOf(300)}`,
    ]) {
      await using watched = await visit(path, look)
      expect(await seriousViolations(watched.page)).toEqual([])
      expect(watched.offences).toEqual([])
    }
  })

  test('every glyph and bar is seen in forced colours, and every link is a link where more contrast is wanted', async () => {
    await using watched = await visit('outage')
    const { page } = watched
    await page.emulateMedia({ forcedColors: 'active' })
    const paint = (selector: string, property: 'fill' | 'stroke' = 'fill') =>
      page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element)[name], property)
    expect(await paint('.s0')).not.toBe(await paint('.s1'))
    expect(await paint('.well', 'stroke')).toBe(await paint('.s0'))
    await page.emulateMedia({ forcedColors: 'none', contrast: 'more' })
    expect(
      await page
        .locator('.name a')
        .first()
        .evaluate((link) => getComputedStyle(link).textDecorationLine),
    ).toBe('underline')
  })

  test('on paper there is nothing that can only be clicked', async () => {
    await using watched = await visit('outage')
    await watched.page.emulateMedia({ media: 'print' })
    expect(await watched.page.getByRole('link', { name: 'Get updates' }).isVisible()).toBeFalse()
    expect(await watched.page.getByText('Checkout and payments is partly down.').isVisible()).toBeTrue()
  })
})

describe('a picture', () => {
  const pictures = [
    ['status-page-light', 'shop', {}],
    ['status-page-dark', 'shop', { theme: 'dark' }],
    ['status-page-narrow-dark', 'shop', { theme: 'dark', width: 360 }],
    ['status-page-incident-light', 'outage', {}],
    ['status-page-maintenance-light', 'maintained', {}],
    ['status-page-stale-dark', 'stale', { theme: 'dark' }],
    ['status-page-german-light', 'german', {}],
  ] as const
  test.each(pictures)('%s is of /%s without anything amiss', async (name, path, look) => {
    await using watched = await visit(path, look)
    const { page } = watched
    // What a page looks like once its font is there: on a first visit nobody waits for it.
    await page.reload()
    const sign = path === 'stale' ? page.getByText(/^Last updated/) : page.getByText('Live', { exact: true })
    await sign.waitFor()
    await page.evaluate(() => document.fonts.ready)
    if (isTakingPictures) await page.screenshot({ path: pathOf(name), fullPage: true })
    expect(watched.offences).toEqual([])
  })
})
