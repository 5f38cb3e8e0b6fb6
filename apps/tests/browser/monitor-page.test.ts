/// <reference lib="dom" />
import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { addMonitor, addTicks } from '@repo/db/testing/populate'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, type Watched } from '@repo/domain/testing'
import type { BrowserContextOptions } from 'playwright-core'
import { signIn } from './account.ts'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { openDetailSite } from './detail-ground.ts'
import { turn } from './theme.ts'
import { openWebsite } from './website.ts'

setDefaultTimeout(60_000)

const site = openDetailSite()
type Session = Exclude<BrowserContextOptions['storageState'], string | undefined>
let owner: Session
/** Watched from more regions than a chart can tell apart. */
let everywhereId: MonitorId
const regions = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9'].map(parseRegion)

beforeAll(async () => {
  everywhereId = await addEverywhere()
  await using watched = await openPage(site.browser, { url: site.url })
  await signIn(watched.page, site.owner)
  owner = await watched.page.context().storageState()
}, 60_000)

const MINUTE_MS = 60_000

async function addWatched(monitor: Parameters<typeof addMonitor>[2]): Promise<Watched> {
  const { sql } = site.database
  const { rows } = await sql.execute<{ id: WorkspaceId }>(
    `select workspace_id as id from monitor where id = '${site.shopId}'`,
  )
  return sql.transaction((tx) => addMonitor(tx, rows[0]?.id as WorkspaceId, monitor))
}

async function addEverywhere(): Promise<MonitorId> {
  const { sql } = site.database
  const spec = { kind: 'http', url: 'https://everywhere.example/' }
  const watched = await addWatched({ name: 'everywhere', spec, regions })
  await sql.execute(
    `update monitor set paused_at = now(), created_at = now() - interval '3 days' where monitor_key = ${watched.monitorKey}`,
  )
  const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const looks = Array.from({ length: 50 }, (_, ago) => nowMs - (ago + 1) * MINUTE_MS).flatMap((scheduledAtMs) =>
    regions.map((region, index) => {
      const total = (40 + 25 * index) * 1_000 + (scheduledAtMs % 7) * 1_000
      const phases = {
        ...{ dns: null, connect: Math.round(total / 5), tls: null, firstByte: total - 2 * Math.round(total / 5) },
        ...{ transfer: Math.round(total / 5), total },
      }
      return { region, scheduledAtMs, startedAtMs: scheduledAtMs + 3, outcome: makeOutcome('up', { phases }) }
    }),
  )
  await addTicks(sql, watched, looks)
  return watched.id
}

function open(options: Omit<BrowserContextOptions, 'baseURL'> = {}) {
  return openPage(site.browser, {
    ...{ url: site.url, viewport: { width: 1_280, height: 900 }, storageState: owner },
    ...options,
  })
}

describe('the figures of a monitor', () => {
  test.each([
    ['en', 1_280],
    ['de', 1_280],
    ['de', 1_024],
    ['de', 360],
  ] as const)('are whole in %s at %i pixels, however long, and stand on one line', async (locale, width) => {
    await using watched = await open({ locale, viewport: { width, height: 900 } })
    const { page } = watched
    await page.route('**/series?range=24h', async (route) => {
      const answer = await route.fetch()
      const series = await answer.json()
      const counts = { checks: 1_296_000, up: 1_294_700, degraded: 12, down: 54, unknown: 1_234 }
      Object.assign(series.summary, counts, { p50Ms: 12_345, p95Ms: 59_999, p99Ms: 59_999 })
      await route.fulfill({ response: answer, json: series })
    })
    await page.goto(`/monitors/${site.shopId}?range=24h`)
    const tiles = page.locator('dl').first()
    await tiles.getByText(locale === 'de' ? '1.234 unbekannt' : '1,234 unknown').waitFor()
    const cut = await tiles
      .locator('dt, dd')
      .evaluateAll((parts) =>
        parts
          .filter(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
            [scrollWidth > clientWidth, scrollHeight > clientHeight + 1].includes(true),
          )
          .map(({ textContent }) => textContent),
      )
    expect(cut).toEqual([])
    if (width > 1_000) {
      const tops = await tiles
        .locator('dd.num')
        .evaluateAll((values) => values.map((value) => Math.round(value.getBoundingClientRect().top)))
      expect(new Set(tops).size).toBe(1)
    }
    if (process.env.LOOK) await tiles.screenshot({ path: `${process.env.LOOK}/tiles-${locale}-${width}.png` })
    expect(watched.offences).toEqual([])
  })
})

describe('the latency of many regions', () => {
  test('is a line for each of six, and one band for all others, which a key hides with its columns', async () => {
    await using watched = await open()
    const { page } = watched
    await page.goto(`/monitors/${everywhereId}?range=1h&by=region`)
    const chart = page.getByTestId('latency-chart')
    await page.waitForFunction(
      () =>
        document.querySelector('[data-testid="latency-chart"]')?.getAttribute('data-lines') ===
        'r1 r2 r3 r4 r5 r6 others others-least',
    )
    await page.getByText(/^p95 is lowest in r1 \(\d+ ms\) and highest in r9 \(\d+ ms\)\.$/).waitFor()
    const legend = page.getByRole('group', { name: 'Regions in the chart' })
    expect(await legend.getByRole('button').allTextContents()).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6', '3 others'])
    const box = await chart.locator('.u-over').boundingBox()
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 40)
    await legend.getByText(/^1\d\d ms to 2\d\d ms$/).waitFor()
    if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/others.png` })
    await legend.getByRole('button', { name: '3 others' }).press('Space')
    await page.waitForFunction(
      () => document.querySelector('[data-testid="latency-chart"]')?.getAttribute('data-lines') === 'r1 r2 r3 r4 r5 r6',
    )
    expect(watched.offences).toEqual([])
  })
})

describe('a look that somebody asks for', () => {
  test('has a row for each region, filled as it answers, and a point on the chart', async () => {
    await using website = openWebsite()
    const here = parseRegion('local')
    const far = parseRegion('far')
    const spec = { kind: 'http', url: website.url }
    const asked = await addWatched({ name: 'asked', spec, regions: [here, far] })
    await using watched = await open()
    const { page } = watched
    await page.goto(`/monitors/${asked.id}?range=1h`)
    await page.getByText('Live', { exact: true }).last().waitFor()
    const answered = page.waitForResponse('**/check')
    await page.getByRole('button', { name: 'Check now' }).click()
    const { scheduledAt } = (await (await answered).json()) as { scheduledAt: string }
    const panel = page.getByRole('region', { name: 'Checked now' })
    const row = (name: string) => panel.getByRole('listitem').filter({ hasText: name })
    await row('local').getByText('Up', { exact: true }).waitFor()
    await panel.getByText('1 of 2 regions answered.').waitFor()
    await row('far').getByText('Checking…').waitFor({ state: 'attached' })
    const button = page.getByRole('button', { name: 'Checking…' })
    expect(await button.isDisabled()).toBe(true)
    await page.waitForFunction(() => document.querySelector('[data-points="1"]') !== null)
    if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/now-1.png` })
    // Nobody works in the other region: its answer is written as its agent would have it written.
    const scheduledAtMs = Date.parse(scheduledAt)
    const failed = { scheduledAtMs, startedAtMs: scheduledAtMs + 3, outcome: makeOutcome('down') }
    await addTicks(site.database.sql, asked, [{ region: far, ...failed }])
    await row('far').getByText('Down', { exact: true }).waitFor()
    await panel.getByText('2 of 2 regions answered.').waitFor()
    expect(await page.getByRole('button', { name: 'Check now' }).isEnabled()).toBe(true)
    await page.waitForFunction(() => document.querySelector('[data-points="2"]') !== null)
    expect(await seriousViolations(page)).toEqual([])
    if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/now-2.png` })
    if (process.env.LOOK) {
      await page.setViewportSize({ width: 360, height: 900 })
      await page.screenshot({ path: `${process.env.LOOK}/now-360.png` })
    }
    await row('local').getByRole('button').click()
    await page.getByRole('dialog', { name: 'Check from local' }).waitFor()
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Put away' }).click()
    await panel.waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.querySelector('[data-points="0"]') !== null)
    expect(watched.offences).toEqual([])
  })
})

describe('the phases of a check', () => {
  test('have textures beside their colours, where colours are forced too, and that which failed is hatched', async () => {
    await using website = openWebsite()
    const here = parseRegion('local')
    const watchedOne = await addWatched({ name: 'cut off', spec: { kind: 'http', url: website.url }, regions: [here] })
    const { sql } = site.database
    await sql.execute(`update monitor set paused_at = now() where monitor_key = ${watchedOne.monitorKey}`)
    const scheduledAtMs = Date.now() - MINUTE_MS
    const phases = { dns: 4_000, connect: 9_996_000, tls: null, firstByte: null, transfer: null, total: 10_000_000 }
    const outcome = makeOutcome('down', { code: 'TCP_TIMEOUT', phases })
    await addTicks(sql, watchedOne, [{ region: here, scheduledAtMs, startedAtMs: scheduledAtMs + 3, outcome }])
    for (const forcedColors of ['none', 'active'] as const) {
      await using watched = await open({ forcedColors })
      const { page } = watched
      await page.goto(`/monitors/${watchedOne.id}?range=1h`)
      const panel = page.getByRole('region', { name: 'Where the time goes' })
      await panel.getByText('failed here').waitFor()
      expect(
        await panel
          .locator('div[aria-hidden=true] [data-texture]')
          .evaluateAll((all) => all.map((part) => (part as HTMLElement).dataset.texture)),
      ).toEqual(['0', 'failed'])
      if (process.env.LOOK) await panel.screenshot({ path: `${process.env.LOOK}/failed-${forcedColors}.png` })
      await page.goto(`/monitors/${everywhereId}?range=1h`)
      const legend = page.getByRole('group', { name: 'Phases in the chart' })
      const samples = legend.locator('[data-texture]')
      await samples.nth(2).waitFor()
      expect(await samples.evaluateAll((all) => all.map((sample) => (sample as HTMLElement).dataset.texture))).toEqual([
        '1',
        '3',
        '4',
      ])
      const box = await page.getByTestId('phase-chart').locator('.u-over').boundingBox()
      await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 40)
      await legend.getByText(/ms in all, /).waitFor()
      const numbers = ((await legend.textContent()) ?? '').match(/[\d.]+ (?=ms)/g)?.map(Number) ?? []
      const whole = numbers.pop()
      expect(numbers.reduce((sum, part) => sum + part, 0)).toBe(whole ?? -1)
      if (process.env.LOOK)
        await page
          .getByRole('region', { name: 'Phases', exact: true })
          .screenshot({ path: `${process.env.LOOK}/phases-${forcedColors}.png` })
      expect(watched.offences).toEqual([])
    }
  })
})

describe('a monitor that goes with others', () => {
  test('says who deleted them all', async () => {
    const gone = await addWatched({ name: 'one of many', spec: { kind: 'http', url: 'http://127.0.0.1:9/' } })
    await using watched = await open()
    watched.expectStatus(404)
    const { page } = watched
    await page.goto(`/monitors/${gone.id}`)
    await page.getByText('Live', { exact: true }).last().waitFor()
    await page.getByRole('heading', { name: '90 days' }).waitFor()
    const answer = await page.request.post('/api/v1/monitors/bulk', {
      headers: { origin: site.url },
      data: { action: 'delete', ids: [gone.id] },
    })
    expect(answer.status()).toBe(200)
    await page.getByRole('heading', { level: 1, name: 'one of many was deleted.' }).waitFor()
    await page.getByText(`${site.owner.username} deleted it at`).waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('the parts of a monitor', () => {
  test('have an address each, keep the stretch of time, and Back goes to the one before', async () => {
    await using watched = await open()
    const { page } = watched
    await page.goto(`/monitors/${site.shopId}?range=7d`)
    const parts = page.getByRole('navigation', { name: 'Parts of the monitor' })
    await page.getByTestId('latency-chart').locator('canvas').waitFor()
    const shown = [
      ['Checks', () => page.getByRole('region', { name: 'Checks as a table' }).getByRole('row').nth(20)],
      ['Incidents', () => page.getByText('It has had no incident.')],
      ['Settings', () => page.getByRole('region', { name: 'Hangs on' })],
    ] as const
    for (const [name, sight] of shown) {
      await parts.getByRole('link', { name }).focus()
      await page.keyboard.press('Enter')
      await sight().waitFor()
      if (name === 'Settings') expect(await page.getByText('Website', { exact: true }).count()).toBe(1)
      expect(await parts.locator('[aria-current=page]').allTextContents()).toEqual([name])
      const { searchParams } = new URL(page.url())
      expect([searchParams.get('tab'), searchParams.get('range')]).toEqual([name.toLowerCase(), '7d'])
      expect(await page.getByTestId('latency-chart').count()).toBe(0)
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [360, 1_280]) {
          await turn(page, colorScheme)
          await page.setViewportSize({ width, height: 900 })
          expect(await seriousViolations(page)).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
          if (process.env.LOOK)
            await page.screenshot({ path: `${process.env.LOOK}/tab-${name}-${colorScheme}-${width}.png` })
        }
      }
    }
    await page.goBack()
    await page.getByText('It has had no incident.').waitFor()
    await page.reload()
    await page.getByText('It has had no incident.').waitFor()
    await parts.getByRole('link', { name: 'Overview' }).click()
    await page.waitForURL('**?range=7d')
    expect(watched.offences).toEqual([])
  })
})

describe('the checks of a monitor', () => {
  test('are of all its regions or of one, page by page, by an address', async () => {
    await using watched = await open()
    const { page } = watched
    await page.goto(`/monitors/${everywhereId}`)
    await page.getByRole('link', { name: 'All checks' }).click()
    const table = page.getByRole('region', { name: 'Checks as a table' })
    await table.getByRole('cell', { name: 'r1', exact: true }).first().waitFor()
    await page.getByRole('combobox', { name: 'Region' }).selectOption('r7')
    await table.getByRole('cell', { name: 'r1', exact: true }).first().waitFor({ state: 'detached' })
    await table.getByRole('row').nth(50).waitFor()
    expect(await table.getByRole('cell', { name: 'r7', exact: true }).count()).toBe(50)
    expect(new URL(page.url()).search).toBe('?tab=checks&region=r7')
    await page.reload()
    await table.getByRole('cell', { name: 'r7', exact: true }).first().waitFor()
    expect(await table.getByRole('cell', { name: 'r1', exact: true }).count()).toBe(0)
    await page.goBack()
    await page.getByRole('region', { name: 'Latest checks', exact: true }).waitFor()
    expect(watched.offences).toEqual([])
  })
})

describe('a monitor that cannot be read', () => {
  test.each(['light', 'dark'] as const)(
    'says so with the request in question, %s, and is read again',
    async (colorScheme) => {
      await using watched = await open({ colorScheme })
      watched.expectStatus(500)
      const { page } = watched
      const problem = { code: 'internal', title: 'Internal error' }
      const failing = { status: 500, headers: { 'x-request-id': 'req-of-it' }, json: problem }
      await page.route(`**/api/v1/monitors/${site.shopId}`, (route) => route.fulfill(failing))
      await page.route('**/phases?*', (route) => route.fulfill(failing))
      await page.goto(`/monitors/${site.shopId}?range=24h`)
      const alert = page.getByRole('main').getByRole('alert')
      await alert.getByText('req-of-it').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/error-whole-${colorScheme}.png` })
      await page.unroute(`**/api/v1/monitors/${site.shopId}`)
      await alert.getByRole('button', { name: 'Retry' }).click()
      const phases = page.getByRole('region', { name: 'Phases', exact: true })
      await phases.getByText('req-of-it').waitFor()
      await page.getByTestId('latency-chart').locator('canvas').waitFor()
      expect(await seriousViolations(page)).toEqual([])
      if (process.env.LOOK) await phases.screenshot({ path: `${process.env.LOOK}/error-panel-${colorScheme}.png` })
      if (process.env.LOOK) {
        await page.goto(`/monitors/${site.shopId}?range=90d`)
        await page.getByRole('group', { name: 'Uptime day by day' }).waitFor()
        await page.getByTestId('latency-chart').locator('canvas').waitFor()
        await page.screenshot({ path: `${process.env.LOOK}/ninety-${colorScheme}.png`, fullPage: true })
      }
      expect(watched.offences).toEqual([])
    },
  )
})
