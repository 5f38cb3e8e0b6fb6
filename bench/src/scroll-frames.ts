import type { CDPSession, Page } from 'playwright-core'
import { roundedTo } from './run.ts'

const scrolledMs = 3_000
/** A wheel that is turned fast, and one that is spun, in pixels a second. */
const wheelSpeeds = [1_200, 3_600] as const

/**
 * Frames of a list that is scrolled from a script in every one of them, 3,600 pixels a second: none is shown before the page is drawn
 * anew for it, which asks more of it than a wheel does.
 */
export async function measureScroll(page: Page, client: CDPSession): Promise<Record<string, number>> {
  await client.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busyBefore = await busySeconds(client)
  const frames = await page.evaluate(async (ms) => {
    const times: number[] = []
    const endMs = performance.now() + ms
    await new Promise<void>((resolve) => {
      const step = (nowMs: number) => {
        times.push(nowMs)
        scrollBy(0, 60)
        if (nowMs < endMs) requestAnimationFrame(step)
        else resolve()
      }
      requestAnimationFrame(step)
    })
    return times.slice(1).map((at, index) => at - (times[index] ?? at))
  }, scrolledMs)
  const busyMs = 1_000 * ((await busySeconds(client)) - busyBefore)
  await client.send('Performance.disable')
  const totalMs = frames.reduce((sum, ms) => sum + ms, 0)
  return {
    scrollFramesPerSecond: roundedTo((1_000 * frames.length) / totalMs, 1),
    scrollSlowestFrameMs: Math.round(Math.max(...frames)),
    scrollBusyMsPerFrame: roundedTo(busyMs / frames.length, 1),
  }
}

/** Of the page's main thread, since it began. */
async function busySeconds(client: CDPSession): Promise<number> {
  const { metrics } = await client.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
}

/**
 * Frames that are shown while a wheel is turned: the browser moves what is drawn, and the page follows with new rows. How many frames of
 * its own the page has meanwhile is told too, and before how many of them it was late, so that a part of the list was blank.
 */
export async function measureWheel(page: Page, client: CDPSession): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  for (const speed of wheelSpeeds) {
    await page.evaluate(() => scrollTo(0, 0))
    await page.mouse.move(640, 500)
    await page.evaluate(watchForBlanks)
    const shown = await countShown(client)
    const startedAt = performance.now()
    await client.send('Input.synthesizeScrollGesture', {
      ...{ x: 640, y: 500, yDistance: (-speed * scrolledMs) / 1_000, speed },
      ...{ gestureSourceType: 'mouse', preventFling: true },
    })
    const seconds = (performance.now() - startedAt) / 1_000
    const frames = await shown.stop()
    const { drawn, blank, movedPx } = await page.evaluate(() => (globalThis as unknown as Watching).stopWatching())
    if (movedPx < (speed * scrolledMs) / 1_100) throw new Error(`the wheel moved the list by ${movedPx} pixels`)
    figures[`wheel${speed}FramesPerSecond`] = roundedTo(frames / seconds, 1)
    figures[`wheel${speed}PageFramesPerSecond`] = roundedTo(drawn / seconds, 1)
    figures[`wheel${speed}BlankFrames`] = blank
  }
  return figures
}

interface Watching {
  stopWatching(): { drawn: number; blank: number; movedPx: number }
}

/** In the page: counts its frames, and those before which a part of what was in sight had no row. */
function watchForBlanks(): void {
  const body = document.querySelector<HTMLElement>('tbody')
  const topPx = (body?.getBoundingClientRect().top ?? 0) + scrollY
  const heightPx = body?.getBoundingClientRect().height ?? 0
  let drawn = 0
  let blank = 0
  let isWatching = true
  const look = () => {
    const rows = [...(body?.querySelectorAll<HTMLElement>(':scope > tr') ?? [])]
    // As they were written: the page is not asked to measure them.
    const tops = rows.map(({ style }) => Number.parseFloat(style.top))
    const end = Math.max(...tops) + Number.parseFloat(rows[0]?.style.height ?? '')
    const seenFrom = Math.max(0, scrollY - topPx)
    const seenTo = Math.min(heightPx, scrollY - topPx + innerHeight)
    if (Math.min(...tops) > seenFrom || end < seenTo) blank += 1
  }
  const count = () => {
    drawn += 1
    if (isWatching) requestAnimationFrame(count)
  }
  addEventListener('scroll', look, { capture: true })
  requestAnimationFrame(count)
  Object.assign(globalThis, {
    stopWatching() {
      isWatching = false
      removeEventListener('scroll', look, { capture: true })
      return { drawn, blank, movedPx: scrollY }
    },
  })
}

/** Counts the frames that the browser shows, by its own record of them, until it is stopped. */
async function countShown(client: CDPSession): Promise<{ stop(): Promise<number> }> {
  let shown = 0
  const count = ({ value }: { value: { [key: string]: unknown }[] }) => {
    shown += value.filter(({ name }) => name === 'DrawFrame').length
  }
  client.on('Tracing.dataCollected', count)
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline.frame', 'devtools.timeline.frame'] },
  })
  return {
    async stop() {
      const complete = new Promise<void>((resolve) => client.once('Tracing.tracingComplete', () => resolve()))
      await client.send('Tracing.end')
      await complete
      client.off('Tracing.dataCollected', count)
      return shown
    },
  }
}
