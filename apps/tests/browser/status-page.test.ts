/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { shownAtMs } from 'status/testing/pages'
import { openPage } from './chromium.ts'
import { openShopPages } from './status-shop.ts'

setDefaultTimeout(60_000)

const { pages, visit } = openShopPages()

describe('a status page', () => {
  test('is whole without a script', async () => {
    await using watched = await visit('outage', { javaScriptEnabled: false })
    const { page } = watched
    const main = page.getByRole('main')
    await main.getByRole('heading', { name: 'Checkout and payments is partly down. Search is degraded.' }).waitFor()
    await main.getByRole('article').filter({ hasText: 'Card payments are refused' }).getByText('Monitoring').waitFor()
    await main.getByRole('img', { name: 'Search: the last 90 days' }).waitFor()
    await main.getByRole('link', { name: 'RSS' }).waitFor()
    await page.getByText('Cards', { exact: true }).waitFor({ state: 'hidden' })
    await page.getByText('2 parts').click()
    await page.getByRole('link', { name: 'Cards', exact: true }).waitFor()
    await page.getByText('How uptime is computed').click()
    await page.getByText('Uptime = 1 − down ÷').waitFor()
    await page.getByRole('link', { name: 'Search', exact: true }).click()
    await page.getByRole('table', { name: 'Search, day by day' }).waitFor()
    expect(await page.getByRole('row').count()).toBe(91)
    expect(watched.offences).toEqual([])
  })

  test('says that everything works once it does, while the bar of today keeps what was', async () => {
    await using watched = await visit('recovered')
    const { page } = watched
    await page.getByRole('heading', { name: 'Everything works.' }).waitFor()
    const bars = page.getByRole('slider', { name: 'Search: the last 90 days' })
    expect(await bars.getAttribute('aria-valuetext')).toBe('Sunday 29 November: 90.909 %, down for 1 h 20 min')
    expect(await bars.locator('path.s2').count()).toBe(1)
  })

  test('says how old it is where nobody can be asked', async () => {
    await using watched = await visit('stale')
    await watched.page.getByText('Last updated 14:35, live data unavailable').waitFor()
    await using other = await visit('shop')
    await other.page.getByText('live data unavailable').waitFor({ state: 'hidden' })
  })

  test('tells times to whoever reads by their own clock, and by that of UTC to who points at one', async () => {
    await using watched = await visit('shop', { timezoneId: 'America/New_York' })
    const { page } = watched
    await page.getByText('Since 09:02, for 38 min.').waitFor()
    expect(await page.locator('.banner time').getAttribute('title')).toBe('29 Nov, 14:02 UTC')
    await page.getByText('Times in GMT-5').waitFor()
  })

  test('runs nothing of what people have written on it', async () => {
    await using watched = await visit('hostile')
    const { page } = watched
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await page.reload()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('<script>alert(1)</script>').first().waitFor()
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('main img, iframe, main svg svg').count()).toBe(0)
    expect(dialogs).toEqual([])
    // A refused load or script would be said in the console.
    expect(watched.offences).toEqual([])
  })

  test('has fewer than 2,500 nodes with fifty components', async () => {
    await using watched = await visit('many')
    await watched.page.getByText('Live', { exact: true }).waitFor()
    expect(await watched.page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2_500)
  })

  test('is painted from its one document: nothing that it loads is waited for, and it is laid out few times', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'UTC' })
    const { page } = watched
    const client = await page.context().newCDPSession(page)
    await client.send('Performance.enable')
    await page.clock.setFixedTime(shownAtMs)
    await page.goto('/status/laden')
    await page.getByText('Live', { exact: true }).waitFor()
    const { metrics } = await client.send('Performance.getMetrics')
    const countOf = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Infinity
    // The clock of the test stands in for `performance`, which then knows nothing of what was loaded.
    const loaded = await page.evaluate(async () => {
      const { promise, resolve } = Promise.withResolvers<PerformanceEntryList>()
      new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type: 'resource', buffered: true })
      return ((await promise) as (PerformanceResourceTiming & { renderBlockingStatus: string })[]).map(
        ({ name, renderBlockingStatus }) => `${new URL(name).pathname.split('.').at(-1)} ${renderBlockingStatus}`,
      )
    })
    if (process.env.SHOW_FIGURES)
      console.log(loaded, countOf('LayoutCount'), countOf('RecalcStyleCount'), countOf('Nodes'))
    expect(loaded.sort()).toEqual(['js non-blocking', 'woff2 non-blocking'])
    expect(countOf('LayoutCount')).toBeLessThanOrEqual(8)
    expect(watched.offences).toEqual([])
  })

  test('is a page in its look where there is none', async () => {
    await using watched = await openPage(pages.browser, { url: pages.url })
    watched.expectStatus(404)
    await watched.page.goto('/status/shop/nothing')
    await watched.page.getByRole('heading', { name: 'There is no page here.' }).waitFor()
    await watched.page.getByRole('link', { name: 'Back to the current status' }).click()
    await watched.page.getByRole('heading', { name: 'Search is degraded.' }).waitFor()
    await watched.page.goto('/status/none')
    await watched.page.getByRole('heading', { name: 'There is no page here.' }).waitFor()
    expect(watched.offences).toEqual([])
  })
})

/** As of the "Fast 4G" of the browser's own tools: bytes a second, and milliseconds of every way there and back. */
const fast4G = { offline: false, latency: 165, downloadThroughput: 1_012_500, uploadThroughput: 168_750 }

interface Visit {
  readonly requests: number
  readonly bytes: number
  readonly lcpMs: number
  readonly shift: number
}

async function measure(path: string): Promise<Visit> {
  await using watched = await openPage(pages.browser, { url: pages.url, timezoneId: 'America/New_York' })
  const { page } = watched
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  await client.send('Network.emulateNetworkConditions', fast4G)
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const sizes = new Map<string, number>()
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength))
  await page.clock.setFixedTime(shownAtMs)
  await page.goto(`/status/${path}`)
  await page.getByText('Live', { exact: true }).waitFor()
  const { lcpMs, shift } = await page.evaluate(async () => {
    const entriesOf = (type: string) =>
      new Promise<PerformanceEntry[]>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true })
        setTimeout(() => resolve([]), 1_000)
      })
    const paints = await entriesOf('largest-contentful-paint')
    const shifts = (await entriesOf('layout-shift')) as (PerformanceEntry & { value: number })[]
    return { lcpMs: paints.at(-1)?.startTime ?? Infinity, shift: shifts.reduce((sum, { value }) => sum + value, 0) }
  })
  expect(watched.offences).toEqual([])
  return { requests: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), lcpMs, shift }
}

describe('a first visit over Fast 4G with a quarter of the processor', () => {
  test.each(['shop', 'outage', 'many', 'laden'])('of /%s', async (path) => {
    const visits: Visit[] = []
    // How busy this machine is adds to each: the fastest of a few says how long the page takes.
    while (visits.length < 5 && !visits.some(({ lcpMs }) => lcpMs <= 1_200)) visits.push(await measure(path))
    if (process.env.SHOW_FIGURES) console.log(path, visits)
    expect(Math.min(...visits.map(({ lcpMs }) => lcpMs))).toBeLessThanOrEqual(1_200)
    for (const { requests, bytes, shift } of visits) {
      expect(requests).toBeLessThanOrEqual(3)
      expect(bytes).toBeLessThanOrEqual(61_440)
      expect(shift).toBe(0)
    }
  })
})
