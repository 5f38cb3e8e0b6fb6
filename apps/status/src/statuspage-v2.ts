import type {
  PublicComponent,
  PublicIncident,
  PublicMaintenance,
  PublicPage,
  PublicPart,
  PublicUpdate,
} from '@repo/contracts/public-page'
import { isoTime } from '@repo/contracts/ticks'
import type { ComponentState, Indicator } from '@repo/domain/status-page'
import type { Scene } from './answers.ts'
import { addressOf, openIncidents } from './page-reading.ts'
import { wordsOf } from './words.ts'

/**
 * A page as the public API of Atlassian Statuspage tells it (https://metastatuspage.com/api/v2), so that widgets and bots that were
 * made for that read it. What it has no word for is told in the one that is nearest and says no more than is known.
 */

const indicatorOf: Record<Indicator, string> = {
  none: 'none',
  maintenance: 'maintenance',
  minor: 'minor',
  major: 'major',
  critical: 'critical',
  // Nothing is known to be wrong.
  unknown: 'none',
}

const descriptionOf: Record<Indicator, string> = {
  none: 'All Systems Operational',
  maintenance: 'Service Under Maintenance',
  minor: 'Partially Degraded Service',
  major: 'Partial System Outage',
  critical: 'Major System Outage',
  unknown: 'Status Unknown',
}

export function pageOf(scene: Scene) {
  const { slug, title, timeZone } = scene.kept.snapshot.page
  return {
    id: slug,
    name: title,
    url: addressOf(scene),
    time_zone: timeZone,
    updated_at: isoTime(scene.updatedAtMs),
  }
}

export function statusOf({ indicator }: PublicPage) {
  return { indicator: indicatorOf[indicator], description: descriptionOf[indicator] }
}

/** Sections with a name, and components with parts, are groups. */
export function componentsOf(scene: Scene) {
  const { page } = scene.kept.snapshot
  const listed = page.sections.flatMap(({ id, name, components }) => {
    const children = components.flatMap((component) => [
      ofLeaf(component, { scene, groupId: name ? id : null }),
      ...component.parts.map((part) => ofLeaf(part, { scene, groupId: component.id })),
    ])
    return name ? [ofSection({ id, name, components }, scene), ...children] : children
  })
  return listed.map((component, place) => ({ ...component, position: place + 1 }))
}

interface Place {
  readonly scene: Scene
  readonly groupId: string | null
}

function ofLeaf(leaf: PublicComponent | PublicPart, { scene, groupId }: Place) {
  const at = leaf.since ?? isoTime(scene.kept.snapshot.readAtMs)
  const parts = 'parts' in leaf ? leaf.parts : []
  return {
    ...common(scene),
    id: leaf.id,
    name: leaf.name,
    status: knownState(leaf),
    created_at: at,
    updated_at: at,
    description: leaf.description || null,
    group_id: groupId,
    group: parts.length > 0,
    ...(parts.length > 0 && { components: parts.map(({ id }) => id) }),
  }
}

function ofSection(section: Pick<PublicPage['sections'][number], 'id' | 'name' | 'components'>, scene: Scene) {
  const at = isoTime(scene.kept.snapshot.readAtMs)
  return {
    ...common(scene),
    id: section.id,
    name: section.name,
    status: worst(section.components.map(knownState)),
    created_at: at,
    updated_at: at,
    description: null,
    group_id: null,
    group: true,
    components: section.components.map(({ id }) => id),
  }
}

const common = ({ kept }: Scene) => ({
  showcase: false,
  start_date: null,
  page_id: kept.snapshot.page.slug,
  only_show_if_degraded: false,
})

/** In the order in which one of them speaks for its group. */
const states: readonly ComponentState[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]

function worst(all: readonly ComponentState[]): ComponentState {
  return states[Math.max(0, ...all.map((state) => states.indexOf(state)))] ?? 'operational'
}

/** Their API has no word for not knowing, and tools take one that they do not know for an outage: it is told as it was last known. */
function knownState({ state, lastKnown }: Pick<PublicPart, 'state' | 'lastKnown'>): ComponentState {
  if (state !== 'unknown') return state
  return lastKnown === 'unknown' ? 'operational' : lastKnown
}

export function incidentsOf(scene: Scene, { onlyOpen = false } = {}) {
  const { page } = scene.kept.snapshot
  return (onlyOpen ? openIncidents(page) : page.incidents)
    .slice(0, LISTED)
    .map((incident) => ofIncident(incident, scene))
}

/** As many as theirs lists. */
const LISTED = 50

function ofIncident(incident: PublicIncident, scene: Scene) {
  const { id, title, impact, phase, beganAt, resolvedAt, updates } = incident
  return {
    id,
    name: title,
    status: phase,
    created_at: beganAt,
    updated_at: updates[0]?.at ?? beganAt,
    monitoring_at: updates.find((update) => update.phase === 'monitoring')?.at ?? null,
    resolved_at: resolvedAt,
    impact,
    shortlink: `${addressOf(scene)}/incidents/${id}`,
    started_at: beganAt,
    page_id: scene.kept.snapshot.page.slug,
    incident_updates: updates.map((update) => ofUpdate(update, incident)),
    components: concerned(incident.componentIds, scene),
  }
}

function ofUpdate({ id, phase, body, at }: PublicUpdate, incident: Pick<PublicIncident, 'id'>) {
  const times = { created_at: at, updated_at: at, display_at: at }
  return { id, status: phase, body, incident_id: incident.id, ...times, ...untold }
}

/** What theirs says of an update beside this, so that clients that ask for every field find it: what we do not say, or send ourselves. */
const untold = { affected_components: null, deliver_notifications: true, custom_tweet: null, tweet_id: null } as const

/** @param state those of which it is; all of them without it. */
export function maintenancesOf(scene: Scene, state?: PublicMaintenance['state']) {
  const { maintenances } = scene.kept.snapshot.page
  return maintenances
    .filter((one) => state === undefined || one.state === state)
    .slice(0, LISTED)
    .map((one) => ofMaintenance(one, scene))
}

function ofMaintenance({ id, title, body, state, startsAt, endsAt, componentIds }: PublicMaintenance, scene: Scene) {
  const at = state === 'scheduled' ? isoTime(scene.kept.snapshot.readAtMs) : startsAt
  // There is no word for it there: it is over, and its text says why.
  const isCancelled = state === 'cancelled'
  const status = isCancelled ? 'completed' : state
  const { maintenance: words } = wordsOf(scene.kept.snapshot.page.language)
  const said = isCancelled ? [words.cancelled, body].filter((text) => text !== '').join('\n\n') : body
  const update = { id, status, body: said, incident_id: id, created_at: at, updated_at: at, display_at: at }
  return {
    id,
    name: title,
    status,
    created_at: at,
    updated_at: at,
    monitoring_at: null,
    resolved_at: isCancelled ? startsAt : state === 'completed' ? endsAt : null,
    impact: 'maintenance',
    shortlink: `${addressOf(scene)}/#maintenance`,
    started_at: startsAt,
    page_id: scene.kept.snapshot.page.slug,
    incident_updates: [{ ...update, ...untold }],
    components: concerned(componentIds, scene),
    scheduled_for: startsAt,
    scheduled_until: endsAt,
  }
}

function concerned(ids: readonly string[], scene: Scene) {
  const wanted = new Set(ids)
  return componentsOf(scene).filter(({ id }) => wanted.has(id))
}
