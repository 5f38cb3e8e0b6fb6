import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { root } from '../src/program.ts'
import { openPage } from './chromium.ts'
import { isTakingPictures, pathOf } from './pictures.ts'
import { openDashboard } from './static-site.ts'
import { standStill, stillPaths } from './still-life.ts'

setDefaultTimeout(60_000)

/** `UPDATE_SNAPSHOTS=1 bun test …` writes them anew: then look at each of them. */
const isUpdate = process.env.UPDATE_SNAPSHOTS === '1'
const folder = join(import.meta.dir, 'snapshots')
/** Where a picture is written that is another than it should be. */
const differences = join(root, 'node_modules', '.cache', 'snapshots')
/** Of all pixels. Another version of the browser draws letters a little differently, and a moved line moves thousands. */
const allowedShare = 0.0015

const screens = [
  { name: 'overview', path: '/', ready: (page: Page) => page.getByText('docs').last() },
  { name: 'monitors', path: '/monitors', ready: (page: Page) => page.getByRole('link', { name: 'checkout' }) },
  { name: 'incidents', path: '/incidents', ready: (page: Page) => page.getByRole('link', { name: 'search' }) },
  { name: 'system', path: '/system', ready: (page: Page) => page.getByRole('cell', { name: 'us-east' }) },
  { name: 'maintenance', path: '/maintenance', ready: (page: Page) => page.getByText('Updates') },
  { name: 'groups', path: '/monitors?view=groups', ready: (page: Page) => page.getByText('The shop') },
  { name: 'monitor', path: stillPaths.monitor, ready: (page: Page) => page.locator('.uplot canvas').first() },
  { name: 'incident', path: stillPaths.incident, ready: (page: Page) => page.getByText('on its way') },
  { name: 'account', path: '/settings', ready: (page: Page) => page.getByText('ada@shop.example').first() },
  { name: 'alerts', path: '/alerts', ready: (page: Page) => page.getByText('#outages').last() },
]

const dashboard = openDashboard({ isWhole: true })

interface Look {
  readonly width: 1280 | 360
  readonly theme: 'light' | 'dark'
  readonly forced?: boolean
  readonly contrast?: 'more'
}

async function take({ path, ready }: (typeof screens)[number], { width, theme, forced = false, contrast }: Look) {
  await using watched = await openPage(dashboard.browser, {
    url: dashboard.url,
    colorScheme: theme,
    forcedColors: forced ? 'active' : 'none',
    reducedMotion: 'reduce',
    ...(contrast && { contrast }),
    timezoneId: 'UTC',
    viewport: { width, height: width === 360 ? 800 : 900 },
  })
  const { page } = watched
  const unanswered = await standStill(page)
  await page.goto(path)
  await ready(page).waitFor()
  await page.getByText('Live', { exact: true }).last().waitFor({ state: 'attached' })
  await page.evaluate(() => document.fonts.ready)
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  expect(unanswered).toEqual([])
  expect(watched.offences).toEqual([])
  return picture
}

/** Compares a picture with the one that is kept. @returns the share of its pixels that are others. */
function compare(name: string, picture: Buffer): number {
  const path = join(folder, `${name}.png`)
  if (isUpdate) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, picture)
    return 0
  }
  if (!existsSync(path)) throw new Error(`no snapshot ${name}: write it with UPDATE_SNAPSHOTS=1, and look at it`)
  const [kept, now] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(picture)]
  expect([now.width, now.height]).toEqual([kept.width, kept.height])
  const difference = new PNG({ width: kept.width, height: kept.height })
  const others = pixelmatch(kept.data, now.data, difference.data, kept.width, kept.height, { threshold: 0.2 })
  const share = others / (kept.width * kept.height)
  if (share > allowedShare) {
    mkdirSync(differences, { recursive: true })
    writeFileSync(join(differences, `${name}.png`), picture)
    writeFileSync(join(differences, `${name}-difference.png`), PNG.sync.write(difference))
  }
  return share
}

describe.each(screens)('$name', (screen) => {
  for (const width of [1280, 360] as const) {
    for (const theme of ['light', 'dark'] as const) {
      test(`looks at ${width} px in ${theme} as it was last seen to`, async () => {
        const picture = await take(screen, { width, theme })
        expect(compare(`${screen.name}-${width}-${theme}`, picture)).toBeLessThanOrEqual(allowedShare)
        if (screen.name === 'monitors' && isTakingPictures)
          writeFileSync(pathOf(width === 360 ? `list-narrow-${theme}` : `list-${theme}`), picture)
      })
    }
  }
})

test.each([
  ['where colours are forced, states differ by their shapes', 'forced', { theme: 'dark', forced: true }],
  [
    'where more contrast is asked for, lines and quiet texts are strong',
    'contrast',
    { theme: 'light', contrast: 'more' },
  ],
] as const)('%s', async (_, name, look) => {
  const monitors = screens.find((screen) => screen.name === 'monitors')
  if (!monitors) throw new Error('no screen')
  const picture = await take(monitors, { width: 1280, ...look })
  expect(compare(`monitors-1280-${name}`, picture)).toBeLessThanOrEqual(allowedShare)
})
