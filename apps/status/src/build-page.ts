import type { PublicComponent, PublicDay, PublicPage, PublicPart } from '@repo/contracts/public-page'
import type { PageComponent, PageContent, PagePart } from '@repo/contracts/status-pages'
import { isoTimeOrNull } from '@repo/contracts/ticks'
import type { DayStatus } from '@repo/db/queries/uptime'
import { indicatorOf, stateOfMonitor, stateOfParts } from '@repo/domain/status-page'
import { addDurations, type StatusDurations, uptimePercent } from '@repo/domain/uptime'
import { type PageFacts, SHOWN_DAYS } from './page-facts.ts'

export interface PageInput {
  readonly slug: string
  readonly domain: string | null
  readonly hasLogo: boolean
  readonly content: PageContent
}

const DAY_MS = 86_400_000

/** What outsiders get of a page at an instant. Pure: the same facts give the same page. */
export function buildPage(input: PageInput, facts: PageFacts, nowMs: number): PublicPage {
  const { content, slug, domain, hasLogo } = input
  const today = dateIn(content.timeZone, nowMs)
  const scene = { facts, dates: lastDates(today) }
  const sections = content.sections.map(({ id, name, isFolded, components }) => ({
    id,
    name,
    isFolded,
    components: components.map((component) => buildComponent(component, scene)),
  }))
  const { title, description, language, timeZone, theme, homepage, contact, isListed } = content
  return {
    ...{ slug, domain, title, description, language, timeZone, theme, homepage, contact, isListed, hasLogo, today },
    indicator: indicatorOf(sections.flatMap(({ components }) => components.map(({ state }) => state))),
    sections,
    incidents: [],
    maintenances: [],
    announcements: [],
  }
}

interface Scene {
  readonly facts: PageFacts
  readonly dates: readonly string[]
}

function buildComponent(component: PageComponent, scene: Scene): PublicComponent {
  const parts = component.parts.map((part) => buildLeaf(part, scene))
  const own = buildLeaf(component, scene)
  if (component.source.kind !== 'parts') return { ...own, parts }
  return { ...own, state: stateOfParts(parts.map(({ state }) => state)), parts }
}

function buildLeaf({ id, name, description, source, showsUptime }: PageComponent | PagePart, scene: Scene): PublicPart {
  const monitor = source.kind === 'monitor' ? scene.facts.monitors.get(source.monitorId) : undefined
  const found = monitor ? (scene.facts.days.get(monitor.monitorKey) ?? []) : []
  const isShown = showsUptime && source.kind === 'monitor'
  return {
    id,
    name,
    description,
    state: monitor ? stateOfMonitor(monitor.status) : source.kind === 'manual' ? 'operational' : 'unknown',
    since: isoTimeOrNull(monitor?.sinceMs ?? null),
    days: isShown ? daysOf(found, scene.dates) : null,
    uptimePercent: isShown
      ? (uptimePercent(addDurations(found.map(({ durations }) => wholeMs(durations)))) ?? null)
      : null,
    responseMs: null,
  }
}

function daysOf(found: readonly DayStatus[], dates: readonly string[]): PublicDay[] {
  const byDate = new Map(found.map(({ date, durations }) => [date, durations]))
  return dates.map((date) => {
    const durations = byDate.get(date)
    if (!durations) return null
    const { up, degraded, down, unknown, paused, maintenance } = durations
    const [first, ...rest] = [up, degraded, down, unknown + paused, maintenance].map((ms) => Math.round(ms / 1_000))
    const [second = 0, third = 0, fourth = 0, fifth = 0] = rest
    return [first ?? 0, second, third, fourth, fifth]
  })
}

/** The share is reckoned with whole numbers. */
function wholeMs(durations: StatusDurations): StatusDurations {
  const entries = Object.entries(durations).map(([status, ms]) => [status, Math.round(ms)] as const)
  return Object.fromEntries(entries) as unknown as StatusDurations
}

function dateIn(timeZone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const named = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]))
  return `${named.year}-${named.month}-${named.day}`
}

function lastDates(today: string): string[] {
  const lastMs = Date.parse(today)
  return Array.from({ length: SHOWN_DAYS }, (_, place) =>
    new Date(lastMs - (SHOWN_DAYS - 1 - place) * DAY_MS).toISOString().slice(0, 10),
  )
}
