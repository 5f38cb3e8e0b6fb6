import type { LiveEvent } from '@repo/contracts/live'
import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { openBrowser } from 'tests/chromium'
import { startProgram } from 'tests/program'
import { makeTickEvent } from '../live-event.ts'
import { median, type Row, roundedTo, type Trial } from '../run.ts'
import { measureScroll, measureWheel } from '../scroll-frames.ts'
import { openSeededApi } from '../seeded-api.ts'

const sizes = [2_000, 10_000] as const
const slowedBy = 4
const loads = 5
const typed = 'shop 1234'
/** More than are passed in that time. */
const bareRows = 400
const liveEvents = 30_000
const eventsAtOnce = 300

/** What a person waits for at the list of monitors, in a browser whose processor is slowed. */
export const dashboardBench: Trial = {
  name: 'dashboard',
  summary: 'the list of 2,000 and 10,000 monitors in Chromium slowed 4 times, beside an empty page of the same server',
  async run(_seconds, progress) {
    const rows: Row[] = []
    for (const monitors of sizes) rows.push(...(await measureList(monitors, progress)))
    return rows
  },
}

async function measureList(monitors: number, progress: (line: string) => void): Promise<Row[]> {
  await using ground = await openGround(monitors, progress)
  const { browser, url, username, password } = ground
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto('/signin')
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((address) => !address.pathname.startsWith('/signin'))
  const client = await context.newCDPSession(page)
  await client.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  const name = `${monitors.toLocaleString('en')} monitors`
  const bare = await measureLoads(page, '/404', 'h1')
  const list = await measureLoads(page, '/monitors', 'a[data-monitor]')
  progress(`${name}: first rows after ${list} ms`)
  const typing = await measureTyping(page)
  const scroll = await measureScroll(page, client)
  const wheel = await measureWheel(page, client)
  const domNodes = await page.evaluate(() => document.querySelectorAll('*').length)
  const palette = await measurePalette(page)
  const heap = await measureHeap(page, client, ground)
  await client.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  const bareScroll = await measureBareScroll(page, client)
  await context.close()
  const row = (part: string, figures: Record<string, number>, ratio?: number): Row => ({
    ...{ name: `${name}: ${part}`, perSecond: 0, cpuMicrosPerOp: 0, rounds: loads, figures },
    ...(ratio !== undefined && { ratio }),
  })
  return [
    row('an empty page', { firstContentMs: bare }),
    row('a page of plain rows', bareScroll),
    row(
      'the list',
      { firstRowsMs: list, ...typing, ...scroll, ...wheel, domNodes, ...heap },
      roundedTo(bare / list, 2),
    ),
    row('the palette', palette),
  ]
}

/** Until something is there, from the beginning of the navigation; the median of some, with the files in the browser's cache. */
async function measureLoads(page: Page, path: string, selector: string): Promise<number> {
  const timesMs: number[] = []
  for (let load = 0; load <= loads; load += 1) {
    await page.goto(path, { waitUntil: 'commit' })
    const shownMs = await page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const look = () => {
            if (document.querySelector(wanted)) resolve(performance.now())
            else requestAnimationFrame(look)
          }
          look()
        }),
      selector,
    )
    // The first fills the cache.
    if (load > 0) timesMs.push(shownMs)
  }
  return Math.round(median(timesMs))
}

/** From a key to what it paints (Event Timing): the slowest of a word, at the median of some words and at the worst of them. */
async function measureTyping(page: Page): Promise<Record<string, number>> {
  await page.evaluate(() => {
    const took: number[] = []
    Object.assign(globalThis, { took })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') took.push(entry.duration)
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
  })
  const slowestMs: number[] = []
  for (let word = 0; word < loads; word += 1) slowestMs.push(await typeOnce(page))
  return { keystrokeMs: Math.round(median(slowestMs)), slowestKeystrokeMs: Math.round(Math.max(...slowestMs)) }
}

async function typeOnce(page: Page): Promise<number> {
  const field = page.getByRole('searchbox')
  await field.click()
  await page.keyboard.type(typed, { delay: 120 })
  await page.waitForFunction((text) => {
    const links = [...document.querySelectorAll('a[data-monitor]')]
    return links.length > 0 && links.every((link) => link.textContent?.includes(text))
  }, typed)
  const shown = await page.locator('a[data-monitor]').count()
  if (shown !== 1) throw new Error(`the filter shows ${shown} monitors`)
  const slowestMs = await page.evaluate(() =>
    Math.max(0, ...(globalThis as unknown as { took: number[] }).took.splice(0)),
  )
  await field.fill('')
  await page.locator('a[data-monitor]').nth(5).waitFor()
  return slowestMs
}

/** From the keys that open the palette to its field, once it was open before; then from each key of a name to what it paints. */
async function measurePalette(page: Page): Promise<Record<string, number>> {
  const field = page.getByRole('combobox')
  const openedMs: number[] = []
  for (let round = 0; round <= loads; round += 1) {
    // Listened for before it is pressed: what comes too late waits for ever.
    await page.evaluate(() => {
      const opened = Promise.withResolvers<number>()
      Object.assign(globalThis, { opened: opened.promise })
      addEventListener(
        'keydown',
        function pressed(event) {
          const { key, timeStamp } = event as Event & { key: string }
          if (key !== 'k') return
          removeEventListener('keydown', pressed, true)
          const look = () => {
            // Once a frame more has begun, that with the field in it is painted.
            if (document.querySelector('[cmdk-input]')) requestAnimationFrame((now) => opened.resolve(now - timeStamp))
            else requestAnimationFrame(look)
          }
          look()
        },
        true,
      )
    })
    await page.keyboard.press('Control+k')
    const ms = await page.evaluate(() => (globalThis as unknown as { opened: Promise<number> }).opened)
    if (round > 0) openedMs.push(ms)
    await field.waitFor()
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'detached' })
  }
  await page.keyboard.press('Control+k')
  await field.waitFor()
  await page.evaluate(() => void (globalThis as unknown as { took: number[] }).took.splice(0))
  await page.keyboard.type(typed, { delay: 120 })
  const startedAt = performance.now()
  await page.getByRole('option').filter({ hasText: typed }).first().waitFor()
  const foundMs = performance.now() - startedAt
  const keyMs = await page.evaluate(() => Math.max(0, ...(globalThis as unknown as { took: number[] }).took))
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
  return { opensMs: Math.round(median(openedMs)), keystrokeMs: Math.round(keyMs), foundByServerMs: Math.round(foundMs) }
}

/** The same scrolling on a page of nothing but boxes with some words, all of them there from the beginning: what this browser can do. */
async function measureBareScroll(page: Page, client: CDPSession): Promise<Record<string, number>> {
  await page.goto('/404')
  await page.evaluate((count) => {
    const rows = Array.from({ length: count }, (_, index) => {
      const row = document.createElement('p')
      row.style.height = '52px'
      row.textContent = `shop ${index} · https://shop-${index}.example/ · 100 % · 42 ms`
      return row
    })
    document.body.replaceChildren(...rows)
  }, bareRows)
  return measureScroll(page, client)
}

/** What a page holds more after so many events than before, garbage apart. */
async function measureHeap(page: Page, client: CDPSession, ground: Ground): Promise<Record<string, number>> {
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await page.goto('/monitors')
  await page.getByText('Live', { exact: true }).last().waitFor()
  await page.locator('a[data-monitor]').first().waitFor()
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[data-monitor]')].map((link) => link.dataset.monitor ?? ''),
  )
  await ground.tell(ids, eventsAtOnce * 10)
  const before = await usedMegabytes(client)
  const startedAt = performance.now()
  const lastAt = await ground.tell(ids, liveEvents)
  const tookMs = performance.now() - startedAt
  // The proof that they were heard: the last one stands in its row.
  await page.waitForFunction(
    ({ id, at }) => document.querySelector(`a[data-monitor="${id}"]`)?.closest('tr')?.innerHTML.includes(at),
    lastAt,
  )
  return {
    eventsTold: liveEvents,
    eventsPerSecond: Math.round((1_000 * liveEvents) / tookMs),
    heapMegabytes: roundedTo(before, 1),
    heapGrowthMegabytes: roundedTo((await usedMegabytes(client)) - before, 1),
  }
}

async function usedMegabytes(client: CDPSession): Promise<number> {
  await client.send('HeapProfiler.enable')
  for (let round = 0; round < 3; round += 1) await client.send('HeapProfiler.collectGarbage')
  const { usedSize } = await client.send('Runtime.getHeapUsage')
  return usedSize / 1_048_576
}

interface Ground {
  readonly browser: Browser
  readonly url: string
  readonly username: string
  readonly password: string
  /** Tells so many ticks of these monitors in turn. @returns the last of them. */
  tell(ids: readonly string[], count: number): Promise<{ id: string; at: string }>
}

/** The API with its databases and the dashboard, without anything that checks: the seeded monitors stay as they are. */
async function openGround(monitors: number, progress: (line: string) => void): Promise<Ground & AsyncDisposable> {
  await using made = new AsyncDisposableStack()
  const web = startProgram('apps/web/src/main.ts', [], { PORT: '0' })
  made.defer(async () => void (await web.stop()))
  const [, port = ''] = await web.until(/"port":(\d+)/)
  const env = { WEB_ORIGIN: `http://127.0.0.1:${port}` }
  const { url, username, password, redisUrl, workspaceId } = await openSeededApi(made, { monitors, env, progress })
  const connection = made.use(await openRedis(redisUrl))
  const backend = createRedisBackend(connection.redis, progress)
  const browser = await openBrowser({ isHasty: false })
  made.defer(() => browser.close())
  const kept = made.move()
  return {
    ...{ browser, url, username, password },
    tell: (ids, count) => tellTicks((events) => backend.live.publish({ workspaceId, events }), { ids, count }),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  }
}

interface Told {
  readonly ids: readonly string[]
  readonly count: number
}

async function tellTicks(
  publish: (events: LiveEvent[]) => Promise<unknown>,
  { ids, count }: Told,
): Promise<{ id: string; at: string }> {
  let last = { id: '', at: '' }
  for (let told = 0; told < count; told += eventsAtOnce) {
    const events = Array.from({ length: eventsAtOnce }, (_, index) => {
      const event = makeTickEvent()
      if (event.type !== 'tick') throw new Error('no tick')
      const monitorId = ids[(told + index) % ids.length] ?? ''
      last = { id: monitorId, at: event.tick.scheduledAt }
      return { ...event, monitorId }
    })
    await publish(events)
    await Bun.sleep(100)
  }
  return last
}
