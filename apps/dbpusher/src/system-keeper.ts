import type { Sql } from '@repo/db/database'
import { listWatchedRegions, readStoredFacts } from '@repo/db/queries/system-facts'
import { endSystemIncident, listOpenSystemIncidents, openSystemIncident } from '@repo/db/queries/system-incidents'
import type { Region } from '@repo/domain/region'
import {
  isWhole,
  type ProblemRecord,
  problemsOf,
  type SystemFacts,
  type SystemProblem,
  stepHealth,
} from '@repo/domain/system-health'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'

export interface SystemKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  /** How long the oldest result has been waiting to be stored. */
  readonly waitingMs: () => Promise<number>
  readonly clock: Clock
  readonly log: Log
}

export interface SystemKeeper {
  /** When the whole way was seen to work, by whoever keeps the incidents; undefined where it does not, or where another keeps them. */
  readonly wholeAtMs: number | undefined
  /** By the newest look; 0 where another keeps them. */
  readonly openIncidents: number
  readonly service: Service
}

const everyMs = 5_000
/** It costs a look at every monitor. */
const regionsEveryMs = 30_000

/**
 * Looks at the monitor itself every few seconds, and writes down what does not work, and when it works again. One of all
 * dbpushers does so at a time; two at once would open nothing twice.
 */
export function createSystemKeeper({ sql, lease, waitingMs, clock, log }: SystemKeeperDeps): SystemKeeper {
  let records: readonly ProblemRecord[] | undefined
  let watched: { readonly regions: readonly Region[]; readonly readAtMs: number } | undefined
  let wholeAtMs: number | undefined

  async function round(): Promise<void> {
    if (!(await lease.hold()).held) {
      // Whoever takes it over begins with what is written down.
      records = undefined
      wholeAtMs = undefined
      return
    }
    const known = records ?? (await readOpen())
    const facts = await readFacts()
    const step = stepHealth(known, problemsOf(facts), facts.nowMs)
    for (const { problem, sinceMs } of step.opened) await open(problem, sinceMs)
    for (const { problem, endedAtMs } of step.ended) await end(problem, endedAtMs)
    records = step.records
    wholeAtMs = isWhole(facts, openKinds(records)) ? facts.nowMs : undefined
  }

  async function readOpen(): Promise<ProblemRecord[]> {
    const open = await listOpenSystemIncidents(sql)
    return open.map(({ beganAtMs, id: _, endedAtMs: __, ...problem }) => ({
      problem,
      sinceMs: beganAtMs,
      isOpen: true,
      goneSinceMs: null,
    }))
  }

  async function readFacts(): Promise<SystemFacts> {
    const nowMs = clock.nowMs()
    if (!watched || nowMs - watched.readAtMs >= regionsEveryMs)
      watched = { regions: await listWatchedRegions(sql), readAtMs: nowMs }
    const stored = await readStoredFacts(sql, nowMs)
    return { ...stored, nowMs, watchedRegions: watched.regions, resultsWaitMs: await waitingMs() }
  }

  async function open(problem: SystemProblem, beganAtMs: number): Promise<void> {
    const id = await openSystemIncident(sql, problem, beganAtMs)
    if (id !== undefined) log.error({ ...problem, id }, 'something of ours does not work')
  }

  async function end(problem: SystemProblem, endedAtMs: number): Promise<void> {
    const id = await endSystemIncident(sql, problem, endedAtMs)
    if (id !== undefined) log.info({ kind: problem.kind, region: problem.region, id }, 'it works again')
  }

  return {
    get wholeAtMs() {
      return wholeAtMs
    },
    get openIncidents() {
      return openKinds(records ?? []).length
    },
    async service(signal) {
      while (!signal.aborted) {
        await round().catch((err: unknown) => {
          wholeAtMs = undefined
          log.warn({ err }, 'the monitor could not look at itself, trying again')
        })
        await clock.sleep(everyMs, signal)
      }
      wholeAtMs = undefined
      await lease.release().catch(() => {})
    },
  }
}

function openKinds(records: readonly ProblemRecord[]) {
  return records.filter(({ isOpen }) => isOpen).map(({ problem }) => problem.kind)
}
