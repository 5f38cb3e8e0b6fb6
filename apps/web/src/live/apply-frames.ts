import type { MonitorFrame } from '@repo/contracts/live'
import type { Monitor, MonitorCounts, MonitorPage } from '@repo/contracts/monitors'
import type { Tick, TickMark, TickPage } from '@repo/contracts/ticks'
import { t } from '@repo/ui/words'
import type { InfiniteData } from '@tanstack/react-query'
import { withWishes } from '../api/wishes.ts'

type Pages<Page> = InfiniteData<Page, string>

const RECENT_TICKS = 60

/** Frames of one monitor, in the order in which they came. */
export function framesByMonitor(frames: readonly MonitorFrame[]): Map<string, MonitorFrame[]> {
  const byMonitor = new Map<string, MonitorFrame[]>()
  for (const frame of frames) {
    const list = byMonitor.get(frame.monitorId)
    if (list) list.push(frame)
    else byMonitor.set(frame.monitorId, [frame])
  }
  return byMonitor
}

const causeless: readonly Monitor['status'][] = ['up', 'paused', 'maintenance']

/** Undefined where the frames say that the monitor is gone. */
export function patchMonitor(monitor: Monitor, frames: readonly MonitorFrame[]): Monitor | undefined {
  let patched = monitor
  for (const frame of frames) {
    if (frame.type === 'monitor.deleted') return undefined
    if (frame.type === 'tick') patched = withTick(patched, markOf(frame.tick))
    if (frame.type === 'monitor.status') {
      const cause = causeless.includes(frame.status) ? null : patched.cause
      patched = { ...patched, status: frame.status, since: frame.since, cause }
    }
  }
  return patched
}

function withTick(monitor: Monitor, mark: TickMark): Monitor {
  const known = monitor.recent.some((tick) => tick.region === mark.region && tick.scheduledAt === mark.scheduledAt)
  if (known) return monitor
  const recent = [...monitor.recent, mark]
    .sort((a, b) => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt))
    .slice(-RECENT_TICKS)
  return { ...monitor, recent, last: recent.at(-1) ?? mark }
}

export function markOf(tick: Tick): TickMark {
  const { region, scheduledAt, verdict, phases } = tick
  const measured = verdict === 'up' || verdict === 'degraded'
  return { region, scheduledAt, verdict, responseTimeMs: measured ? phases.totalMs : null }
}

/** Pages without a change stay the same objects, so that their rows are not painted anew. */
export function patchPages(data: Pages<MonitorPage>, changes: Map<string, MonitorFrame[]>): Pages<MonitorPage> {
  const pages = data.pages.map((page) => {
    if (!page.items.some((monitor) => changes.has(monitor.id))) return page
    const items = page.items.flatMap((monitor) => {
      const frames = changes.get(monitor.id)
      const patched = frames ? patchMonitor(monitor, frames) : monitor
      // What is older than a wish that is not answered yet does not undo it.
      return patched ? withWishes(patched) : []
    })
    return { ...page, items }
  })
  return { ...data, pages }
}

export function patchCounts(counts: MonitorCounts, frames: readonly MonitorFrame[]): MonitorCounts {
  const patched = { ...counts }
  for (const frame of frames) {
    if (frame.type !== 'monitor.status' || frame.status === frame.previous) continue
    patched[frame.previous] = Math.max(0, patched[frame.previous] - 1)
    patched[frame.status] += 1
  }
  return patched
}

/** New ticks go on top of the first page; one that is there already is not shown twice. */
export function patchTicks(data: Pages<TickPage>, frames: readonly MonitorFrame[]): Pages<TickPage> {
  const [first, ...others] = data.pages
  if (!first) return data
  const known = new Set(first.items.map(tickKey))
  const added = frames.flatMap((frame) => (frame.type === 'tick' && !known.has(tickKey(frame.tick)) ? frame.tick : []))
  if (added.length === 0) return data
  const items = [...added, ...first.items].sort((a, b) => Date.parse(b.scheduledAt) - Date.parse(a.scheduledAt))
  return { ...data, pages: [{ ...first, items }, ...others] }
}

export function tickKey({ region, scheduledAt }: { region: string; scheduledAt: string }): string {
  return `${region} ${scheduledAt}`
}

/** What a screen reader is told of a batch: "2 monitors went down, 1 recovered". Undefined where nothing needs telling. */
export function statusNews(frames: readonly MonitorFrame[]): string | undefined {
  const moves = frames.filter((frame) => frame.type === 'monitor.status')
  const down = moves.filter(({ status }) => status === 'down').length
  const recovered = moves.filter(({ status, previous }) => previous === 'down' && status === 'up').length
  if (down > 0 && recovered > 0)
    return t('{down, plural, one {# monitor} other {# monitors}} went down, {recovered} recovered', { down, recovered })
  if (down > 0) return t('{down, plural, one {# monitor} other {# monitors}} went down', { down })
  return recovered > 0 ? t('{recovered} recovered', { recovered }) : undefined
}
