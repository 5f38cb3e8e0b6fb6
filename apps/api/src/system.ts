import type { System, SystemRegion } from '@repo/contracts/system'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { SeenConsumer } from '@repo/db/queries/consumers'
import { listWatchedRegions, readStoredFacts, type StoredFacts } from '@repo/db/queries/system-facts'
import {
  listEndedSystemIncidents,
  listOpenSystemIncidents,
  type SystemIncident,
} from '@repo/db/queries/system-incidents'
import type { Region } from '@repo/domain/region'
import {
  coverageRatio,
  isPathOpen,
  regionsInUse,
  type SystemFacts,
  stateOf,
  stopsAlerts,
} from '@repo/domain/system-health'
import type { ApiDeps } from './deps.ts'

const endedShown = 50
const coverageShownMs = 300_000
/** All who ask meanwhile get the same. */
const keptMs = 1_000
/** It costs a look at every monitor. */
const regionsKeptMs = 30_000

/** How the monitor itself is, with all that the operator may see. */
export function createSystemReader({ sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>): () => Promise<System> {
  const watchedRegions = kept(regionsKeptMs, () => listWatchedRegions(sql))
  const now = () => clock.nowMs()
  return kept(keptMs, async () => {
    const nowMs = now()
    const [stored, watched, open, ended] = await Promise.all([
      readStoredFacts(sql, nowMs),
      watchedRegions(),
      listOpenSystemIncidents(sql),
      listEndedSystemIncidents(sql, endedShown),
    ])
    return toSystemJson({ ...stored, nowMs, watchedRegions: watched, resultsWaitMs: null }, { open, ended })
  })

  function kept<Answer>(forMs: number, make: () => Promise<Answer>): () => Promise<Answer> {
    let last: { readonly answer: Promise<Answer>; readonly madeAtMs: number } | undefined
    return () => {
      if (last && clock.nowMs() - last.madeAtMs < forMs) return last.answer
      const made = { answer: make(), madeAtMs: clock.nowMs() }
      last = made
      made.answer.catch(() => {
        if (last === made) last = undefined
      })
      return made.answer
    }
  }
}

/** What is for everybody: nothing that names a process. */
export function withoutProcesses(system: System): System {
  const bare = (incidents: System['open']) => incidents.map((incident) => ({ ...incident, details: null }))
  return { ...system, open: bare(system.open), ended: bare(system.ended), consumers: null }
}

type Facts = Omit<SystemFacts, 'consumers'> & StoredFacts

function toSystemJson(
  facts: Facts,
  { open, ended }: { open: readonly SystemIncident[]; ended: readonly SystemIncident[] },
): System {
  const { nowMs, consumers, paths } = facts
  return {
    state: stateOf(
      facts,
      open.map(({ kind }) => kind),
    ),
    asOf: isoTime(nowMs),
    checksPerSecond: rateOf(consumers),
    resultAgeSeconds: ageSeconds(nowMs, paths),
    regions: regionsInUse(facts).map((region) => toRegionJson(facts, region)),
    open: open.map(toIncidentJson),
    ended: ended.map(toIncidentJson),
    consumers: consumers.map(({ seenAtMs, startLagMs: _, probesRunning: __, ...consumer }) => ({
      ...consumer,
      seenAt: isoTime(seenAtMs),
    })),
  }
}

function toRegionJson(facts: Facts, region: Region): SystemRegion {
  const { nowMs, watchedRegions, paths, coverage } = facts
  const own = facts.consumers.filter((consumer) => consumer.region === region)
  const minutes = coverage.filter((one) => one.region === region && nowMs - one.minuteMs < coverageShownMs)
  return {
    name: region,
    watched: watchedRegions.includes(region),
    consumers: own.length,
    consumersCounting: own.filter(({ online, trusted }) => online && trusted).length,
    checksPerSecond: rateOf(own),
    quarantined: facts.quarantined.includes(region),
    pathOpen: isPathOpen(facts, region),
    resultAgeSeconds: ageSeconds(
      nowMs,
      paths.filter((path) => path.region === region),
    ),
    coveragePercent: minutes.some(({ due }) => due > 0) ? Math.floor(coverageRatio(minutes) * 100_000) / 1_000 : null,
  }
}

const rateOf = (consumers: readonly SeenConsumer[]) =>
  Math.round(100 * consumers.reduce((sum, { checksPerSecond }) => sum + checksPerSecond, 0)) / 100

function ageSeconds(nowMs: number, paths: Facts['paths']): number | null {
  if (paths.length === 0) return null
  return Math.max(0, nowMs - Math.max(...paths.map(({ committedAtMs }) => committedAtMs))) / 1_000
}

function toIncidentJson({ beganAtMs, endedAtMs, ...incident }: SystemIncident): System['open'][number] {
  return {
    ...incident,
    stopsAlerts: stopsAlerts(incident.kind),
    beganAt: isoTime(beganAtMs),
    endedAt: isoTimeOrNull(endedAtMs),
  }
}
