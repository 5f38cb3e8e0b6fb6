import type { PageContent, PageLanguage } from '@repo/contracts/status-pages'
import type { TouchedComponent } from '@repo/db/queries/page-incidents'
import { type ComponentState, type Impact, stateOfGroup, stateOfMonitor, worstState } from '@repo/domain/status-page'
import { leavesOf, type Standing } from './page-facts.ts'

/** What is drafted of incidents of monitors: of the page's own components, in its own words. */
export interface DraftedIncident {
  readonly title: string
  readonly impact: Impact
  readonly components: readonly TouchedComponent[]
  readonly body: string
}

/** Of the components of a page that these monitors make what they are; undefined where there are none. */
export function draftIncident(
  content: PageContent,
  monitorIds: ReadonlySet<string>,
  standing: Standing,
): DraftedIncident | undefined {
  const leaves = leavesOf(content)
  const touched = leaves.flatMap(({ id, name, source }) => {
    if (source.kind === 'monitor' && monitorIds.has(source.monitorId))
      return [
        { componentId: id, name, state: stateOfMonitor(standing.monitors.get(source.monitorId)?.status ?? 'unknown') },
      ]
    if (source.kind !== 'group') return []
    const state = stateOfTouched(source.groupId, monitorIds, standing)
    return state ? [{ componentId: id, name, state }] : []
  })
  if (touched.length === 0) return undefined
  const judged = leaves.filter(({ source }) => source.kind !== 'parts').length
  const words = wordsIn(content.language)
  const names = listOf(
    touched.map(({ name }) => name),
    content.language,
  )
  return {
    title: words.title(names).slice(0, TITLE_LENGTH),
    impact: impactOf(
      touched.map(({ state }) => state),
      judged,
    ),
    components: touched.map(({ componentId, state }) => ({ componentId, state })),
    body: words.begun(names),
  }
}

/** What is drafted once all of it is over. */
export function draftResolution(content: PageContent, componentIds: ReadonlySet<string>): string {
  return wordsIn(content.language).over(namesOf(content, componentIds))
}

/** What is drafted where some of it is back after the page had said that it is over. */
export function draftRelapse(content: PageContent, componentIds: ReadonlySet<string>): string {
  return wordsIn(content.language).back(namesOf(content, componentIds))
}

function namesOf(content: PageContent, componentIds: ReadonlySet<string>): string {
  const names = leavesOf(content).flatMap(({ id, name }) => (componentIds.has(id) ? [name] : []))
  return listOf(names, content.language)
}

const TITLE_LENGTH = 200

/** A group that works although one of its members does not is not touched. */
function stateOfTouched(
  groupId: string,
  monitorIds: ReadonlySet<string>,
  { groups, monitors }: Standing,
): ComponentState | undefined {
  const group = groups.get(groupId)
  if (!group?.members.some(({ monitorId }) => monitorIds.has(monitorId))) return undefined
  const members = group.members.flatMap(({ monitorId, weight }) => {
    const status = monitors.get(monitorId)?.status
    return status ? [{ status, weight }] : []
  })
  const state = stateOfGroup(group.rule, members)
  return state === 'operational' ? undefined : state
}

function impactOf(states: readonly ComponentState[], ofAll: number): Impact {
  if (worstState(states) !== 'major_outage') return 'minor'
  return states.length === ofAll && states.every((state) => state === 'major_outage') ? 'critical' : 'major'
}

interface Words {
  readonly title: (names: string) => string
  readonly begun: (names: string) => string
  readonly over: (names: string) => string
  readonly back: (names: string) => string
  readonly more: (count: number) => string
}

const wordsOf: Record<PageLanguage, Words> = {
  en: {
    title: (names) => `Problem with ${names}`,
    begun: (names) => `We are looking into a problem with ${names}.`,
    over: (names) => `The problem with ${names} is resolved.`,
    back: (names) => `The problem with ${names} is back. We are looking into it.`,
    more: (count) => `${count} more`,
  },
  de: {
    title: (names) => `Störung: ${names}`,
    begun: (names) => `Wir untersuchen eine Störung: ${names}.`,
    over: (names) => `Die Störung ist behoben: ${names}.`,
    back: (names) => `Die Störung ist wieder da: ${names}. Wir untersuchen sie.`,
    more: (count) => `${count} weitere`,
  },
  fr: {
    title: (names) => `Incident : ${names}`,
    begun: (names) => `Nous examinons un incident concernant ${names}.`,
    over: (names) => `L’incident concernant ${names} est résolu.`,
    back: (names) => `L’incident concernant ${names} est de retour. Nous l’examinons.`,
    more: (count) => `${count} autres`,
  },
  es: {
    title: (names) => `Incidencia: ${names}`,
    begun: (names) => `Estamos investigando un problema con ${names}.`,
    over: (names) => `El problema con ${names} está resuelto.`,
    back: (names) => `El problema con ${names} ha vuelto. Lo estamos investigando.`,
    more: (count) => `${count} más`,
  },
  ja: {
    title: (names) => `障害: ${names}`,
    begun: (names) => `${names} の問題を調査しています。`,
    over: (names) => `${names} の問題は解決しました。`,
    back: (names) => `${names} の問題が再発しました。調査しています。`,
    more: (count) => `他 ${count} 件`,
  },
}

function wordsIn(language: PageLanguage): Words {
  return wordsOf[language]
}

const NAMED = 3

/** The first of them by their names, and how many there are beside. */
function listOf(names: readonly string[], language: PageLanguage): string {
  const rest = names.length - NAMED
  const listed = rest > 0 ? [...names.slice(0, NAMED), wordsIn(language).more(rest)] : names
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(listed)
}
