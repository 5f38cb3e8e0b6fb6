/// <reference lib="dom" />
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { PublicPage } from '@repo/contracts/public-page'
import type { Page } from 'playwright-core'
import { hostileTexts } from 'status/testing/hostile-texts'
import {
  at,
  daysWith,
  idOf,
  makeComponent,
  makeIncident,
  makeMaintenance,
  makePage,
  makeShop,
  sectionOf,
  shownAtMs,
  snapshotOf,
} from 'status/testing/pages'
import { seriousViolations } from './axe.ts'
import { openPage } from './chromium.ts'
import { overlapsOf } from './overlaps.ts'
import { isTakingPictures, pathOf } from './pictures.ts'
import { openStatusPages } from './status-ground.ts'

setDefaultTimeout(60_000)

const outageToday = daysWith({ 0: [48_000, 0, 4_800, 0, 0], 41: [80_000, 0, 0, 6_400, 0] })

function makeOutage(): PublicPage {
  const [shop, developers] = makeShop().sections
  const components = (shop?.components ?? []).map((component, place) =>
    place === 2 ? { ...component, state: 'partial_outage' as const, since: at(80), days: outageToday } : component,
  )
  const body =
    'Our payment partner does not answer. **Orders are kept**, and paid once it does:\n\n* cards are refused\n* invoices work\n\nFollow it at [their page](https://partner.example/status).'
  return makeShop({
    ...{ slug: 'outage', sections: [sectionOf(components), ...(developers ? [developers] : [])], maintenances: [] },
    incidents: [
      makeIncident(300, {
        ...{ title: 'Card payments are refused', impact: 'major', beganAt: at(80), componentIds: [idOf(3)] },
        updates: [
          { id: idOf(301), phase: 'monitoring', body: 'Most cards are accepted again. We are watching.', at: at(4) },
          { id: idOf(302), phase: 'identified', body, at: at(52) },
          { id: idOf(303), phase: 'investigating', body: 'Some payments do not go through.', at: at(76) },
        ],
      }),
      ...makeShop().incidents,
    ],
    announcements: [
      {
        id: idOf(1),
        title: 'Prices from January on',
        body: 'See [the list](https://shop.example/prices).',
        at: at(2_000),
      },
    ],
  })
}

const maintained = makeShop({
  ...{ slug: 'maintained', indicator: 'maintenance', incidents: [], title: 'Shop' },
  sections: [
    sectionOf([
      makeComponent(1, { name: 'Storefront' }),
      makeComponent(2, {
        name: 'Search',
        state: 'under_maintenance',
        since: at(20),
        days: daysWith({ 0: [51_000, 0, 0, 0, 1_200] }),
      }),
    ]),
  ],
  maintenances: [
    makeMaintenance(201, {
      title: 'A larger index',
      state: 'in_progress',
      startsAt: at(20),
      endsAt: at(-40),
      body: 'Results may lack what is new.',
      componentIds: [idOf(2)],
    }),
    makeMaintenance(200),
  ],
})

/** Of a Wednesday, whose name leaves no room for the hours beside it. */
const longNamed = makeMaintenance(202, { state: 'completed', startsAt: at(6_000), endsAt: at(5_900) })

/** Everything works again, and today had an outage. */
const recovered = makePage({
  ...{ slug: 'recovered', title: 'Shop' },
  sections: [sectionOf([makeComponent(1, { name: 'Search', days: outageToday, uptimePercent: 99.93 })])],
})

const many = makePage({
  ...{ slug: 'many', title: 'Many', indicator: 'none' },
  sections: Array.from({ length: 5 }, (_, section) => ({
    ...sectionOf(
      Array.from({ length: 10 }, (_, place) => makeComponent(section * 10 + place + 1)),
      `Section ${section}`,
    ),
    id: idOf(900 + section),
  })),
})

/** Fifty components, and as much said of them as in a week in which nothing goes well. */
const laden = makePage({
  ...many,
  ...{ slug: 'laden', indicator: 'critical' },
  sections: many.sections.map((section) => ({
    ...section,
    components: section.components.map((component, place) =>
      place % 3 === 0 ? { ...component, state: 'major_outage' as const, since: at(80), days: outageToday } : component,
    ),
  })),
  incidents: Array.from({ length: 12 }, (_, place) =>
    makeIncident(500 + place * 10, {
      ...{ impact: 'critical', componentIds: many.sections[place % 5]?.components.map(({ id }) => id) ?? [] },
      ...(place > 3 && { phase: 'resolved', beganAt: at(place * 700), resolvedAt: at(place * 700 - 40) }),
    }),
  ),
  maintenances: [
    makeMaintenance(700),
    makeMaintenance(701, { state: 'in_progress', startsAt: at(20), endsAt: at(-40) }),
  ],
})

const hostile = {
  ...makePage({ slug: 'hostile', title: '</title><script>alert(1)</script>' }),
  sections: [
    sectionOf(
      hostileTexts.map((text, place) => makeComponent(place + 1, { name: text, description: text, days: null })),
      '<img src=x onerror=alert(1)>',
    ),
  ],
  incidents: [
    makeIncident(400, {
      ...{ title: '<script>alert(1)</script>', impact: 'minor' },
      updates: hostileTexts.map((body, place) => ({ id: idOf(410 + place), phase: 'identified', body, at: at(place) })),
    }),
  ],
}

const stale = { ...snapshotOf(makeShop({ slug: 'stale' }), 5), readAtMs: shownAtMs - 300_000 }
const pages = openStatusPages([
  snapshotOf(makeShop(), 1),
  snapshotOf(makeOutage(), 2),
  snapshotOf(maintained, 3),
  snapshotOf(recovered, 4),
  stale,
  snapshotOf(many, 6),
  snapshotOf(hostile, 7),
  snapshotOf(laden, 9),
  ...(['en', 'de', 'ja'] as const).flatMap((language, place) => [
    snapshotOf({ ...makeOutage(), language, slug: `outage-${language}` }, 10 + place),
    snapshotOf(
      {
        ...maintained,
        maintenances: [...maintained.maintenances, longNamed],
        language,
        slug: `maintained-${language}`,
      },
      20 + place,
    ),
  ]),
  snapshotOf(makeShop({ slug: 'german', language: 'de', timeZone: 'Europe/Berlin' }), 8),
])

interface Look {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  readonly timezoneId?: string
  readonly javaScriptEnabled?: boolean
}

async function visit(path: string, { width = 1280, theme = 'light', timezoneId = 'UTC', ...options }: Look = {}) {
  const viewport = { width, height: 900 }
  const watched = await openPage(pages.browser, {
    url: pages.url,
    colorScheme: theme,
    viewport,
    timezoneId,
    ...options,
  })
  await watched.page.clock.setFixedTime(shownAtMs)
  await watched.page.goto(`/status/${path}`)
  return watched
}

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
    const colour = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).fill)
    expect(await colour('.s0')).not.toBe(await colour('.s1'))
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
