import { monitorLimits } from '@repo/domain/limits'
import { defaultPolicy } from '@repo/domain/policy'
import { judge } from '@repo/domain/verdict'
import { alertsDoubled, alertsLost, alertsWrong, healthyToldDown } from './fault-alert-findings.ts'
import { truthDuring } from './fault-farm.ts'
import {
  type ExpectedSlot,
  expectedSlots,
  isCarriedOut,
  keyOfExpected,
  type Ledger,
  type LedgerState,
  recordsBySlot,
  type SlotRecord,
  slotKey,
  stoodStill,
} from './fault-ledger.ts'
import { clock, some } from './fault-sentence.ts'

/** An invariant that did not hold, in a sentence for a person. The invariants are numbered as in docs/faults.md. */
export interface Finding {
  readonly invariant: string
  readonly sentence: string
}

/** A clock is read in one process and its request arrives in another, on a busy machine: so much later, or a little early. */
const lateSlackMs = 500
const earlySlackMs = 100
const timeoutMs = 2_000
/** Who looked unwell while the farm stood still is looked at again for so long after it. */
const lookedAgainWithinMs = 10_000
const rateMax = 1.2
const rssMaxMb = 400
const recoveryMaxMs = 60_000

const judges: Readonly<Record<string, (ledger: Ledger) => readonly string[]>> = {
  I1: unaccounted,
  I2: countedTwice,
  I3: timeNotConserved,
  I4: verdictsThatTicksDoNotGive,
  I5: alertsLost,
  I6: alertsDoubled,
  I6b: alertsWrong,
  I8: ranLate,
  I8b: ranTooOften,
  I9: ourFailureAsTheirs,
  I9b: healthyToldDown,
  I10: viewsThatTicksDoNotGive,
  I11: unbounded,
  I12: recoversDisorderly,
  I13: setAside,
}

/** Everything that is wrong with a run; nothing where every invariant held. */
export function findingsOf(ledger: Ledger): Finding[] {
  return Object.entries(judges).flatMap(([invariant, find]) =>
    find(ledger).map((sentence) => ({ invariant, sentence })),
  )
}

function unaccounted(ledger: Ledger): string[] {
  const records = recordsBySlot(ledger)
  const slots = expectedSlots(ledger)
  const missing = slots.filter((slot) => !records.has(keyOfExpected(slot)))
  const late = slots.filter((slot) => {
    const record = records.get(keyOfExpected(slot))
    return record !== undefined && record.seenAtMs > recordDueMs(slot, ledger)
  })
  const expected = new Set(slots.map(keyOfExpected))
  // Whoever looks unwell is looked at again at once, off the grid.
  const known = new Set(ledger.monitors.filter(({ kind }) => kind === 'healthy').map(({ key }) => key))
  const foreign = ledger.records.filter(
    (record) =>
      known.has(record.monitorKey) &&
      isWithin(record, ledger) &&
      !expected.has(slotKey(record)) &&
      !stoodStill(ledger, { fromMs: record.scheduledAtMs - lookedAgainWithinMs, toMs: record.scheduledAtMs }),
  )
  return [
    ...some(missing, 'have no record', nameSlot),
    ...some(late, `were recorded later than ${ledger.accountWithinMs / 1_000} s after they were due`, nameSlot),
    ...some(foreign, 'have a record and are not on the grid', nameRecord),
  ]
}

/** Nobody can write to a database that is down: what is due during a fault has its time from the end of it. */
function recordDueMs({ scheduledAtMs }: ExpectedSlot, { fault, accountWithinMs }: Ledger): number {
  const isOfFault = scheduledAtMs >= fault.beganAtMs - accountWithinMs && scheduledAtMs <= fault.endedAtMs
  return Math.max(scheduledAtMs, isOfFault ? fault.endedAtMs : 0) + accountWithinMs
}

function countedTwice(ledger: Ledger): string[] {
  const seen = new Set<string>()
  const twice = ledger.records.filter((record) => seen.size === seen.add(slotKey(record)).size)
  return some(twice, 'have two records', nameRecord)
}

/** Every second of a monitor has one status, up to now. */
function timeNotConserved({ states, window }: Ledger): string[] {
  const wrong = states.filter(({ status, intervals }) => {
    const [first] = intervals
    const last = intervals.at(-1)
    const isWhole = intervals.every(({ endedAtMs }, place) =>
      place === intervals.length - 1 ? endedAtMs === null : endedAtMs === intervals[place + 1]?.beganAtMs,
    )
    return !isWhole || last?.status !== status || (first?.beganAtMs ?? Number.POSITIVE_INFINITY) > window.fromMs
  })
  return some(
    wrong,
    'have a history with gaps or overlaps, or one that does not end in what is said now',
    nameState,
    'monitors',
  )
}

function ranLate(ledger: Ledger): string[] {
  const onGrid = new Set(expectedSlots(ledger).map(keyOfExpected))
  const windowMs = (record: SlotRecord) =>
    onGrid.has(slotKey(record)) ? ledger.intervalMs / 2 : monitorLimits.lookAgainWindowMs
  const late = ledger.records.filter(
    (record) => isWithin(record, ledger) && isCarriedOut(record) && record.startLagMs > windowMs(record),
  )
  const byTarget = new Map(ledger.monitors.map((monitor) => [monitor.target, monitor]))
  const lateRequests = ledger.requests.filter(({ target, atMs }) => {
    const monitor = byTarget.get(target)
    if (monitor?.kind !== 'healthy') return false
    if (atMs <= ledger.window.fromMs + ledger.intervalMs || atMs > ledger.window.toMs) return false
    // What arrived meanwhile is noted down at the end of it, and what looked unwell is looked at again.
    if (stoodStill(ledger, { fromMs: atMs - lookedAgainWithinMs, toMs: atMs })) return false
    const afterMs = (((atMs - monitor.grid.phaseMs) % ledger.intervalMs) + ledger.intervalMs) % ledger.intervalMs
    return afterMs > ledger.intervalMs / 2 + lateSlackMs && afterMs < ledger.intervalMs - earlySlackMs
  })
  return [
    ...some(late, 'say that they ran after their expiry', nameRecord),
    ...some(
      lateRequests,
      'reached a target after the expiry of their slot',
      ({ target, atMs }) => `target ${target} at ${clock(atMs)}`,
      'requests',
    ),
  ]
}

/** A slot may be run again by whoever takes over, once. A failing target is looked at again to be sure: it is not counted. */
function ranTooOften(ledger: Ledger): string[] {
  const counts = new Map<string, number>()
  const byTarget = new Map(ledger.monitors.map((monitor) => [monitor.target, monitor]))
  for (const { target, atMs } of ledger.requests) {
    const monitor = byTarget.get(target)
    if (monitor?.kind !== 'healthy' || atMs <= ledger.window.fromMs || atMs > ledger.window.toMs) continue
    const slotNumber = Math.floor((atMs - monitor.grid.phaseMs + earlySlackMs) / ledger.intervalMs)
    const name = `target ${target}, slot ${slotNumber}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const tooMany = [...counts].filter(([, count]) => count > 2 * ledger.regions.length)
  return some(tooMany, 'were run more than twice by a region', ([name, count]) => `${name}: ${count} requests`)
}

function ourFailureAsTheirs(ledger: Ledger): string[] {
  const byKey = new Map(ledger.monitors.map((monitor) => [monitor.key, monitor]))
  const truthOf = (record: SlotRecord) => {
    const monitor = byKey.get(record.monitorKey)
    const fromMs = record.scheduledAtMs + record.startLagMs
    const span = { fromMs: fromMs - lateSlackMs, toMs: fromMs + timeoutMs }
    return monitor && !stoodStill(ledger, span) ? truthDuring(monitor.kind, span, ledger.flipMs) : undefined
  }
  const excused = new Set(
    ledger.records
      .filter((record) => record.verdict === 'down' && truthOf(record) === undefined)
      .map(({ monitorKey }) => monitorKey),
  )
  const slandered = ledger.records.filter((record) => record.verdict === 'down' && truthOf(record) === 'healthy')
  const whitewashed = ledger.records.filter((record) => record.verdict === 'up' && truthOf(record) === 'down')
  const fallen = ledger.states.filter(
    (state) =>
      byKey.get(state.monitorKey)?.kind === 'healthy' &&
      state.statuses.includes('down') &&
      !excused.has(state.monitorKey),
  )
  return [
    ...some(slandered, 'call a target down that was healthy', (record) => `${nameRecord(record)} (${record.code})`),
    ...some(whitewashed, 'call a target up that was down', nameRecord),
    ...some(fallen, 'were called down although their targets were healthy', nameState, 'monitors'),
  ]
}

/** What stands at the end is what the newest tick of each region says, whatever order the results came in. */
function viewsThatTicksDoNotGive(ledger: Ledger): string[] {
  const newest = newestByRegion(ledger)
  const wrong = ledger.states.flatMap(({ monitorKey, views }) =>
    views.flatMap(({ region, verdict }) => {
      const tick = newest.get(`${monitorKey}/${region}`)
      return tick && tick.verdict !== verdict
        ? [`monitor ${monitorKey} in ${region} is said to be ${verdict}, its newest tick says ${tick.verdict}`]
        : []
    }),
  )
  return some(wrong, 'do not say what their newest tick says', String, 'views')
}

function verdictsThatTicksDoNotGive(ledger: Ledger): string[] {
  const wrong = ledger.states.flatMap(({ monitorKey, status, views }) => {
    const looks = views.map((view) => ({
      ...view,
      region: view.region as never,
      ...{ sinceMs: 0, scheduledAtMs: 0, code: 'OK' as const, message: '' },
      ...{ voteSinceMs: 0, streak: 0, streakSinceMs: 0, streakVerdict: 'unknown' as const },
    }))
    const verdict = judge(looks, {
      policy: defaultPolicy,
      configured: ledger.regions.length,
      status,
      sinceMs: null,
      togetherMs: 0,
    })
    return verdict.status === status
      ? []
      : [`monitor ${monitorKey} is ${status}, its regions together say ${verdict.status}`]
  })
  return some(wrong, 'have a status that their regions do not give', String, 'monitors')
}

function newestByRegion({ records }: Ledger): Map<string, SlotRecord> {
  const newest = new Map<string, SlotRecord>()
  for (const record of records) {
    const name = `${record.monitorKey}/${record.region}`
    const known = newest.get(name)
    if (!known || known.scheduledAtMs < record.scheduledAtMs) newest.set(name, record)
  }
  return newest
}

function unbounded({ samples, monitors, regions, intervalMs, window, fault }: Ledger): string[] {
  const large = samples.flatMap(({ rssMb }) => Object.entries(rssMb).filter(([, mb]) => mb > rssMaxMb))
  const perSecond = (monitors.length * regions.length * 1_000) / intervalMs
  // Nothing can be longer than all that came in during the fault, with a few seconds for whoever catches up.
  const lengthMax = Math.ceil(perSecond * (10 + (fault.endedAtMs - fault.beganAtMs) / 1_000)) + 50
  const long = samples.flatMap(({ streams }) => Object.entries(streams).filter(([, length]) => length > lengthMax))
  const last = samples.findLast((sample) => sample.atMs <= window.toMs + intervalMs * 10)
  const left = Object.entries(last?.streams ?? {}).filter(([, length]) => length > Math.max(50, perSecond * 10))
  return [
    ...some(large, `were larger than ${rssMaxMb} MB`, ([name, mb]) => `${name} at ${Math.round(mb)} MB`, 'processes'),
    ...some(long, `were longer than ${lengthMax} entries`, ([name, length]) => `${name} at ${length}`, 'streams'),
    ...some(left, 'were still long at the end', ([name, length]) => `${name} at ${length}`, 'streams'),
  ]
}

function recoversDisorderly(ledger: Ledger): string[] {
  const findings: string[] = []
  // Whoever looks unwell is looked at again at once: a herd is one where nobody asked for it.
  const unwell = new Set(ledger.monitors.filter(({ kind }) => kind !== 'healthy').map(({ target }) => target))
  const steady = (ledger.monitors.length - unwell.size) * ledger.regions.length
  const times = ledger.requests
    .filter(({ target, atMs }) => !unwell.has(target) && atMs > ledger.window.fromMs)
    .map(({ atMs }) => atMs)
  let most = 0
  for (let from = 0, to = 0; to < times.length; to += 1) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= ledger.intervalMs) from += 1
    most = Math.max(most, to - from + 1)
  }
  // Whoever takes over may let go at once what was due in the last second, which is much of an interval as short as here.
  const allowed = steady * rateMax + (1_000 * steady) / ledger.intervalMs
  if (most > allowed) {
    findings.push(`${most} requests reached the targets within one interval, and ${steady} are the steady state`)
  }
  const recoveryMs = troubleOf(ledger).recoveryMs
  findings.push(...notWholeAgain(ledger))
  if (recoveryMs > recoveryMaxMs) findings.push(`it took ${Math.round(recoveryMs / 1_000)} s to recover`)
  return findings
}

/** Every message of ours can be handled: one that was set aside was held against a fault that it had no part in. */
function setAside({ buried }: Ledger): string[] {
  return some(
    Object.entries(buried).filter(([, count]) => count > 0),
    'set messages aside',
    ([name, count]) => `${count} in ${name}`,
    'streams',
  )
}

/** The last two intervals must be as if nothing had been; one check in twenty may be late on a busy machine. */
function notWholeAgain(ledger: Ledger): string[] {
  const records = recordsBySlot(ledger)
  const last = expectedSlots(ledger).filter(
    ({ scheduledAtMs }) => scheduledAtMs > ledger.window.toMs - 2 * ledger.intervalMs,
  )
  const missed = last.filter((slot) => {
    const record = records.get(keyOfExpected(slot))
    return !record || !isCarriedOut(record)
  })
  return missed.length > last.length / 20 ? some(missed, 'at the very end were not carried out', nameSlot) : []
}

/** How long slots went without a check that was carried out, counted from the beginning of the fault and from its end. */
export function troubleOf(ledger: Ledger): { readonly gapMs: number; readonly recoveryMs: number } {
  const records = recordsBySlot(ledger)
  const missed = expectedSlots(ledger).filter((slot) => {
    const record = records.get(keyOfExpected(slot))
    return slot.scheduledAtMs >= ledger.fault.beganAtMs - ledger.intervalMs && (!record || !isCarriedOut(record))
  })
  const lastMs = Math.max(0, ...missed.map((slot) => slot.scheduledAtMs))
  const { beganAtMs, endedAtMs } = ledger.fault
  return { gapMs: Math.max(0, lastMs - beganAtMs), recoveryMs: Math.max(0, lastMs - endedAtMs) }
}

function isWithin({ scheduledAtMs }: SlotRecord, { window }: Ledger): boolean {
  return scheduledAtMs > window.fromMs && scheduledAtMs <= window.toMs
}

function nameSlot({ monitor, region, scheduledAtMs }: ExpectedSlot): string {
  return `monitor ${monitor.key} in ${region} at ${clock(scheduledAtMs)}`
}

function nameRecord({ monitorKey, region, scheduledAtMs }: SlotRecord): string {
  return `monitor ${monitorKey} in ${region} at ${clock(scheduledAtMs)}`
}

function nameState({ monitorKey }: LedgerState): string {
  return `monitor ${monitorKey}`
}
