import type {
  maintenanceStates,
  PublicIncident,
  PublicMaintenance,
  publicAnnouncementSchema,
} from '@repo/contracts/public-page'
import type { PageContent } from '@repo/contracts/status-pages'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { SaidAnnouncement, SaidIncident } from '@repo/db/queries/page-notices'
import type { Period } from '@repo/domain/maintenance'
import type { z } from 'zod'
import type { CarriedOn, MaintenanceFact } from './maintenance-facts.ts'
import { maintenanceId } from './maintenance-id.ts'
import { leavesOf, type Standing } from './page-facts.ts'

/** What is said of components that the page does not show is not said of them. */
export function buildIncident(said: SaidIncident, shown: ReadonlySet<string>): PublicIncident {
  const { id, title, impact, phase } = said
  return {
    ...{ id, title, impact, phase },
    beganAt: isoTime(said.beganAtMs),
    resolvedAt: isoTimeOrNull(said.resolvedAtMs),
    componentIds: said.components.map(({ componentId }) => componentId).filter((one) => shown.has(one)),
    updates: said.updates.map(({ atMs, ...update }) => ({
      ...{ id: update.id, phase: update.phase, body: update.body },
      at: isoTime(atMs),
    })),
  }
}

export function buildAnnouncements(
  said: readonly SaidAnnouncement[],
  nowMs: number,
): z.output<typeof publicAnnouncementSchema>[] {
  return said
    .filter(({ fromMs, untilMs }) => fromMs <= nowMs && (untilMs === null || untilMs > nowMs))
    .map(({ id, title, body, fromMs }) => ({ id, title, body, at: isoTime(fromMs) }))
}

/** Of the components that a page shows: one that concerns none of them is not told of. What lasts or comes is first, the next one first. */
export function buildMaintenances(
  facts: readonly MaintenanceFact[],
  { content, standing, nowMs }: { content: PageContent; standing: Standing; nowMs: number },
): PublicMaintenance[] {
  const touching = facts.flatMap((fact) => {
    const componentIds = touchedBy(fact, content, standing)
    return componentIds.length > 0 ? [{ fact, componentIds }] : []
  })
  const isLast = isLastOf(touching.map(({ fact }) => fact))
  const built = touching.flatMap(({ fact, componentIds }) => [
    ...occurrencesOf(fact, { componentIds, nowMs }),
    ...(fact.carriedOn && isLast(fact) ? occurrencesOf(leftBy(fact, fact.carriedOn), { componentIds, nowMs }) : []),
  ])
  const now = isoTime(nowMs)
  const isOver = ({ state, endsAt }: PublicMaintenance) =>
    state === 'completed' || (state === 'cancelled' && endsAt <= now)
  const ahead = built.filter((one) => !isOver(one)).toSorted((a, b) => compare(a.startsAt, b.startsAt))
  const over = built.filter(isOver).toSorted((a, b) => compare(b.startsAt, a.startsAt))
  return [...ahead, ...over]
}

/** @returns whether a page tells of nothing that a window became later: windows as they are come before what they were, oldest first. */
function isLastOf(facts: readonly MaintenanceFact[]): (fact: MaintenanceFact) => boolean {
  const current = new Set(facts.filter(({ formerId }) => formerId === undefined).map(({ windowId }) => windowId))
  const last = new Map(facts.map((fact) => [fact.windowId, fact]))
  return (fact) => !current.has(fact.windowId) && last.get(fact.windowId) === fact
}

/** What a window was, for a page that what it became does not concern: what lasted ended, and what was to come does not come. */
function leftBy(fact: MaintenanceFact, { begun, ahead, isRecurring }: CarriedOn): MaintenanceFact {
  return { ...fact, isRecurring, periods: begun, cancelled: ahead }
}

interface Occurring {
  readonly componentIds: readonly string[]
  readonly nowMs: number
}

function occurrencesOf(fact: MaintenanceFact, { componentIds, nowMs }: Occurring): PublicMaintenance[] {
  return [
    ...fact.periods.map((period) => ({ period, state: stateAt(period, nowMs) })),
    ...fact.cancelled.map((period) => ({ period, state: 'cancelled' as const })),
  ].map((one) => buildOccurrence(fact, { ...one, componentIds: [...componentIds] }))
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

interface Occurrence extends Pick<PublicMaintenance, 'state' | 'componentIds'> {
  readonly period: Period
}

function buildOccurrence(
  { windowId, title, body, isRecurring }: MaintenanceFact,
  { period: { fromMs, toMs }, state, componentIds }: Occurrence,
): PublicMaintenance {
  const id = maintenanceId({ windowId, isRecurring, fromMs })
  return {
    ...{ id, title, body, state, componentIds },
    startsAt: isoTime(fromMs),
    endsAt: isoTime(toMs),
  }
}

function stateAt({ fromMs, toMs }: Period, nowMs: number): (typeof maintenanceStates)[number] {
  if (nowMs < fromMs) return 'scheduled'
  return nowMs < toMs ? 'in_progress' : 'completed'
}

function touchedBy({ monitorIds }: MaintenanceFact, content: PageContent, { groups }: Standing): string[] {
  const isTouched = (monitorId: string) => monitorIds === null || monitorIds.has(monitorId)
  return leavesOf(content)
    .filter(({ source }) => {
      if (source.kind === 'monitor') return isTouched(source.monitorId)
      if (source.kind !== 'group') return false
      return groups.get(source.groupId)?.members.some(({ monitorId }) => isTouched(monitorId)) ?? false
    })
    .map(({ id }) => id)
}
