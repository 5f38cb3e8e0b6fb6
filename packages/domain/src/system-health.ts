import type { OutcomeVerdict } from './outcome.ts'
import type { Region } from './region.ts'

/** What can be wrong with the monitor itself. Append only: incidents are stored by these names. */
export const systemProblemKinds = [
  'coverage',
  'no_consumer',
  'region_offline',
  'canary_failed',
  'path_silent',
  'results_waiting',
  'clock_skew',
  'no_publisher',
  'region_quarantined',
] as const
export type SystemProblemKind = (typeof systemProblemKinds)[number]

/** What a consumer told of itself last. */
export interface ConsumerFacts {
  readonly name: string
  readonly region: Region
  readonly online: boolean
  /** False while it judges its own test targets wrongly. */
  readonly trusted: boolean
  readonly clockOffsetMs: number
  readonly seenAtMs: number
}

/** The newest canary check that came the whole way, from the publisher to the database. */
export interface PathFacts {
  readonly region: Region
  readonly committedAtMs: number
  readonly verdict: OutcomeVerdict
}

/** Slots of a region that were accounted for in the minute that began then. */
export interface CoverageFacts {
  readonly region: Region
  readonly minuteMs: number
  readonly due: number
  readonly missing: number
}

/** All that is known of the monitor itself at one instant. */
export interface SystemFacts {
  readonly nowMs: number
  /** Those from which some monitor is checked. */
  readonly watchedRegions: readonly Region[]
  readonly consumers: readonly ConsumerFacts[]
  readonly paths: readonly PathFacts[]
  readonly coverage: readonly CoverageFacts[]
  /** Those that fail across many targets which others find well. */
  readonly quarantined: readonly Region[]
  /** Through when checks are published; null where nobody ever did. */
  readonly publishedThroughMs: number | null
  /** How long the oldest result has been waiting to be stored; null where that could not be found out. */
  readonly resultsWaitMs: number | null
}

export interface SystemProblem {
  readonly kind: SystemProblemKind
  /** Null where it is of all of them. */
  readonly region: Region | null
  readonly message: string
  readonly details: Readonly<Record<string, number | string | readonly string[]>>
}

export const systemLimits = {
  consumerGoneAfterMs: 20_000,
  publisherGoneAfterMs: 15_000,
  /** Of a canary check that came the whole way. */
  pathFreshMs: 45_000,
  resultsWaitMs: 30_000,
  clockOffsetMs: 5_000,
  coverageRatio: 0.99,
  /** So far back minutes are looked at, for monitors are not accounted for every minute. */
  coverageWithinMs: 600_000,
} as const

interface Rule {
  /** What is over sooner is no incident. */
  readonly openAfterMs: number
  /** What comes again sooner was not over. */
  readonly endAfterMs: number
  /** Whether people could miss an outage of theirs meanwhile. */
  readonly stopsAlerts: boolean
}

const rules: Readonly<Record<SystemProblemKind, Rule>> = {
  // Two minutes are in it already.
  coverage: { openAfterMs: 0, endAfterMs: 60_000, stopsAlerts: true },
  no_consumer: { openAfterMs: 15_000, endAfterMs: 10_000, stopsAlerts: true },
  region_offline: { openAfterMs: 10_000, endAfterMs: 15_000, stopsAlerts: true },
  canary_failed: { openAfterMs: 0, endAfterMs: 15_000, stopsAlerts: true },
  path_silent: { openAfterMs: 30_000, endAfterMs: 10_000, stopsAlerts: true },
  results_waiting: { openAfterMs: 10_000, endAfterMs: 15_000, stopsAlerts: true },
  clock_skew: { openAfterMs: 15_000, endAfterMs: 60_000, stopsAlerts: false },
  no_publisher: { openAfterMs: 5_000, endAfterMs: 10_000, stopsAlerts: true },
  region_quarantined: { openAfterMs: 0, endAfterMs: 15_000, stopsAlerts: true },
}

/** Why no canary check comes back, where it is one of these. */
const silences: ReadonlySet<SystemProblemKind> = new Set(['no_consumer', 'region_offline', 'canary_failed'])

export const stopsAlerts = (kind: SystemProblemKind): boolean => rules[kind].stopsAlerts

/** What is wrong at this very instant, each region's and everybody's, whether or not it is worth an incident yet. */
export function problemsOf(facts: SystemFacts): SystemProblem[] {
  const everywhere = [publisherProblem(facts), waitingProblem(facts)].filter((problem) => problem !== undefined)
  const regions = regionsInUse(facts).flatMap((region) => {
    const own = regionProblems(facts, region)
    // A silent path says nothing more where its reason is known.
    const isExplained = own.some(({ kind }) => silences.has(kind)) || everywhere.length > 0
    return isExplained || isPathOpen(facts, region) ? own : [...own, silentProblem(facts, region)]
  })
  return [...everywhere, ...regions]
}

/** Those that monitors are checked from, and those in which somebody works or just did. */
export function regionsInUse({ nowMs, watchedRegions, consumers }: SystemFacts): Region[] {
  const manned = consumers.filter((consumer) => isAlive(consumer, nowMs)).map(({ region }) => region)
  return [...new Set([...watchedRegions, ...manned])].sort()
}

export function isAlive({ seenAtMs }: Pick<ConsumerFacts, 'seenAtMs'>, nowMs: number): boolean {
  return nowMs - seenAtMs < systemLimits.consumerGoneAfterMs
}

/** Whether a canary check came the whole way from this region just now, and saw what it had to see. */
export function isPathOpen({ nowMs, paths }: Pick<SystemFacts, 'nowMs' | 'paths'>, region: Region): boolean {
  const path = paths.find((one) => one.region === region)
  return path !== undefined && path.verdict === 'up' && nowMs - path.committedAtMs < systemLimits.pathFreshMs
}

function publisherProblem({ nowMs, publishedThroughMs }: SystemFacts): SystemProblem | undefined {
  if (publishedThroughMs !== null && nowMs - publishedThroughMs < systemLimits.publisherGoneAfterMs) return undefined
  const details = publishedThroughMs === null ? {} : { silentMs: nowMs - publishedThroughMs }
  return { kind: 'no_publisher', region: null, message: 'no publisher leads: no check is published', details }
}

function waitingProblem({ resultsWaitMs }: SystemFacts): SystemProblem | undefined {
  if (resultsWaitMs === null || resultsWaitMs <= systemLimits.resultsWaitMs) return undefined
  const message = 'results wait to be stored: what is shown is old'
  return { kind: 'results_waiting', region: null, message, details: { waitingMs: resultsWaitMs } }
}

function silentProblem({ nowMs, paths }: SystemFacts, region: Region): SystemProblem {
  const path = paths.find((one) => one.region === region)
  const message = 'no canary check came the whole way from the publisher to the database'
  return { kind: 'path_silent', region, message, details: path ? { silentMs: nowMs - path.committedAtMs } : {} }
}

function regionProblems(facts: SystemFacts, region: Region): SystemProblem[] {
  const { nowMs, consumers } = facts
  const alive = consumers.filter((consumer) => consumer.region === region && isAlive(consumer, nowMs))
  const problem = (kind: SystemProblemKind, message: string, details: SystemProblem['details'] = {}) => [
    { kind, region, message, details },
  ]
  const namesOf = (those: readonly ConsumerFacts[]) => ({ consumers: those.map(({ name }) => name) })
  const untrusted = alive.filter(({ trusted }) => !trusted)
  const skewed = alive.filter(({ clockOffsetMs }) => Math.abs(clockOffsetMs) > systemLimits.clockOffsetMs)
  const low = lowCoverage(facts, region)
  return [
    alive.length === 0 ? problem('no_consumer', 'no consumer of this region is there: nothing is checked from it') : [],
    alive.length > 0 && alive.every(({ online }) => !online)
      ? problem(
          'region_offline',
          'the canaries of this region do not answer: nothing that it sees counts',
          namesOf(alive),
        )
      : [],
    untrusted.length > 0
      ? problem(
          'canary_failed',
          `${countOf(untrusted)} judged known targets wrongly: what it sees does not count`,
          namesOf(untrusted),
        )
      : [],
    skewed.length > 0
      ? problem('clock_skew', `the clock of ${countOf(skewed)} is off by more than 5 s`, namesOf(skewed))
      : [],
    facts.quarantined.includes(region)
      ? problem('region_quarantined', 'this region fails where others do not: it has no vote until it is sound again')
      : [],
    low ? problem('coverage', 'fewer than 99 % of the slots that came due have a result', low) : [],
  ].flat()
}

const countOf = ({ length }: readonly unknown[]) => (length === 1 ? 'a consumer' : `${length} consumers`)

/** Low where both of the two newest minutes in which slots were accounted for are. */
function lowCoverage({ nowMs, coverage }: SystemFacts, region: Region): { due: number; missing: number } | undefined {
  const minutes = coverage
    .filter((one) => one.region === region && one.due > 0 && nowMs - one.minuteMs < systemLimits.coverageWithinMs)
    .sort((a, b) => b.minuteMs - a.minuteMs)
    .slice(0, 2)
  const isLow = minutes.length === 2 && minutes.every((one) => coverageRatio([one]) < systemLimits.coverageRatio)
  return isLow ? sumOf(minutes) : undefined
}

/** Share of the slots that have a result; 1 where none came due. */
export function coverageRatio(minutes: readonly Pick<CoverageFacts, 'due' | 'missing'>[]): number {
  const { due, missing } = sumOf(minutes)
  return due === 0 ? 1 : 1 - missing / due
}

function sumOf(minutes: readonly Pick<CoverageFacts, 'due' | 'missing'>[]): { due: number; missing: number } {
  return {
    due: minutes.reduce((sum, one) => sum + one.due, 0),
    missing: minutes.reduce((sum, one) => sum + one.missing, 0),
  }
}

/** What is known of one problem over time. */
export interface ProblemRecord {
  readonly problem: SystemProblem
  readonly sinceMs: number
  readonly isOpen: boolean
  /** Since when it is not there any more. */
  readonly goneSinceMs: number | null
}

export interface HealthStep {
  readonly records: readonly ProblemRecord[]
  readonly opened: readonly ProblemRecord[]
  readonly ended: readonly (ProblemRecord & { readonly endedAtMs: number })[]
}

/** Moves what is known on by one look: what lasts becomes an incident, which ends when it has been gone for a while. */
export function stepHealth(
  before: readonly ProblemRecord[],
  problems: readonly SystemProblem[],
  nowMs: number,
): HealthStep {
  const here = new Map(problems.map((problem) => [keyOf(problem), problem]))
  const known = new Set(before.map(({ problem }) => keyOf(problem)))
  const fresh = problems
    .filter((problem) => !known.has(keyOf(problem)))
    .map((problem): ProblemRecord => ({ problem, sinceMs: nowMs, isOpen: false, goneSinceMs: null }))
  const seen = before.map((record) => lookAt(record, here.get(keyOf(record.problem)), nowMs))
  const left = [...seen, ...fresh].filter((record) => record.isOpen || record.goneSinceMs === null)
  const ended = left.flatMap((record) =>
    record.goneSinceMs !== null && nowMs - record.goneSinceMs >= rules[record.problem.kind].endAfterMs
      ? [{ ...record, endedAtMs: record.goneSinceMs }]
      : [],
  )
  const isEnded = new Set(ended.map(({ problem }) => keyOf(problem)))
  const records = left.filter(({ problem }) => !isEnded.has(keyOf(problem)))
  const opened = records.filter(
    ({ isOpen, problem, sinceMs }) => !isOpen && nowMs - sinceMs >= rules[problem.kind].openAfterMs,
  )
  const isOpened = new Set(opened)
  return {
    records: records.map((record) => (isOpened.has(record) ? { ...record, isOpen: true } : record)),
    opened,
    ended,
  }
}

function lookAt(record: ProblemRecord, problem: SystemProblem | undefined, nowMs: number): ProblemRecord {
  if (problem) return { ...record, problem, goneSinceMs: null }
  return { ...record, goneSinceMs: record.goneSinceMs ?? nowMs }
}

const keyOf = ({ kind, region }: Pick<SystemProblem, 'kind' | 'region'>) => `${kind}/${region ?? ''}`

export type SystemState = 'working' | 'degraded' | 'stopped'

/**
 * Whether the whole way works: each region in use has a canary check that came back just now, and nothing is wrong for which
 * somebody could miss an outage. Where nobody works anywhere there is no such way.
 */
export function isWhole(facts: SystemFacts, open: readonly SystemProblemKind[]): boolean {
  const regions = regionsInUse(facts)
  return (
    regions.length > 0 &&
    regions.every((region) => isPathOpen(facts, region)) &&
    !open.some(stopsAlerts) &&
    !problemsOf(facts).some(({ kind }) => stopsAlerts(kind))
  )
}

export function stateOf(facts: SystemFacts, open: readonly SystemProblemKind[]): SystemState {
  if (isWhole(facts, open)) return open.length === 0 ? 'working' : 'degraded'
  return regionsInUse(facts).some((region) => isPathOpen(facts, region)) ? 'degraded' : 'stopped'
}
