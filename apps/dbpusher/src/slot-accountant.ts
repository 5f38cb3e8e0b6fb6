import type { Sql } from '@repo/db/database'
import { listTerms, type PublisherTerm } from '@repo/db/queries/publisher-terms'
import { getRegionKeys, keyOfRegion, type RegionKeys } from '@repo/db/queries/regions'
import {
  type AccountClass,
  type AccountedMonitor,
  type ExpectedTicks,
  findShort,
  listAccountClasses,
  listTickInstants,
  loadAccountPage,
  saveAccount,
} from '@repo/db/queries/slot-accounts'
import { addCoverage } from '@repo/db/queries/system-facts'
import type { CheckResult } from '@repo/domain/check'
import { gridOf } from '@repo/domain/grid'
import { notCarriedOut } from '@repo/domain/outcome'
import type { Region } from '@repo/domain/region'
import { countGridSlots, givenUpAfterMs, lookThroughEveryMs, type Stretch, slotsOf } from '@repo/domain/slot-account'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import type { SaveResults } from './save-results.ts'

export interface SlotAccountantDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly saveResults: SaveResults
  /** How long the oldest result has been waiting to be stored: so long nothing can be said to be missing. */
  readonly waitingMs: () => Promise<number>
  readonly clock: Clock
  readonly log: Log
  /** Called with how many slots had come due, and how many of those were given up. */
  readonly onAccounted?: (slots: { due: number; expired: number; lost: number }) => void
}

const everyMs = 1_000
const pageSize = 2_000
/** Looked through in one go, so that a long outage is made up for in steps. */
const longestStretchMs = 600_000
/** What is older is not accounted for slot by slot: the day has its gap all the same. */
const furthestBackMs = 86_400_000
const resultsPerBatch = 2_000
/** Which intervals and timeouts there are is seldom news, and costs a look at every monitor. */
const classesEveryMs = 30_000

/**
 * Gives every slot that has no result its row: `EXPIRED` where nobody published it, for we were down, and `LOST` where it was
 * published and nothing came of it. One of all dbpushers does so at a time; two at once would do no harm.
 */
export function createSlotAccountant(deps: SlotAccountantDeps): Service {
  const { sql, lease, waitingMs, clock, log } = deps
  const accounts = new Map<string, Account>()
  let classesDueMs = 0

  return async function slotAccountant(signal) {
    while (!signal.aborted) {
      await round(signal).catch((err: unknown) => log.warn({ err }, 'slots could not be accounted for, trying again'))
      await clock.sleep(everyMs, signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(signal: AbortSignal): Promise<void> {
    // Who takes the lease anew knows nothing of how far the one before had come.
    if (!(await lease.hold()).held) {
      classesDueMs = 0
      return
    }
    const waited = await waitingMs()
    const nowMs = clock.nowMs() - waited
    if (clock.nowMs() >= classesDueMs) await readClasses(nowMs)
    for (const account of accounts.values()) {
      const endMs = Math.floor(nowMs - givenUpAfterMs(account.intervalMs, account.timeoutMs))
      if (endMs - account.throughMs < lookThroughEveryMs(account.intervalMs, account.timeoutMs)) continue
      await lookThrough(
        account,
        { afterMs: Math.max(account.throughMs, nowMs - furthestBackMs), throughMs: endMs },
        signal,
      )
    }
  }

  async function readClasses(nowMs: number): Promise<void> {
    accounts.clear()
    for (const { throughMs, ...wanted } of await listAccountClasses(sql)) {
      // One that is new may have had its first slots since the last time.
      const beganMs = nowMs - givenUpAfterMs(wanted.intervalMs, wanted.timeoutMs) - 2 * classesEveryMs
      accounts.set(`${wanted.intervalMs}/${wanted.timeoutMs}`, {
        ...wanted,
        throughMs: throughMs ?? Math.floor(beganMs),
      })
    }
    classesDueMs = clock.nowMs() + classesEveryMs
  }

  /** A long outage is made up for in steps, each of which is kept. */
  async function lookThrough(account: Account, whole: Stretch, signal: AbortSignal): Promise<void> {
    for (let afterMs = whole.afterMs; afterMs < whole.throughMs && !signal.aborted; ) {
      const stretch = { afterMs, throughMs: Math.min(whole.throughMs, afterMs + longestStretchMs) }
      await accountFor(account, stretch, deps)
      await saveAccount(sql, account, stretch.throughMs)
      account.throughMs = stretch.throughMs
      await lease.hold()
      afterMs = stretch.throughMs
    }
  }
}

type Account = AccountClass & { throughMs: number }

async function accountFor(wanted: AccountClass, stretch: Stretch, deps: SlotAccountantDeps): Promise<void> {
  const terms = await listTerms(deps.sql, stretch)
  for (let afterKey = 0; ; ) {
    const page = await loadAccountPage(deps.sql, wanted, { afterKey, limit: pageSize, afterMs: stretch.afterMs })
    const missing = await findMissing(deps.sql, page, stretch)
    await giveUp(missing, terms, deps)
    const byRegion = countByRegion(page, stretch, missing)
    await addCoverage(
      deps.sql,
      [...byRegion].map(([region, counts]) => ({ region, minuteMs: minuteOf(deps.clock.nowMs()), ...counts })),
    )
    const due = byRegion.values().reduce((sum, counts) => sum + counts.due, 0)
    deps.onAccounted?.({ due, ...counted(missing, terms) })
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    afterKey = last.monitorKey
  }
}

const minuteOf = (ms: number) => Math.floor(ms / 60_000) * 60_000

function countByRegion(
  page: readonly AccountedMonitor[],
  stretch: Stretch,
  missing: readonly Missing[],
): Map<Region, { due: number; missing: number }> {
  const counts = new Map<Region, { due: number; missing: number }>()
  const of = (region: Region) => counts.get(region) ?? { due: 0, missing: 0 }
  for (const monitor of page) {
    const due = countGridSlots(monitor, stretch)
    if (due === 0) continue
    for (const region of monitor.regions) counts.set(region, { ...of(region), due: of(region).due + due })
  }
  for (const { region } of missing) {
    const { due, missing: before } = of(region)
    // The first look of a schedule is on no grid, and is due all the same.
    counts.set(region, { due: Math.max(due, before + 1), missing: before + 1 })
  }
  return counts
}

function counted(missing: readonly Missing[], terms: readonly PublisherTerm[]): { expired: number; lost: number } {
  const lost = missing.filter((slot) => wasPublished(slot, terms)).length
  return { lost, expired: missing.length - lost }
}

interface Missing {
  readonly monitor: AccountedMonitor
  readonly region: Region
  readonly scheduledAtMs: number
}

async function findMissing(sql: Sql, page: readonly AccountedMonitor[], stretch: Stretch): Promise<Missing[]> {
  const regionKeys = await getRegionKeys(sql, [...new Set(page.flatMap((monitor) => monitor.regions))])
  const looked = page.flatMap((monitor) => expectedOf(monitor, stretch, regionKeys))
  const short = new Set(await findShort(sql, looked, stretch))
  const missing: Missing[] = []
  for (const [place, expected] of looked.entries()) {
    // A schedule that begins here has its first look off the grid, which no count covers.
    const begins = expected.monitor.scheduleFromMs > stretch.afterMs
    if (!short.has(place) && !begins) continue
    const found = await listTickInstants(sql, expected, stretch)
    for (const scheduledAtMs of slotsOf(expected.monitor, stretch)) {
      if (!found.has(scheduledAtMs)) missing.push({ ...expected, scheduledAtMs })
    }
  }
  return missing
}

function expectedOf(
  monitor: AccountedMonitor,
  stretch: Stretch,
  regionKeys: RegionKeys,
): (ExpectedTicks & { monitor: AccountedMonitor; region: Region })[] {
  const count = countGridSlots(monitor, stretch)
  const begins = monitor.scheduleFromMs > stretch.afterMs && monitor.scheduleFromMs <= stretch.throughMs
  if (count === 0 && !begins) return []
  const { monitorKey, intervalMs } = monitor
  const { phaseMs } = gridOf(monitor.id, intervalMs)
  return monitor.regions.map((region) => ({
    monitor,
    monitorKey,
    region,
    regionKey: keyOfRegion(regionKeys, region),
    intervalMs,
    phaseMs,
    count,
  }))
}

async function giveUp(
  missing: readonly Missing[],
  terms: readonly PublisherTerm[],
  { saveResults, log }: SlotAccountantDeps,
): Promise<void> {
  const results = missing.map((slot) => toResult(slot, terms))
  for (let from = 0; from < results.length; from += resultsPerBatch) {
    await saveResults(results.slice(from, from + resultsPerBatch))
  }
  if (results.length > 0) log.warn(counted(missing, terms), 'slots had no result and were given up')
}

function wasPublished({ scheduledAtMs }: Missing, terms: readonly PublisherTerm[]): boolean {
  return terms.some((term) => term.beganAtMs <= scheduledAtMs && scheduledAtMs <= term.throughMs)
}

function toResult(slot: Missing, terms: readonly PublisherTerm[]): CheckResult {
  const { monitor, region, scheduledAtMs } = slot
  return {
    monitorId: monitor.id,
    monitorKey: monitor.monitorKey,
    region,
    scheduledAtMs,
    startedAtMs: scheduledAtMs,
    outcome: wasPublished(slot, terms)
      ? notCarriedOut('LOST', 'nothing is known: the check or its result was lost on our way')
      : notCarriedOut('EXPIRED', 'not run: none of us was there to start it in time'),
  }
}
