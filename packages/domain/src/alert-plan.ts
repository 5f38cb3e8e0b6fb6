import {
  type AlertedMonitor,
  type AlertPolicy,
  type AlertTarget,
  channelsOf,
  isAbout,
  isOfTopic,
  quietUntil,
  type Recipients,
} from './alert-policy.ts'
import type { Severity } from './incident.ts'

/** What happened of one thing that people are told of: an outage, a storm of them, or a single piece of news. */
export interface AlertStory {
  readonly about: readonly AlertedMonitor[]
  readonly isStorm: boolean
  /** In the order of their instants. */
  readonly events: readonly StoryEvent[]
  readonly acknowledgedAtMs: number | null
}

export type StoryEvent =
  | { readonly kind: 'opened' | 'reopened' | 'changed'; readonly atMs: number; readonly severity: Severity }
  | { readonly kind: 'resolved'; readonly atMs: number }
  | { readonly kind: 'news'; readonly atMs: number; readonly topic: 'advisory' | 'warning' }

/**
 * `opening` is what a channel is told first of an outage, `again` what it is reminded of, `change` that it became worse or better,
 * `closing` that it is over, and `news` what has no end.
 */
export const alertParts = ['opening', 'again', 'change', 'closing', 'news'] as const
export type AlertPart = (typeof alertParts)[number]

export const plannedEvents = [
  ...(['down', 'degraded', 'reopened', 'storm', 'was_down'] as const),
  ...(['recovered', 'advisory', 'warning'] as const),
] as const
export type PlannedEvent = (typeof plannedEvents)[number]

export interface PlannedAlert {
  readonly policyId: string
  readonly channelId: string
  /** How often it had begun before: what is reopened begins anew. */
  readonly spell: number
  readonly part: AlertPart
  readonly event: PlannedEvent
  readonly dueAtMs: number
  /** Of all that one channel is told of a story no two have the same. */
  readonly key: string
}

export interface PlanMeans {
  readonly policies: readonly AlertPolicy[]
  readonly recipients: Recipients
  /** Only what comes due later than this, up to and with the other. */
  readonly fromMs: number
  readonly untilMs: number
}

/** What comes again does so no more often than this. */
const mostRounds = 1_000

/**
 * Who is told what of a story, and when, as far as it is known what will happen: a person who acknowledges, or its end, changes what
 * comes after them and nothing before. The simulator and whoever tells people both ask here.
 */
export function planAlerts(story: AlertStory, means: PlanMeans): PlannedAlert[] {
  const policies = means.policies.filter((policy) => story.about.some((monitor) => isAbout(policy, monitor)))
  const planned = [
    ...policies.flatMap((policy) => newsOf(policy, story, means)),
    ...spellsOf(story).flatMap((spell) => planSpell(spell, policies, means)),
  ]
  return planned.filter(({ dueAtMs }) => dueAtMs > means.fromMs && dueAtMs <= means.untilMs)
}

const horizonsMs = [900_000, 7_200_000, 180_000_000]

/** When something of a story may come due next, though nothing more happens; null where nothing will. */
export function nextAlertMs(story: AlertStory, policies: readonly AlertPolicy[], afterMs: number): number | null {
  const mine = policies.filter((policy) => story.about.some((monitor) => isAbout(policy, monitor)))
  for (const horizonMs of horizonsMs) {
    const span = { fromMs: afterMs, untilMs: afterMs + horizonMs }
    const instants = mine.flatMap((policy) => [
      ...newsDues(policy, story).map(({ dueAtMs }) => dueAtMs),
      ...spellsOf(story).flatMap((spell) => instantsOf(policy, spell, span)),
    ])
    const next = instants.filter((ms) => ms > span.fromMs && ms <= span.untilMs)
    if (next.length > 0) return Math.min(...next)
  }
  return null
}

/** From when it began until it was over. */
interface Spell {
  readonly number: number
  readonly isReopened: boolean
  readonly isStorm: boolean
  readonly severities: readonly { readonly atMs: number; readonly severity: Severity }[]
  /** Infinity while it lasts. */
  readonly endMs: number
  /** Infinity where nobody has acknowledged it. */
  readonly acknowledgedMs: number
}

function spellsOf({ events, isStorm, acknowledgedAtMs }: AlertStory): Spell[] {
  const spells: Spell[] = []
  for (const event of events) {
    const last = spells.at(-1)
    const isOpen = last !== undefined && last.endMs === Number.POSITIVE_INFINITY
    if (event.kind === 'news') continue
    if (event.kind === 'resolved') {
      if (isOpen) spells[spells.length - 1] = { ...last, endMs: event.atMs }
    } else if (isOpen) {
      spells[spells.length - 1] = { ...last, severities: [...last.severities, event] }
    } else if (event.kind !== 'changed') {
      const isAcknowledged = acknowledgedAtMs !== null && acknowledgedAtMs >= event.atMs
      spells.push({
        number: spells.length,
        ...{ isReopened: event.kind === 'reopened', isStorm, severities: [event], endMs: Number.POSITIVE_INFINITY },
        acknowledgedMs: isAcknowledged ? acknowledgedAtMs : Number.POSITIVE_INFINITY,
      })
    }
  }
  return spells
}

function planSpell(spell: Spell, policies: readonly AlertPolicy[], means: PlanMeans): PlannedAlert[] {
  const told = policies.flatMap((policy) => tellingsOf(policy, spell, means)).toSorted(byDue)
  const openings = new Set<string>()
  const last = new Map<string, number>()
  const planned: PlannedAlert[] = []
  for (const telling of told) {
    const { channelId, dueAtMs, step, round, policy } = telling
    // Two policies that say the same to one channel at one instant say it once.
    if (last.get(channelId) === dueAtMs) continue
    last.set(channelId, dueAtMs)
    const isFirst = round === 0 && !openings.has(channelId)
    if (isFirst) openings.add(channelId)
    const key = isFirst ? `opening:${spell.number}` : `again:${spell.number}:${policy.id}:${step}:${round}`
    planned.push(toAlert(telling, spell, { part: isFirst ? 'opening' : 'again', key }))
  }
  return [...planned, ...changesOf(spell, policies, means), ...closingsOf(spell, policies, told)]
}

function toAlert(
  { policy, channelId, event, dueAtMs }: Pick<Telling, 'policy' | 'channelId' | 'event' | 'dueAtMs'>,
  spell: Pick<Spell, 'number'>,
  { part, key }: Pick<PlannedAlert, 'part' | 'key'>,
): PlannedAlert {
  return { policyId: policy.id, channelId, spell: spell.number, part, event, dueAtMs, key }
}

interface Due {
  readonly policy: AlertPolicy
  readonly step: number
  /** 0 where it is no repetition. */
  readonly round: number
  readonly event: PlannedEvent
  readonly dueAtMs: number
  readonly targets: readonly AlertTarget[]
}

interface Telling extends Due {
  readonly channelId: string
}

function tellingsOf(policy: AlertPolicy, spell: Spell, { recipients, ...span }: PlanMeans): Telling[] {
  // Whoever was told is told its end: then all that was said before counts.
  const isEnding = spell.endMs !== Number.POSITIVE_INFINITY
  return duesOf(policy, spell, isEnding ? { ...span, fromMs: Number.NEGATIVE_INFINITY } : span).flatMap((due) =>
    channelsOf(due.targets, recipients, due.dueAtMs).map((channelId) => ({ ...due, channelId })),
  )
}

type Span = Pick<PlanMeans, 'fromMs' | 'untilMs'>

/** The steps of a policy with their repetitions, each when it is told: of the latter only those of the span. */
function duesOf(policy: AlertPolicy, spell: Spell, span: Span): Due[] {
  const beganMs = beginningFor(policy, spell)
  if (beganMs === undefined) return []
  const steps = policy.steps.flatMap((_, step) => stepOf(policy, spell, { step, beganMs }))
  return [...steps, ...roundsOf(policy, spell, { beganMs, ...span })]
}

/** When it became what a policy is about. */
function beginningFor(policy: AlertPolicy, { severities }: Spell): number | undefined {
  return severities.find(({ severity }) => isOfTopic(policy, severity))?.atMs
}

function stepOf(policy: AlertPolicy, spell: Spell, { step, beganMs }: { step: number; beganMs: number }): Due[] {
  const { afterMs, targets } = policy.steps[step] ?? { afterMs: 0, targets: [] }
  const baseMs = beganMs + afterMs
  const isEscalation = afterMs > 0
  const topic = severityFor(policy, spell, baseMs)
  const dueAtMs = quietUntil(policy.quiet, topic, baseMs) ?? baseMs
  const due = { policy, step, round: 0, dueAtMs, targets }
  if (spell.endMs <= dueAtMs) {
    // It was held back and is over: whoever would have been told at once hears of it, the others need not.
    const wasDown = spell.severities.some(({ severity }) => severity === 'down') && policy.topics.includes('down')
    return isEscalation || !wasDown ? [] : [{ ...due, event: 'was_down' }]
  }
  if (isEscalation && spell.acknowledgedMs <= dueAtMs) return []
  return [{ ...due, event: eventOf(policy, spell, dueAtMs) }]
}

function roundsOf(policy: AlertPolicy, spell: Spell, { beganMs, fromMs, untilMs }: Span & { beganMs: number }): Due[] {
  const { steps, repeatEveryMs, quiet } = policy
  const last = steps.at(-1)
  if (!last || repeatEveryMs === null) return []
  const startMs = beganMs + last.afterMs
  const stopMs = Math.min(spell.endMs, spell.acknowledgedMs)
  const dues: Due[] = []
  const first = Math.max(1, Number.isFinite(fromMs) ? Math.floor((fromMs - startMs) / repeatEveryMs) : 1)
  for (let round = first; round <= mostRounds; round += 1) {
    const dueAtMs = startMs + round * repeatEveryMs
    if (dueAtMs >= stopMs || dueAtMs > untilMs) break
    if (quietUntil(quiet, severityFor(policy, spell, dueAtMs), dueAtMs) !== null) continue
    const event = eventOf(policy, spell, dueAtMs)
    dues.push({ policy, step: steps.length - 1, round, event, dueAtMs, targets: last.targets })
  }
  return dues
}

/** What it is at an instant, in a word that the policy is about. */
function severityFor(policy: AlertPolicy, { severities }: Spell, atMs: number): Severity {
  const mine = severities.filter((one) => isOfTopic(policy, one.severity))
  return (mine.findLast((one) => one.atMs <= atMs) ?? mine[0])?.severity ?? 'down'
}

function eventOf(policy: AlertPolicy, spell: Spell, atMs: number): PlannedEvent {
  if (spell.isStorm) return 'storm'
  return spell.isReopened ? 'reopened' : severityFor(policy, spell, atMs)
}

/** That it became worse or better is told to those who were told at once; what is quiet then is not told later. */
function changesOf(spell: Spell, policies: readonly AlertPolicy[], { recipients }: PlanMeans): PlannedAlert[] {
  const told = new Set<string>()
  return policies.flatMap((policy) => {
    const beganMs = beginningFor(policy, spell)
    const targets = policy.steps.filter(({ afterMs }) => afterMs === 0).flatMap((step) => step.targets)
    return spell.severities.flatMap(({ atMs, severity }, place) => {
      const isNews = beganMs !== undefined && atMs > beganMs && atMs < spell.endMs && isOfTopic(policy, severity)
      if (!isNews || spell.isStorm || quietUntil(policy.quiet, severity, atMs) !== null) return []
      const key = `change:${spell.number}:${place}`
      return channelsOf(targets, recipients, atMs)
        .filter((channelId) => isNew(told, `${channelId} ${key}`))
        .map((channelId) =>
          toAlert({ policy, channelId, event: severity, dueAtMs: atMs }, spell, { part: 'change', key }),
        )
    })
  })
}

function closingsOf(spell: Spell, policies: readonly AlertPolicy[], tellings: readonly Telling[]): PlannedAlert[] {
  if (spell.endMs === Number.POSITIVE_INFINITY) return []
  const told = new Set<string>()
  return policies
    .filter((policy) => policy.topics.includes('recovered'))
    .flatMap((policy) => {
      const key = `closing:${spell.number}`
      const mine = tellings.filter((one) => one.policy === policy && one.dueAtMs < spell.endMs)
      return mine
        .filter(({ channelId }) => isNew(told, channelId))
        .map(({ channelId }) => {
          const dueAtMs = closingMs(policy, spell)
          return toAlert({ policy, channelId, event: 'recovered', dueAtMs }, spell, { part: 'closing', key })
        })
    })
}

/** What breaks through with its beginning does so with its end. */
function closingMs(policy: AlertPolicy, spell: Spell): number {
  return quietUntil(policy.quiet, severityFor(policy, spell, spell.endMs), spell.endMs) ?? spell.endMs
}

function instantsOf(policy: AlertPolicy, spell: Spell, span: Span): number[] {
  const dues = duesOf(policy, spell, span).map(({ dueAtMs }) => dueAtMs)
  return spell.endMs === Number.POSITIVE_INFINITY ? dues : [...dues, closingMs(policy, spell)]
}

function newsDues(policy: AlertPolicy, { events }: AlertStory) {
  return events.flatMap((event, place) => {
    if (event.kind !== 'news' || !policy.topics.includes(event.topic)) return []
    return [{ place, topic: event.topic, dueAtMs: quietUntil(policy.quiet, event.topic, event.atMs) ?? event.atMs }]
  })
}

/** There is nothing to acknowledge of it, and so nobody for whom it would wait: the first step alone is told. */
function newsOf(policy: AlertPolicy, story: AlertStory, { recipients }: PlanMeans): PlannedAlert[] {
  return newsDues(policy, story).flatMap(({ place, topic, dueAtMs }) =>
    channelsOf(policy.steps[0]?.targets ?? [], recipients, dueAtMs).map((channelId) =>
      toAlert({ policy, channelId, event: topic, dueAtMs }, { number: 0 }, { part: 'news', key: `news:${place}` }),
    ),
  )
}

function byDue(a: Telling, b: Telling): number {
  return a.dueAtMs - b.dueAtMs || a.round - b.round || a.step - b.step
}

function isNew(known: Set<string>, one: string): boolean {
  if (known.has(one)) return false
  known.add(one)
  return true
}
