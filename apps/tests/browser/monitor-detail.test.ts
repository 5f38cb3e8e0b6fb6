/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { eventually } from '../src/eventually.ts'
import { addMonitor, signIn } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openDetailSite, past } from './detail-ground.ts'
import { takePicture } from './pictures.ts'

setDefaultTimeout(60_000)

const site = openDetailSite()
const wide = { width: 1280, height: 900 }
type Session = Exclude<BrowserContextOptions['storageState'], string | undefined>
let owner: Session
let viewer: Session

beforeAll(async () => {
  const sessionOf = async (account: typeof site.owner): Promise<Session> => {
    await using watched = await openPage(site.browser, { url: site.url })
    await signIn(watched.page, account)
    return await watched.page.context().storageState()
  }
  owner = await sessionOf(site.owner)
  viewer = await sessionOf(site.viewer)
}, 60_000)

async function open(search = '?range=24h', options: Omit<BrowserContextOptions, 'baseURL'> = {}) {
  const watched = await openPage(site.browser, { url: site.url, viewport: wide, storageState: owner, ...options })
  await watched.page.goto(`/monitors/${site.shopId}${search}`)
  return watched
}

const chartOf = (page: Page) => page.getByTestId('latency-chart')
const figure = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** The plot itself, without its axes. */
async function plotBox(page: Page) {
  // A chart is drawn anew where what it shows has changed.
  const box = await eventually('there is a plot', async () => {
    await chartOf(page).locator('canvas').waitFor()
    return (await chartOf(page).locator('.u-over').boundingBox()) ?? undefined
  })
  return box
}

const lineColour = [0x1a, 0x9c, 0x8b]

/** Whether these columns of the picture have a pixel in the colour of the lines. */
function hasLineAt(page: Page, columns: readonly number[]): Promise<boolean[]> {
  return chartOf(page)
    .locator('canvas')
    .evaluate(
      (canvas: HTMLCanvasElement, { columns, colour }) => {
        const { width } = canvas
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, canvas.height - 40).data ?? []
        const isLine = (at: number) =>
          colour.reduce((sum, part, index) => sum + Math.abs((pixels[at + index] ?? 0) - part), 0) < 40
        const rows = Array.from({ length: pixels.length / 4 / width }, (_, row) => row)
        return columns.map((x) => rows.some((row) => isLine((row * width + x) * 4)))
      },
      { columns, colour: lineColour },
    )
}

async function csvOf(page: Page, name: string): Promise<string> {
  const saved = page.waitForEvent('download')
  await figure(page, name).getByRole('button', { name: /^CSV/ }).click()
  return readFileSync(await (await saved).path(), 'utf8')
}

describe('the latency of a monitor', () => {
  test('says in a sentence what changed, and gives its numbers as a table and as a file', async () => {
    await using watched = await open()
    const { page } = watched
    const latency = figure(page, 'Latency')
    await latency.getByText(/^p95 rose from \d+ ms to \d+ ms at \d\d:\d\d\. \d+ checks failed\.$/).waitFor()
    await latency.getByRole('button', { name: 'View as table' }).click()
    const table = latency.getByRole('region', { name: 'Latency as a table' }).getByRole('table')
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'From',
      'Checks',
      'Failed',
      'p50',
      'p95',
      'p99',
    ])
    expect(await chartOf(page).count()).toBe(0)
    const [head, first = '', ...others] = (await csvOf(page, 'Latency')).trimEnd().split('\r\n')
    expect(head).toBe('from,checks,failed,p50_ms,p95_ms,p99_ms')
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,\d+,([\d.]+|),([\d.]+|),([\d.]+|)$/)
    expect(others.length + 1).toBe((await table.getByRole('row').count()) - 1)
    expect(watched.offences).toEqual([])
  })

  test('has a gap where nobody could look: no line, and no stroke over it', async () => {
    await using watched = await open()
    const { page } = watched
    const box = await plotBox(page)
    expect(Number(await chartOf(page).getAttribute('data-gaps'))).toBeGreaterThanOrEqual(3)
    const hours = [(past.gapHours[0] + past.gapHours[1]) / 2, past.gapHours[0] + 1.5, past.gapHours[1] - 1.5]
    const columns = hours.map((hoursAgo) => Math.round(56 + (box.width * (24 - hoursAgo)) / 24))
    expect(await hasLineAt(page, columns)).toEqual([false, true, true])
    expect(watched.offences).toEqual([])
  })

  test('is shown region by region; a key hides a line and its column', async () => {
    await using watched = await open()
    const { page } = watched
    await plotBox(page)
    await page.getByRole('checkbox', { name: 'By region' }).check()
    await page.waitForURL('**by=region**')
    await page.getByText(/^p95 is lowest in eu \(\d+ ms\) and highest in ap \(\d+ ms\)\.$/).waitFor()
    expect(await chartOf(page).getAttribute('data-lines')).toBe('eu us ap')
    const legend = page.getByRole('group', { name: 'Regions in the chart' })
    await legend.getByRole('button', { name: 'us' }).focus()
    await page.keyboard.press('Space')
    await page.waitForFunction(
      () => document.querySelector('[data-testid="latency-chart"]')?.getAttribute('data-lines') === 'eu ap',
    )
    expect(await legend.getByRole('button', { name: 'us' }).getAttribute('aria-pressed')).toBe('false')
    await figure(page, 'Latency').getByRole('button', { name: 'View as table' }).click()
    const heads = figure(page, 'Latency').getByRole('columnheader')
    expect(await heads.allTextContents()).toEqual(['From', 'eu', 'ap'])
    await legend.getByRole('button', { name: 'us' }).press('Space')
    await figure(page, 'Latency').getByRole('columnheader', { name: 'us' }).waitFor()
    expect(watched.offences).toEqual([])
  })

  test('is zoomed by dragging, shifted by keys, and Back takes each step back', async () => {
    await using watched = await open()
    const { page } = watched
    const box = await plotBox(page)
    await page.mouse.move(box.x + box.width * 0.25, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 110, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL('**from=**')
    const spanOf = () => {
      const { searchParams } = new URL(page.url())
      return ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? '')) as [number, number]
    }
    const [from, to] = spanOf()
    expect((to - from) / 3_600_000).toBeCloseTo(6, 0)
    await figure(page, 'Latency').getByRole('button', { name: / to / }).waitFor()
    await page.keyboard.press('[')
    await page.waitForURL((url) => url.searchParams.get('to') === new Date(from).toISOString().replace('.000', ''))
    expect(spanOf()).toEqual([from - (to - from), from])
    await page.keyboard.press(']')
    await page.waitForURL((url) => url.searchParams.get('from') === new Date(from).toISOString().replace('.000', ''))
    await page.reload()
    await plotBox(page)
    expect(spanOf()).toEqual([from, to])
    for (const _step of [1, 2, 3]) await page.goBack()
    await page.waitForURL('**?range=24h')
    expect(watched.offences).toEqual([])
  })

  test('is of any two instants that are asked for, within bounds', async () => {
    await using watched = await open()
    const { page } = watched
    await plotBox(page)
    await page.getByRole('button', { name: 'Other…' }).click()
    await page.getByLabel('From', { exact: true }).fill('2026-01-01T00:00')
    await page.getByLabel('To', { exact: true }).fill('2025-01-01T00:00')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('A minute to 90 days before the end.').waitFor()
    await page.getByLabel('To', { exact: true }).fill('2026-01-02T00:00')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL('**from=**')
    await page.getByText('No check has passed in this range.').first().waitFor()
    await page.getByRole('radio', { name: '24 h' }).check()
    await page.waitForURL((url) => !url.searchParams.has('from'))
    expect(watched.offences).toEqual([])
  })

  test('is laid over the stretch before, and a click on it opens the check', async () => {
    await using watched = await open('?range=1h')
    const { page } = watched
    await plotBox(page)
    await page.getByRole('checkbox', { name: 'Compare with before' }).check()
    await page.waitForFunction(() =>
      document.querySelector('[data-testid="latency-chart"]')?.getAttribute('data-lines')?.endsWith(' previous'),
    )
    expect(new URL(page.url()).searchParams.get('compare')).toBe('before')
    await page.getByRole('radio', { name: '24 h' }).check()
    await page.waitForURL((url) => !url.searchParams.has('range'))
    await page.getByText(/^p95 rose/).waitFor()
    const box = await plotBox(page)
    await page.mouse.click(box.x + box.width * (1 - (past.outageHours[0] - 0.25) / 24), box.y + 200)
    const dialog = page.getByRole('dialog', { name: /^Check from/ })
    await dialog.getByText('TCP_REFUSED').first().waitFor()
    expect(new URL(page.url()).searchParams.get('check')).toMatch(/Z~(eu|us|ap)$/)
    expect(watched.offences).toEqual([])
  })
})

describe('the phases of a monitor', () => {
  test('add up to the whole under a cursor that both charts share', async () => {
    await using watched = await open()
    const { page } = watched
    const panel = figure(page, 'Phases')
    await panel.getByText(/^Most of the time goes into Wait: 5\d% of it\.$/).waitFor()
    await page.getByTestId('phase-chart').locator('canvas').waitFor()
    const box = await plotBox(page)
    await page.mouse.move(box.x + box.width * 0.2, box.y + 100)
    const legend = panel.getByRole('group', { name: 'Phases in the chart' })
    await legend.getByText(/ms in all, /).waitFor()
    const [whole = 0, ...parts] =
      ((await legend.textContent()) ?? '')
        .match(/[\d.]+ (?=ms)/g)
        ?.map(Number)
        .toReversed() ?? []
    expect(parts).toHaveLength(5)
    expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - whole)).toBeLessThan(2)
    expect((await csvOf(page, 'Phases')).split('\r\n')[0]).toBe(
      'from,dns_ms,connect_ms,tls_ms,wait_ms,download_ms,total_ms',
    )
    expect(watched.offences).toEqual([])
  })
})

describe('the uptime of a monitor', () => {
  test('stands beside its reachability, and the seconds of its formula add up to the range', async () => {
    await using watched = await open()
    const { page } = watched
    const panel = figure(page, 'Uptime and reachability')
    for (const range of ['24h', '7d', '30d', '90d']) {
      const answer = await page.request.get(`/api/v1/monitors/${site.shopId}/uptime?range=${range}`)
      const { summary } = (await answer.json()) as {
        summary: { uptimePercent: number; reachability: { percent: number } }
      }
      await panel
        .getByText(`${summary.uptimePercent.toFixed(3)} %`, { exact: false })
        .first()
        .waitFor()
      await panel
        .getByText(`Reachability ${summary.reachability.percent.toFixed(3)} %`)
        .first()
        .waitFor()
      expect(summary.uptimePercent).not.toBe(summary.reachability.percent)
    }
    await panel.getByRole('button', { name: 'How is this computed?' }).click()
    const dialog = page.getByRole('dialog', { name: 'How uptime is computed' })
    const rows = dialog.getByRole('row')
    await rows.nth(8).waitFor()
    const names = (await dialog.getByRole('rowheader').allTextContents()).map((name) => name.trim())
    expect(names).toEqual([
      'Up',
      'Degraded',
      'Down',
      'Unknown',
      'Maintenance',
      'Paused',
      'Not watched yet',
      '= the range',
      'Uptime',
    ])
    const seconds = await dialog
      .locator('tr')
      .evaluateAll((lines) =>
        lines.map((line) =>
          Array.from(line.querySelectorAll('[data-seconds]'), (cell) => Number((cell as HTMLElement).dataset.seconds)),
        ),
      )
    const parts = seconds.slice(1, 8)
    const whole = seconds[8] ?? []
    expect(whole).toEqual([1, 7, 30, 90].map((days) => days * 86_400))
    for (const [column, range] of whole.entries()) {
      expect(parts.reduce((sum, part) => sum + (part[column] ?? Number.NaN), 0)).toBeCloseTo(range, 3)
    }
    expect(await seriousViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test('is told day by day: by arrows, Home and End, pointed at, pinned, and closed by Escape', async () => {
    await using watched = await open()
    const { page } = watched
    const days = page.getByRole('group', { name: 'Uptime day by day' }).getByRole('button')
    await days.first().waitFor()
    expect(await days.count()).toBe(90)
    expect(await days.evaluateAll((all) => all.filter((day) => (day as HTMLElement).tabIndex === 0).length)).toBe(1)
    const unknown = page.locator('[data-day="unknown"]')
    expect(await unknown.count()).toBe(90 - past.watchedDays - 1)
    expect(await unknown.locator('[data-status="up"]').count()).toBe(0)
    const card = page.getByTestId('day-card')
    await days.last().focus()
    await card.getByText(/^never down|^down /).waitFor()
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.place)
    for (const [key, place] of [
      ['ArrowLeft', '88'],
      ['Home', '0'],
      ['End', '89'],
    ] as const) {
      await page.keyboard.press(key)
      expect(await focused()).toBe(place)
    }
    await page.keyboard.press('Home')
    await card.getByText('no data').waitFor()
    const bad = days.filter({ has: page.locator('[data-status="down"]') }).first()
    expect(await bad.getAttribute('aria-label')).toMatch(/^\w+,? \d+ \w+: \d+\.\d{3} %, down 3 h, 1 outage$/)
    await bad.hover()
    await card.getByText('down 3 h, 1 outage').waitFor()
    await bad.click()
    await page.mouse.move(10, 10)
    await card.getByText('down 3 h, 1 outage').waitFor()
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'detached' })
    // Today has not passed yet: its bar is as wide as what has.
    const widthOf = async (index: number) => (await days.nth(index).locator('> span').boundingBox())?.width ?? 0
    const share = Math.max(0.15, (Date.now() % 86_400_000) / 86_400_000)
    expect((await widthOf(89)) / (await widthOf(88))).toBeCloseTo(share, 1)
    for (const [width, count] of [
      [1_000, 60],
      [600, 30],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.waitForFunction((wanted) => document.querySelectorAll('[data-day]').length === wanted, count)
    }
    expect(watched.offences).toEqual([])
  })
})

describe('the regions and hours of a monitor', () => {
  test('show which region disagrees, and a key opens its check', async () => {
    await using watched = await open()
    const { page } = watched
    const panel = figure(page, 'Regions')
    await panel.getByText('ap disagrees in 3 of the last 30 checks.').waitFor()
    const cells = panel.getByRole('button', { name: /^(eu|us|ap) at / })
    expect(await cells.count()).toBe(90)
    expect(await panel.getByRole('button', { name: /: Down$/ }).count()).toBe(3)
    const failed = panel.getByRole('button', { name: /^ap at .*: Down$/ }).last()
    await failed.focus()
    await page.keyboard.press('ArrowUp')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^us at .*: Up$/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Check from ap' }).getByText('TCP_REFUSED').first().waitFor()
    expect(new URL(page.url()).searchParams.get('check')).toMatch(/Z~ap$/)
    expect(watched.offences).toEqual([])
  })

  test('show at what hours it is slow and fails, and the same as a table', async () => {
    await using watched = await open()
    const { page } = watched
    const panel = figure(page, 'Hour by hour')
    await panel.getByText(/^Over 7 days the slowest hour began at/).waitFor()
    const steps = await panel
      .locator('[data-step]')
      .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.step))
    expect(new Set(steps).has('0') && new Set(steps).has('4')).toBe(true)
    expect(await panel.locator('[data-failing]').count()).toBeGreaterThanOrEqual(1)
    await panel.getByRole('button', { name: 'View as table' }).click()
    const rows = panel.getByRole('region', { name: 'Hour by hour as a table' }).getByRole('row')
    expect(await rows.count()).toBeGreaterThanOrEqual(past.ticksHours - 1)
    expect(watched.offences).toEqual([])
  })
})

describe('what a monitor is known by', () => {
  test('is its certificate, with a warning five days before its end, and its records', async () => {
    await using watched = await open()
    const { page } = watched
    const panel = page.getByRole('region', { name: 'Certificate' })
    const warning = panel.getByText('Expires in 5 days.')
    await warning.waitFor()
    expect(await warning.locator('svg [fill="var(--degraded)"]').count()).toBe(1)
    for (const text of ['CN=Test Authority', 'shop.example, www.shop.example'])
      await panel.getByText(text, { exact: true }).waitFor()
    expect(await panel.getByRole('region', { name: 'Chain' }).getByRole('listitem').count()).toBe(2)
    await page.getByRole('region', { name: 'DNS records' }).getByText('192.0.2.2').waitFor()
    expect(watched.offences).toEqual([])
  })

  test('goes into a link that shows the same stretch tomorrow', async () => {
    await using watched = await openPage(site.browser, {
      url: site.url.replace('127.0.0.1', 'localhost'),
      viewport: wide,
    })
    const { page } = watched
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await signIn(page, site.owner, `/monitors/${site.shopId}?range=7d&by=region`)
    await page.getByRole('button', { name: 'Share link' }).click()
    await page.getByText('The link is copied.').first().waitFor()
    const shared = new URL(await page.evaluate(() => navigator.clipboard.readText()))
    const [from, to] = ['from', 'to'].map((name) => Date.parse(shared.searchParams.get(name) ?? ''))
    expect((to ?? 0) - (from ?? 0)).toBe(7 * 86_400_000)
    expect(shared.searchParams.get('by')).toBe('region')
    expect(watched.offences).toEqual([])
  })
})

describe('the screen of a monitor', () => {
  test('says that it was deleted while somebody looked, and to whom may know by whom', async () => {
    await using mine = await openPage(site.browser, { url: site.url, viewport: wide, storageState: owner })
    mine.expectStatus(404)
    await mine.page.goto('/monitors')
    const { id } = await addMonitor(mine.page, { name: 'kiosk', url: 'http://127.0.0.1:9/', intervalSeconds: 60 })
    await using theirs = await openPage(site.browser, { url: site.url, viewport: wide, storageState: viewer })
    theirs.expectStatus(404)
    for (const { page } of [mine, theirs]) {
      await page.goto(`/monitors/${id}`)
      await page.getByText('Live', { exact: true }).last().waitFor()
      await page.getByRole('heading', { name: '90 days' }).waitFor()
    }
    expect((await mine.page.request.delete(`/api/v1/monitors/${id}`, { headers: { origin: site.url } })).status()).toBe(
      204,
    )
    for (const { page } of [mine, theirs])
      await page.getByRole('heading', { level: 1, name: 'kiosk was deleted.' }).waitFor()
    await mine.page.getByText(`${site.owner.username} deleted it at`).waitFor()
    await theirs.page.getByText('Somebody of your workspace deleted it while you looked at it.').waitFor()
    expect([...mine.offences, ...theirs.offences]).toEqual([])
  })

  test('is of another workspace what it is of an id that never was', async () => {
    const texts: string[] = []
    for (const id of [site.foreignId, crypto.randomUUID()]) {
      await using watched = await openPage(site.browser, { url: site.url, viewport: wide, storageState: owner })
      watched.expectStatus(404)
      await watched.page.goto(`/monitors/${id}`)
      await watched.page.getByRole('heading', { name: 'There is no monitor here.' }).waitFor()
      texts.push((await watched.page.getByRole('main').textContent()) ?? '')
      expect(watched.offences).toEqual([])
    }
    expect(texts[0]).toBe(texts[1] ?? '')
  })

  test('keeps its other parts where one cannot be read, and reads that again', async () => {
    await using watched = await open('')
    watched.expectStatus(500)
    const { page } = watched
    await page.route('**/uptime?range=90d', (route) =>
      route.fulfill({
        status: 500,
        headers: { 'x-request-id': 'req-of-days' },
        json: { code: 'internal', title: 'Internal error' },
      }),
    )
    await page.reload()
    const panel = figure(page, '90 days')
    await panel.getByText('req-of-days').waitFor()
    await chartOf(page).locator('canvas').waitFor()
    await page.unroute('**/uptime?range=90d')
    await panel.getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('group', { name: 'Uptime day by day' }).waitFor()
    await panel.getByRole('alert').waitFor({ state: 'detached' })
    expect(watched.offences).toEqual([])
  })

  test.each([
    [1_280, 'light'],
    [1_280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)(
    'fits into a window of %i pixels, %s, with a limit in sight and nothing in the way of anybody',
    async (width, colorScheme) => {
      await using watched = await open('?range=24h&by=region', { viewport: { width, height: 900 }, colorScheme })
      const { page } = watched
      await plotBox(page)
      await page.getByRole('group', { name: 'Uptime day by day' }).waitFor()
      await page.getByText('ap disagrees in 3 of the last 30 checks.').waitFor()
      await page.getByRole('region', { name: 'Certificate' }).waitFor()
      const isTooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      )
      expect(isTooWide).toBe(false)
      expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2_000)
      expect(await seriousViolations(page)).toEqual([])
      await page.getByRole('radio', { name: '1 h' }).check()
      await page.waitForURL('**range=1h**')
      const pictures = page.getByRole('button', { name: 'View as table' })
      while ((await pictures.count()) > 0) await pictures.first().click()
      expect(await seriousViolations(page)).toEqual([])
      if (process.env.UPDATE_SCREENSHOTS === '1' && width === 1_280) {
        await page.goto(`/monitors/${site.shopId}?range=24h`)
        await page.getByText(/^p95 rose/).waitFor()
        await plotBox(page)
        await takePicture(page, `monitor-${colorScheme}`)
      }
      expect(watched.offences).toEqual([])
    },
  )
})
