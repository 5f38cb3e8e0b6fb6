import type { PublicPage, PublicPart } from '@repo/contracts/public-page'
import type { PageComponent, PageContent, PagePart } from '@repo/contracts/status-pages'
import { isoTimeOrNull } from '@repo/contracts/ticks'
import type { SaidIncident } from '@repo/db/queries/page-notices'
import {
  type ComponentState,
  indicatorOf,
  isWorse,
  raiseIndicator,
  stateOfGroup,
  stateOfMonitor,
  stateOfParts,
} from '@repo/domain/status-page'
import { buildAnnouncements, buildIncident, buildMaintenances } from './build-notices.ts'
import { DAY_MS, leavesOf, type PageFacts, SHOWN_DAYS } from './page-facts.ts'

export interface PageInput {
  readonly slug: string
  readonly domain: string | null
  /** Of the bytes of its logo. */
  readonly logo: string | null
  readonly content: PageContent
}

/** What outsiders get of a page at an instant. Pure: the same facts give the same page. */
export function buildPage(input: PageInput, facts: PageFacts, nowMs: number): PublicPage {
  const { content, slug, domain, logo } = input
  const open = facts.sayings.incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null)
  const scene = { facts, open }
  const sections = content.sections.map(({ id, name, isFolded, components }) => ({
    ...{ id, name, isFolded },
    components: components.map((component) => buildComponent(component, scene)),
  }))
  const states = sections.flatMap(({ components }) => components.map(({ state }) => state))
  const shown = new Set(leavesOf(content).map(({ id }) => id))
  const { title, description, language, timeZone, theme, homepage, contact, isListed } = content
  return {
    ...{ slug, domain, title, description, language, timeZone, theme, homepage, contact, isListed, logo },
    today: facts.history.today,
    indicator: raiseIndicator(
      indicatorOf(states),
      open.map(({ impact }) => impact),
    ),
    sections,
    incidents: facts.sayings.incidents
      .filter(({ resolvedAtMs }) => resolvedAtMs === null || resolvedAtMs > nowMs - SHOWN_DAYS * DAY_MS)
      .map((said) => buildIncident(said, shown)),
    maintenances: buildMaintenances(facts.maintenances, { content, standing: facts.standing, nowMs }),
    announcements: buildAnnouncements(facts.sayings.announcements, nowMs),
  }
}

interface Scene {
  readonly facts: PageFacts
  /** The incidents that last. */
  readonly open: readonly SaidIncident[]
}

function buildComponent(component: PageComponent, scene: Scene) {
  const parts = component.parts.map((part) => buildLeaf(part, scene))
  if (component.source.kind !== 'parts') return { ...buildLeaf(component, scene), parts }
  const seen = {
    state: stateOfParts(parts.map(({ state }) => state)),
    lastKnown: stateOfParts(parts.map(({ lastKnown }) => lastKnown)),
    sinceMs: null,
  }
  return { ...buildShown(component, seen, scene), parts }
}

type Leaf = PageComponent | PagePart

/** What is seen of a component, or what was said of one that nobody watches. */
interface Seen {
  readonly state: ComponentState
  readonly lastKnown: ComponentState
  readonly sinceMs: number | null
}

function buildLeaf(leaf: Leaf, scene: Scene): PublicPart {
  return buildShown(leaf, seenOf(leaf, scene.facts), scene)
}

function buildShown({ id, name, description }: Leaf, seen: Seen, scene: Scene): PublicPart {
  const { state, lastKnown, sinceMs } = worseOf(id, seen, scene.open)
  const bars = scene.facts.history.bars.get(id)
  const medians = scene.facts.history.medians.get(id)
  return {
    ...{ id, name, description, state },
    lastKnown: state === 'unknown' ? lastKnown : state,
    since: isoTimeOrNull(sinceMs),
    days: bars?.days ?? null,
    uptimePercent: bars?.uptimePercent ?? null,
    responseMs: medians ? hoursOf(medians) : null,
  }
}

/** People may say worse of a component than is seen of it. Nothing that they say makes it better. */
function worseOf(id: string, seen: Seen, open: readonly SaidIncident[]): Seen {
  let worst = seen
  for (const { components, beganAtMs } of open) {
    const said = components.find(({ componentId }) => componentId === id)
    if (said && isWorse(said.state, worst.state)) worst = { ...seen, state: said.state, sinceMs: beganAtMs }
  }
  return worst
}

const unseen: Seen = { state: 'unknown', lastKnown: 'unknown', sinceMs: null }

function seenOf({ id, source }: Leaf, { standing, sayings, history }: PageFacts): Seen {
  if (source.kind === 'monitor') {
    const monitor = standing.monitors.get(source.monitorId)
    if (!monitor) return unseen
    const { status, sinceMs, lastKnown } = monitor
    return { state: stateOfMonitor(status), lastKnown: stateOfMonitor(lastKnown ?? 'unknown'), sinceMs }
  }
  if (source.kind === 'group') {
    const group = standing.groups.get(source.groupId)
    if (!group) return unseen
    const members = group.members.flatMap(({ monitorId, weight }) => {
      const monitor = standing.monitors.get(monitorId)
      return monitor ? [{ weight, status: monitor.status }] : []
    })
    const past = history.groups.get(source.groupId)
    const lastKnown = stateOfMonitor(past?.lastKnown ?? 'unknown')
    return { state: stateOfGroup(group.rule, members), lastKnown, sinceMs: past?.sinceMs ?? null }
  }
  const said = sayings.states.find(({ componentId, endedAtMs }) => componentId === id && endedAtMs === null)
  const known = sayings.states.findLast(({ componentId, state }) => componentId === id && state !== 'unknown')
  const state = said?.state ?? 'operational'
  return { state, lastKnown: known?.state ?? state, sinceMs: said?.beganAtMs ?? null }
}

/** Of a monitor that was not checked for a day there are twenty-four hours of nothing. */
function hoursOf(medians: readonly (number | null)[]): (number | null)[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const us = medians[hour] ?? null
    return us === null ? null : Math.round(us / 1_000)
  })
}
