import { describe, expect, test } from 'bun:test'
import { gridOf } from '@repo/domain/grid'
import { makeMonitorId } from '@repo/domain/testing'
import { findingsOf, troubleOf } from '../src/fault-findings.ts'
import { expectedSlots, isCarriedOut, type Ledger, type LedgerMonitor, type SlotRecord } from '../src/fault-ledger.ts'

const intervalMs = 2_000
const fromMs = 1_800_000_000_000
const toMs = fromMs + 20_000
const regions = ['eu', 'us']

describe('the ledger', () => {
  test('finds nothing where every slot was carried out in time', () => {
    expect(findingsOf(soundLedger())).toEqual([])
  })

  test('misses a slot without a record (I1)', () => {
    const ledger = soundLedger()
    expect(complaintsAbout({ ...ledger, records: ledger.records.slice(1) })).toEqual(['I1'])
  })

  test('takes an expired and a lost slot for accounted for', () => {
    const ledger = soundLedger()
    const [first, second, ...rest] = ledger.records
    if (!first || !second) throw new Error('no records')
    const records = [notRun(first, 'EXPIRED'), notRun(second, 'LOST'), ...rest]
    expect(complaintsAbout({ ...ledger, records })).toEqual([])
  })

  test('objects to a record that comes too late, unless a fault kept it from coming (I1)', () => {
    const ledger = changed(soundLedger(), 0, (record) => ({ seenAtMs: record.scheduledAtMs + 31_000 }))
    expect(complaintsAbout(ledger)).toEqual(['I1'])
    const [first] = ledger.records
    const beganAtMs = (first?.scheduledAtMs ?? 0) - 1
    expect(complaintsAbout({ ...ledger, fault: { beganAtMs, endedAtMs: beganAtMs + 10_000 } })).toEqual([])
  })

  test('objects to a record that is not on the grid (I1)', () => {
    expect(complaintsAbout(changed(soundLedger(), 3, (one) => ({ scheduledAtMs: one.scheduledAtMs + 7 })))).toEqual([
      'I1',
    ])
  })

  test('objects to two records of one slot (I2)', () => {
    const ledger = soundLedger()
    expect(complaintsAbout({ ...ledger, records: [...ledger.records, ...ledger.records.slice(0, 1)] })).toEqual(['I2'])
  })

  test('objects to a history with a gap, with two ends, or with another end than what is said now (I3)', () => {
    const ledger = soundLedger()
    const [first, second] = ledger.states[0]?.intervals ?? []
    if (!first || !second) throw new Error('there are two')
    const histories = [
      [first, { ...second, beganAtMs: second.beganAtMs + 1 }],
      [{ ...first, endedAtMs: null }, second],
      [first, { ...second, status: 'down' }],
      [second].map((interval) => ({ ...interval, beganAtMs: fromMs + 1 })),
      [],
    ]
    for (const intervals of histories) {
      const states = ledger.states.map((state) => ({ ...state, intervals }))
      expect(complaintsAbout({ ...ledger, states })).toEqual(['I3'])
    }
  })

  test('objects to a status that the regions do not give (I4)', () => {
    const ledger = soundLedger()
    const states = ledger.states.map((state) => ({
      ...state,
      status: 'unknown' as const,
      intervals: state.intervals.map((interval) => ({ ...interval, status: 'unknown' })),
    }))
    expect(complaintsAbout({ ...ledger, states })).toEqual(['I4'])
  })

  test('objects to a check that ran after its expiry, by its own word and by that of the target (I8)', () => {
    expect(complaintsAbout(changed(soundLedger(), 0, () => ({ startLagMs: 1_100 })))).toEqual(['I8'])
    const ledger = soundLedger()
    const [monitor] = ledger.monitors
    const slot = expectedSlots(ledger).find((one) => one.monitor === monitor && one.scheduledAtMs > fromMs + 4_000)
    const late = { target: monitor?.target ?? 0, atMs: (slot?.scheduledAtMs ?? 0) + 1_800 }
    expect(complaintsAbout(withRequests(ledger, [late]))).toContain('I8')
  })

  test('gives a look that was asked for off the grid a window of its own (I8)', () => {
    const offGrid = (startLagMs: number): Ledger => {
      const ledger = soundLedger()
      const [first] = ledger.records
      if (!first) throw new Error('the sound ledger has records')
      const monitors = ledger.monitors.map((monitor) => ({ ...monitor, kind: 'flapping' as const }))
      const again = { ...first, scheduledAtMs: first.scheduledAtMs + 137, startLagMs }
      return { ...ledger, monitors, records: [...ledger.records, again] }
    }
    expect(complaintsAbout(offGrid(9_900))).not.toContain('I8')
    expect(complaintsAbout(offGrid(10_100))).toContain('I8')
  })

  test('objects to a slot that a region ran more than twice', () => {
    const ledger = soundLedger()
    const again = ledger.requests.filter((_, index) => index === 12 || index === 13).flatMap((one) => [one, one])
    expect(complaintsAbout(withRequests(ledger, again))).toEqual(['I8b'])
  })

  test('objects to a healthy target that is called down, and to a dead one that is called up (I9)', () => {
    expect(complaintsAbout(changed(soundLedger(), 0, () => ({ verdict: 'down', code: 'TCP_REFUSED' })))).toEqual(['I9'])
    const ledger = soundLedger()
    const monitors = ledger.monitors.map((monitor) => ({ ...monitor, kind: 'down' as const }))
    expect(complaintsAbout({ ...ledger, monitors })).toEqual(['I9'])
  })

  test('objects to a healthy monitor that was down for a moment in between (I9)', () => {
    const ledger = soundLedger()
    const states = ledger.states.map((state) => ({ ...state, statuses: ['up' as const, 'down' as const] }))
    expect(complaintsAbout({ ...ledger, states })).toEqual(['I9'])
  })

  test('does not blame anybody for a target that stood still with all of the farm', () => {
    const ledger = changed(soundLedger(), 0, () => ({ verdict: 'down', code: 'TTFB_TIMEOUT' }))
    const [{ scheduledAtMs = 0, monitorKey = 0 } = {}] = ledger.records
    const states = ledger.states.map((state) =>
      state.monitorKey === monitorKey ? { ...state, statuses: ['up' as const, 'down' as const] } : state,
    )
    expect(complaintsAbout({ ...ledger, states })).toEqual(['I9'])
    const stalls = [{ fromMs: scheduledAtMs, toMs: scheduledAtMs + 900 }]
    expect(complaintsAbout({ ...ledger, states, stalls })).toEqual([])
    expect(complaintsAbout({ ...ledger, states, stalls: [{ fromMs: toMs, toMs }] })).toEqual(['I9'])
  })

  test('objects to a view that the newest tick does not give (I10)', () => {
    const ledger = soundLedger()
    const last = ledger.records.length - 1
    expect(complaintsAbout(changed(ledger, last, () => ({ verdict: 'degraded' })))).toEqual(['I10'])
  })

  test('objects to a process and to a stream that grow (I11)', () => {
    const sample = { atMs: toMs, rssMb: { 'dbpusher-1': 900 }, streams: { 'betterstack:db': 100_000 } }
    expect(complaintsAbout({ ...soundLedger(), samples: [sample] })).toEqual(['I11'])
  })

  test('objects to a herd (I12)', () => {
    const ledger = soundLedger()
    const herd = Array.from({ length: 20 }, (_, target) => ({ target: 1_000 + target, atMs: fromMs + 5_000 }))
    expect(complaintsAbout(withRequests(ledger, herd))).toEqual(['I12'])
  })

  test('objects to messages that were set aside (I13)', () => {
    expect(complaintsAbout({ ...soundLedger(), buried: { 'betterstack:db': 3 } })).toEqual(['I13'])
  })

  test('objects to an instance that is not whole again at the end (I12)', () => {
    const ledger = soundLedger()
    const records = ledger.records.map((record) =>
      record.region === 'us' && record.scheduledAtMs > toMs - 4_000 ? notRun(record, 'EXPIRED') : record,
    )
    const fault = { beganAtMs: toMs - 10_000, endedAtMs: toMs - 8_000 }
    expect(complaintsAbout({ ...ledger, records, fault, states: [] })).toEqual(['I12'])
  })

  test('counts the trouble from the end of the fault to the last slot that was not carried out', () => {
    const ledger = soundLedger()
    const fault = { beganAtMs: fromMs, endedAtMs: fromMs + 4_000 }
    const records = ledger.records.map((record) =>
      record.scheduledAtMs <= fromMs + 9_000 ? notRun(record, 'EXPIRED') : record,
    )
    const { recoveryMs } = troubleOf({ ...ledger, fault, records })
    expect(recoveryMs).toBeGreaterThan(3_000)
    expect(recoveryMs).toBeLessThanOrEqual(5_000)
  })
})

function complaintsAbout(ledger: Ledger): string[] {
  return [...new Set(findingsOf(ledger).map(({ invariant }) => invariant))]
}

function soundLedger(): Ledger {
  const monitors = Array.from({ length: 4 }, (_, target): LedgerMonitor => {
    // Its first slot of the window lies at the same place whatever the id, so that no case depends on chance.
    const grid = { ...gridOf(makeMonitorId(), intervalMs), phaseMs: 250 * target + 100 }
    return { key: target + 1, target, kind: 'healthy', grid }
  })
  const empty: Ledger = {
    ...{ monitors, regions, intervalMs, flipMs: 8_000, window: { fromMs, toMs }, records: [], requests: [] },
    stalls: [],
    ...{
      fault: { beganAtMs: fromMs - 35_000, endedAtMs: fromMs - 35_000 },
      samples: [],
      buried: {},
      accountWithinMs: 30_000,
    },
    states: monitors.map(({ key }) => ({
      ...{ monitorKey: key, status: 'up', statuses: ['up'] },
      views: regions.map((region) => ({ region, verdict: 'up', vote: 'up', blind: false })),
      intervals: [
        { status: 'unknown', beganAtMs: fromMs - 60_000, endedAtMs: fromMs - 2_000 },
        { status: 'up', beganAtMs: fromMs - 2_000, endedAtMs: null },
      ],
    })),
  }
  const slots = expectedSlots(empty).toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs)
  return {
    ...empty,
    records: slots.map(({ monitor, region, scheduledAtMs }) => ({
      ...{ monitorKey: monitor.key, region, scheduledAtMs, verdict: 'up', code: 'OK', startLagMs: 5 },
      seenAtMs: scheduledAtMs + 400,
    })),
    requests: slots.map(({ monitor, scheduledAtMs }) => ({ target: monitor.target, atMs: scheduledAtMs + 6 })),
  }
}

function changed(ledger: Ledger, index: number, change: (record: SlotRecord) => Partial<SlotRecord>): Ledger {
  const records = ledger.records.map((record, at) => (at === index ? { ...record, ...change(record) } : record))
  return { ...ledger, records }
}

function notRun(record: SlotRecord, code: 'EXPIRED' | 'LOST'): SlotRecord {
  const left = { ...record, code, verdict: 'unknown' as const, startLagMs: 0 }
  expect(isCarriedOut(left)).toBe(false)
  return left
}

function withRequests(ledger: Ledger, further: Ledger['requests']): Ledger {
  return { ...ledger, requests: [...ledger.requests, ...further].toSorted((a, b) => a.atMs - b.atMs) }
}
