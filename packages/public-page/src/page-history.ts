import type { PublicPage } from '@repo/contracts/public-page'
import type { PageComponent, PagePart } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { listHourMedians } from '@repo/db/queries/hour-medians'
import type { SaidState } from '@repo/db/queries/page-notices'
import { listIntervals } from '@repo/db/queries/public-pages'
import { type DayBounds, listDayStatuses, readDayBounds } from '@repo/db/queries/uptime'
import { groupHistory, partsHistory } from '@repo/domain/group-history'
import { statusOfState } from '@repo/domain/status-page'
import { durationsIn, noDurations, type StatusInterval } from '@repo/domain/uptime'
import { type Bars, barsOf, CHANGING_DAYS, type DayFact, renewBars } from './bars.ts'
import { type Drawn, type GroupPast, leavesOf, type PageHistory, SHOWN_DAYS, type Standing } from './page-facts.ts'

/** A page whose history is read, with what people said of the components that nobody watches, and what was read before. */
export interface Past extends Drawn {
  readonly states: readonly SaidState[]
  readonly history?: PageHistory | undefined
}

/** What a page that was built says of what was: all there is, as long as it cannot be read anew. */
export function historyIn({ today, sections }: PublicPage): PageHistory {
  const shown = sections.flatMap(({ components }) => components.flatMap((one) => [one, ...one.parts]))
  const bars = shown.flatMap(({ id, days, uptimePercent }) =>
    days ? [[id, { days, uptimePercent, settled: noDurations() }] as const] : [],
  )
  const medians = shown.flatMap(({ id, responseMs }) =>
    responseMs ? [[id, responseMs.map((ms) => (ms === null ? null : ms * 1_000))] as const] : [],
  )
  return { today, bars: new Map(bars), medians: new Map(medians), mediansAtMs: 0, groups: new Map() }
}

interface Asked {
  readonly standing: Standing
  readonly nowMs: number
}

/**
 * What was of the components of pages, by the page's id. Pages by whose midnights days are counted alike are read together. Of those
 * whose days were read before, on the same date, only the last days are read.
 */
export async function readHistories(
  sql: Sql,
  pages: readonly Past[],
  { standing, nowMs }: Asked,
): Promise<Map<string, PageHistory>> {
  const found = new Map<string, PageHistory>()
  for (const [timeZone, together] of Map.groupBy(pages, ({ content }) => content.timeZone)) {
    const span = await readDayBounds(sql, { timeZone, nowMs, days: SHOWN_DAYS })
    const today = span.dates.at(-1) ?? ''
    const known = together.filter(({ history }) => history?.today === today)
    const unknown = together.filter(({ history }) => history?.today !== today)
    for (const [some, days] of [
      [known, CHANGING_DAYS],
      [unknown, SHOWN_DAYS],
    ] as const) {
      if (some.length === 0) continue
      const read = await readTogether(sql, some, { standing, span, timeZone, nowMs, days })
      for (const page of some) found.set(page.id, historyOf(page, read))
    }
  }
  return found
}

interface Read extends Asked {
  readonly span: DayBounds
  readonly days: ReadonlyMap<number, readonly DayFact[]>
  readonly medians: ReadonlyMap<number, readonly (number | null)[]>
  readonly intervals: ReadonlyMap<number, readonly StatusInterval[]>
}

/** The medians of whole hours do not change, and that of the one that runs does so slowly. */
const MEDIANS_EVERY_MS = 600_000

async function readTogether(
  sql: Sql,
  pages: readonly Past[],
  { standing, span, timeZone, nowMs, days }: Asked & { span: DayBounds; timeZone: string; days: number },
): Promise<Read> {
  const leaves = pages.flatMap(({ content }) => leavesOf(content))
  const barred = keysOf(leaves, ({ showsUptime }) => showsUptime, standing)
  const late = pages.filter((page) => !hasMedians(page, nowMs)).flatMap(({ content }) => leavesOf(content))
  const charted = keysOf(late, ({ showsChart }) => showsChart, standing)
  const grouped = leaves.flatMap(({ source }) => (source.kind === 'group' ? membersOf(source.groupId, standing) : []))
  const parts = pages.flatMap(({ content }) => wholesOf(content)).flatMap((whole) => whole.parts)
  const sweptKeys = [...grouped.map(({ key }) => key), ...keysOf(parts, () => true, standing)]
  const fromMs = span.bounds[0] ?? nowMs
  return {
    ...{ standing, span, nowMs },
    days: barred.length === 0 ? new Map() : await listDayStatuses(sql, barred, { timeZone, nowMs, days }),
    medians: await listHourMedians(sql, charted, { nowMs, hours: 24 }),
    intervals: await listIntervals(sql, [...new Set(sweptKeys)], { fromMs }),
  }
}

function hasMedians({ history }: Past, nowMs: number): boolean {
  return history !== undefined && nowMs - history.mediansAtMs < MEDIANS_EVERY_MS
}

type Leaf = PageComponent | PagePart

function keysOf(leaves: readonly Leaf[], isWanted: (leaf: Leaf) => boolean, { monitors }: Standing): number[] {
  const keys = leaves.filter(isWanted).flatMap(({ source }) => {
    const monitor = source.kind === 'monitor' ? monitors.get(source.monitorId) : undefined
    return monitor ? [monitor.monitorKey] : []
  })
  return [...new Set(keys)]
}

function membersOf(groupId: string, { groups, monitors }: Standing): { key: number; weight: number }[] {
  return (groups.get(groupId)?.members ?? []).flatMap(({ monitorId, weight }) => {
    const key = monitors.get(monitorId)?.monitorKey
    return key === undefined ? [] : [{ key, weight }]
  })
}

function historyOf(page: Past, read: Read): PageHistory {
  const bars = new Map<string, Bars>()
  const groups = new Map<string, GroupPast>()
  for (const { id, source, showsUptime } of leavesOf(page.content)) {
    if (source.kind === 'monitor') {
      if (showsUptime) bars.set(id, watchedBars(page, { id, key: keyOf(source.monitorId, read) }, read))
      continue
    }
    const stretches = source.kind === 'group' ? stretchesOf(source.groupId, read) : saidOf(id, page.states)
    if (source.kind === 'group') groups.set(source.groupId, pastOf(stretches))
    if (showsUptime && source.kind !== 'parts') bars.set(id, barsOf(daysOf(stretches, read.span), read.span.dates))
  }
  for (const { id, parts } of wholesOf(page.content)) {
    const stretches = partsHistory(
      parts.map((part) => partOf(part, page, read)),
      windowOf(read.span),
    )
    bars.set(id, barsOf(daysOf(stretches, read.span), read.span.dates))
  }
  return { today: read.span.dates.at(-1) ?? '', bars, groups, ...mediansOf(page, read) }
}

/** The components that consist of parts and show what they were. */
function wholesOf({ sections }: Drawn['content']): PageComponent[] {
  return sections
    .flatMap(({ components }) => components)
    .filter(({ source, showsUptime }) => source.kind === 'parts' && showsUptime)
}

function partOf({ id, source }: PagePart, { states }: Past, read: Read): readonly StatusInterval[] {
  if (source.kind === 'monitor') return read.intervals.get(keyOf(source.monitorId, read)) ?? []
  return source.kind === 'group' ? stretchesOf(source.groupId, read) : saidOf(id, states)
}

function windowOf({ bounds }: DayBounds) {
  return { fromMs: bounds[0] ?? 0, toMs: bounds.at(-1) ?? 0 }
}

function watchedBars({ history }: Past, { id, key }: { id: string; key: number }, { days, span }: Read): Bars {
  const found = days.get(key) ?? []
  const known = history?.today === span.dates.at(-1) ? history?.bars.get(id) : undefined
  return known ? renewBars(known, found, span.dates) : barsOf(found, span.dates)
}

function mediansOf(page: Past, read: Read): Pick<PageHistory, 'medians' | 'mediansAtMs'> {
  if (page.history && hasMedians(page, read.nowMs)) {
    const { medians, mediansAtMs } = page.history
    return { medians, mediansAtMs }
  }
  const charted = leavesOf(page.content).flatMap(({ id, source, showsChart }) =>
    showsChart && source.kind === 'monitor'
      ? [[id, read.medians.get(keyOf(source.monitorId, read)) ?? []] as const]
      : [],
  )
  return { medians: new Map(charted), mediansAtMs: read.nowMs }
}

function keyOf(monitorId: string, { standing }: Asked): number {
  return standing.monitors.get(monitorId)?.monitorKey ?? NOBODY
}

/** The key of a monitor that is gone. */
const NOBODY = -1

function saidOf(id: string, states: readonly SaidState[]): StatusInterval[] {
  const said = states.filter(({ componentId }) => componentId === id)
  return said.map(({ state, beganAtMs, endedAtMs }) => ({ beganAtMs, endedAtMs, status: statusOfState(state) }))
}

function stretchesOf(groupId: string, { standing, span, intervals }: Read): StatusInterval[] {
  const rule = standing.groups.get(groupId)?.rule
  if (!rule) return []
  const members = membersOf(groupId, standing).map(({ key, weight }) => ({
    weight,
    intervals: intervals.get(key) ?? [],
  }))
  return groupHistory(rule, members, windowOf(span))
}

function pastOf(stretches: readonly StatusInterval[]): GroupPast {
  const last = stretches.at(-1)
  const known = stretches.findLast(({ status }) => status !== 'unknown' && status !== 'paused')
  return { sinceMs: last && last.endedAtMs === null ? last.beganAtMs : null, lastKnown: known?.status ?? null }
}

function daysOf(stretches: readonly StatusInterval[], { dates, bounds }: DayBounds): DayFact[] {
  return dates.flatMap((date, place) => {
    const [fromMs = 0, toMs = 0] = [bounds[place], bounds[place + 1]]
    const inDay = stretches.filter(
      ({ beganAtMs, endedAtMs }) => beganAtMs < toMs && (endedAtMs === null || endedAtMs > fromMs),
    )
    return inDay.length === 0 ? [] : [{ date, durations: durationsIn(inDay, { fromMs, toMs }) }]
  })
}
