import type { PageComponent, PagePart } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { listHourMedians } from '@repo/db/queries/hour-medians'
import type { SaidState } from '@repo/db/queries/page-notices'
import { listIntervals } from '@repo/db/queries/public-pages'
import { type DayBounds, listDayStatuses, readDayBounds } from '@repo/db/queries/uptime'
import { groupHistory } from '@repo/domain/group-history'
import { statusOfState } from '@repo/domain/status-page'
import { durationsIn, type StatusInterval } from '@repo/domain/uptime'
import {
  type DayFact,
  type Drawn,
  type GroupPast,
  leavesOf,
  type PageHistory,
  SHOWN_DAYS,
  type Standing,
} from './page-facts.ts'

/** A page whose history is read, with what people said of the components that nobody watches. */
export interface Past extends Drawn {
  readonly states: readonly SaidState[]
}

/** What was of the components of pages, by the page's id. Pages by whose midnights days are counted alike are read together. */
export async function readHistories(
  sql: Sql,
  pages: readonly Past[],
  { standing, nowMs }: { readonly standing: Standing; readonly nowMs: number },
): Promise<Map<string, PageHistory>> {
  const found = new Map<string, PageHistory>()
  for (const [timeZone, together] of Map.groupBy(pages, ({ content }) => content.timeZone)) {
    const facts = await readTogether(sql, together, { standing, timeZone, nowMs })
    for (const page of together) found.set(page.id, historyOf(page, facts))
  }
  return found
}

interface Read {
  readonly standing: Standing
  readonly span: DayBounds
  readonly days: ReadonlyMap<number, readonly DayFact[]>
  readonly medians: ReadonlyMap<number, readonly (number | null)[]>
  readonly intervals: ReadonlyMap<number, readonly StatusInterval[]>
}

async function readTogether(
  sql: Sql,
  pages: readonly Past[],
  { standing, timeZone, nowMs }: { standing: Standing; timeZone: string; nowMs: number },
): Promise<Read> {
  const leaves = pages.flatMap(({ content }) => leavesOf(content))
  const asked = { timeZone, nowMs, days: SHOWN_DAYS }
  const span = await readDayBounds(sql, asked)
  const barred = keysOf(leaves, ({ showsUptime }) => showsUptime, standing)
  const charted = keysOf(leaves, ({ showsChart }) => showsChart, standing)
  const grouped = leaves.flatMap(({ source }) => (source.kind === 'group' ? membersOf(source.groupId, standing) : []))
  const fromMs = span.bounds[0] ?? nowMs
  return {
    standing,
    span,
    days: barred.length === 0 ? new Map() : await listDayStatuses(sql, barred, asked),
    medians: await listHourMedians(sql, charted, { nowMs, hours: 24 }),
    intervals: await listIntervals(sql, [...new Set(grouped.map(({ key }) => key))], { fromMs }),
  }
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

function historyOf({ content, states }: Past, read: Read): PageHistory {
  const days = new Map<string, readonly DayFact[]>()
  const medians = new Map<string, readonly (number | null)[]>()
  const groups = new Map<string, GroupPast>()
  for (const { id, source, showsUptime, showsChart } of leavesOf(content)) {
    if (source.kind === 'monitor') {
      const key = read.standing.monitors.get(source.monitorId)?.monitorKey ?? NOBODY
      if (showsUptime) days.set(id, read.days.get(key) ?? [])
      if (showsChart) medians.set(id, read.medians.get(key) ?? [])
      continue
    }
    const stretches = source.kind === 'group' ? stretchesOf(source.groupId, read) : saidOf(id, states)
    if (source.kind === 'group') groups.set(source.groupId, pastOf(stretches))
    if (showsUptime && source.kind !== 'parts') days.set(id, daysOf(stretches, read.span))
  }
  return { days, medians, groups }
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
  return groupHistory(rule, members, { fromMs: span.bounds[0] ?? 0, toMs: span.bounds.at(-1) ?? 0 })
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
