import type { PublicComponent, PublicIncident, PublicPage } from '@repo/contracts/public-page'
import type { ComponentState, Impact, Indicator } from '@repo/domain/status-page'
import { keptFormat } from './formats.ts'
import { counted, say, type Trouble, type Words } from './words.ts'

/** How something looks: a colour, a glyph and a pattern each. */
export type Tone = 'up' | 'degraded' | 'down' | 'maintenance' | 'unknown'

export interface Headline {
  readonly tone: Tone
  readonly text: string
  /** Since when the worst of it lasts; null where all is well, or that is not known. */
  readonly sinceMs: number | null
  /** The worst of the incidents that last; null where there is none. */
  readonly impact: Impact | null
}

export const toneOfState: Readonly<Record<ComponentState, Tone>> = {
  operational: 'up',
  degraded_performance: 'degraded',
  partial_outage: 'degraded',
  major_outage: 'down',
  under_maintenance: 'maintenance',
  unknown: 'unknown',
}

export const toneOfImpact: Readonly<Record<Impact, Tone>> = {
  none: 'up',
  minor: 'degraded',
  major: 'down',
  critical: 'down',
}

const toneOfIndicator: Readonly<Record<Indicator, Tone>> = {
  none: 'up',
  maintenance: 'maintenance',
  minor: 'degraded',
  major: 'down',
  critical: 'down',
  unknown: 'unknown',
}

/** From what everybody has to know to what can wait. */
const troubles: readonly Trouble[] = [
  'major_outage',
  'partial_outage',
  'degraded_performance',
  'under_maintenance',
  'unknown',
]
/** So many names are read in one sentence. */
const NAMES = 3
/** And names of so many characters together. */
const NAMES_LENGTH = 160
/** So many kinds of trouble are read in one headline. */
const SENTENCES = 2
const impactsBySeverity: readonly Impact[] = ['critical', 'major', 'minor', 'none']

/** What the page says is now, never what was today: the bars keep that. */
export function headlineOf(page: PublicPage, words: Words): Headline {
  const components = page.sections.flatMap(({ components }) => components)
  const active = activeIncidents(page)
  const impact = impactsBySeverity.find((one) => active.some((incident) => incident.impact === one)) ?? null
  const worst = troubles.find((state) => components.some((one) => one.state === state))
  if (!worst) return quietHeadline({ words, active, impact, isEmpty: components.length === 0 })
  const concerned = components.filter(({ state }) => state === worst)
  return {
    tone: toneOfIndicator[page.indicator],
    text: componentsText(components, words),
    sinceMs: earliest(concerned.map(({ since }) => since)) ?? earliest(active.map(({ beganAt }) => beganAt)),
    impact,
  }
}

export function activeIncidents({ incidents }: PublicPage): PublicIncident[] {
  return incidents.filter(({ resolvedAt }) => resolvedAt === null)
}

interface Quiet {
  readonly words: Words
  readonly active: readonly PublicIncident[]
  readonly impact: Impact | null
  readonly isEmpty: boolean
}

/** Where every component works, what people have said is going on is the news. */
function quietHeadline({ words, active, impact, isEmpty }: Quiet): Headline {
  const told = active.find((incident) => incident.impact === impact)
  if (told && impact && impact !== 'none')
    return { tone: toneOfImpact[impact], text: told.title, sinceMs: Date.parse(told.beganAt), impact }
  if (isEmpty) return { tone: 'unknown', text: words.nothingShown, sinceMs: null, impact }
  return { tone: 'up', text: words.all.operational, sinceMs: null, impact }
}

function componentsText(components: readonly PublicComponent[], words: Words): string {
  const [first] = components
  if (first && components.every(({ state }) => state === first.state)) return words.all[first.state]
  const sentences = troubles.flatMap((state) => {
    const names = components.filter((one) => one.state === state).map(({ name }) => name)
    return names.length > 0 ? [troubleText(state, names, words)] : []
  })
  const isRestWell = sentences.length <= SENTENCES && components.some(({ state }) => state === 'operational')
  return [...sentences.slice(0, SENTENCES), ...(isRestWell ? [words.restWorks] : [])].join(words.sentenceGap)
}

function troubleText(state: Trouble, names: readonly string[], words: Words): string {
  const { locale, some, many } = words
  const count = names.length
  if (count > NAMES || (count > 1 && names.join('').length > NAMES_LENGTH))
    return say(counted(many[state], count, locale), { count })
  return say(counted(some[state], count, locale), { names: listText(names, locale) })
}

/** `Search, API and Webhooks`. */
export function listText(names: readonly string[], locale: string): string {
  const list = keptFormat(`list ${locale}`, () => new Intl.ListFormat(locale, { type: 'conjunction' }))
  return list.format(names.map(isolated))
}

const fromRightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** Two names that are written from right to left would else change places, and draw the words beside them along (UAX #9, 2.4). */
function isolated(name: string): string {
  return fromRightToLeft.test(name) ? `\u2068${name}\u2069` : name
}

function earliest(times: readonly (string | null)[]): number | null {
  const known = times.flatMap((time) => (time === null ? [] : [Date.parse(time)]))
  return known.length === 0 ? null : Math.min(...known)
}
