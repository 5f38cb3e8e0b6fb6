import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { pauseMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { saveTerm } from '@repo/db/queries/publisher-terms'
import { readStoredFacts } from '@repo/db/queries/system-facts'
import { listTicks } from '@repo/db/queries/ticks'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addHeartbeat, addMonitor, addTicks, addWorkspace } from '@repo/db/testing/populate'
import { gridOf, nextSlotMs } from '@repo/domain/grid'
import type { WorkspaceId } from '@repo/domain/ids'
import { notCarriedOut } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { slotsOf } from '@repo/domain/slot-account'
import { makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createSaveResults } from '../src/save-results.ts'
import { createSlotAccountant } from '../src/slot-accountant.ts'

const minuteMs = 60_000
const regions = ['a', 'b'].map(parseRegion)

let database: TestDatabase
let workspaceId: WorkspaceId
let clock: ManualClock
let waitingMs: number
let accountant: { stop(): Promise<void> }
beforeEach(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  clock = createManualClock(noonMs)
  waitingMs = 0
})
afterEach(async () => {
  await accountant.stop()
  await database[Symbol.asyncDispose]()
})

/** Checked every minute from two regions, since noon. */
const watch = (): Promise<StoredMonitor> => addMonitor(database.sql, workspaceId, { regions })

function startAccountant(): void {
  const backend = createMemoryBackend(() => {})
  const { sql } = database
  const saveResults = createSaveResults({
    ...{ sql, clock, rechecks: { ask: async () => {} } },
    ...{ workspaceOf: () => undefined, announce: async () => {} },
  })
  const lease = backend.openLease({ name: 'accountant', holder: 'one', ttlMs: 60_000 })
  const log = createLog('dbpusher', 'silent')
  accountant = run(createSlotAccountant({ sql, lease, saveResults, waitingMs: async () => waitingMs, clock, log }))
}

/** Moves time on a second at a time, and waits until a round has ended before the next begins. */
async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 5_000) {
    await eventually('the round has ended', () => clock.sleepers === 1)
    await clock.advance(5_000)
  }
  await eventually('the last round has ended', () => clock.sleepers === 1)
}

const slots = (monitor: StoredMonitor, minutes: number) =>
  slotsOf(monitor, { afterMs: noonMs - 1, throughMs: noonMs + minutes * minuteMs })

async function codesOf(monitor: StoredMonitor): Promise<Record<string, string>> {
  const { items } = await listTicks(database.sql, monitor.monitorKey, { limit: 1_000 })
  return Object.fromEntries(
    items
      .toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs || a.region.localeCompare(b.region))
      .map((tick) => [`${tick.region} ${(tick.scheduledAtMs - noonMs) / 1_000}`, tick.outcome.code]),
  )
}

const nameOf = (region: string, atMs: number) => `${region} ${(atMs - noonMs) / 1_000}`
const wasPublished = (fromMs: number, throughMs: number) =>
  saveTerm(database.sql, { token: 1, beganAtMs: fromMs, throughMs })

describe('a slot without a result', () => {
  test('was lost where it was published, and expired where nobody was there to publish it', async () => {
    const monitor = await watch()
    await wasPublished(noonMs - minuteMs, noonMs + 3 * minuteMs)
    startAccountant()
    await pass(8 * minuteMs)
    const codes = Object.entries(await codesOf(monitor))
    const due = slots(monitor, 6).flatMap((atMs) => regions.map((region) => ({ region, atMs })))
    expect(codes.slice(0, due.length)).toEqual(
      due.map(({ region, atMs }) => [nameOf(region, atMs), atMs <= noonMs + 3 * minuteMs ? 'LOST' : 'EXPIRED']),
    )
  })

  test('is none of a job that tells of itself: it comes when it comes', async () => {
    const [monitor, job] = [await watch(), await addHeartbeat(database.sql, workspaceId, {})]
    await database.sql.execute(`update monitor set interval_ms = 60000 where monitor_key = ${job.monitorKey}`)
    await wasPublished(noonMs - minuteMs, noonMs + 3 * minuteMs)
    startAccountant()
    await pass(8 * minuteMs)
    expect(Object.keys(await codesOf(monitor)).length).toBeGreaterThan(0)
    expect(await codesOf(job)).toEqual({})
  })

  test('lowers the coverage of its region, and of no other', async () => {
    const monitor = await watch()
    const due = slots(monitor, 9)
    const half = due.filter((_atMs, index) => index % 2 === 0)
    const seen = [...due.map((atMs) => makeTick('a', atMs, 'up')), ...half.map((atMs) => makeTick('b', atMs, 'up'))]
    await addTicks(database.sql, monitor, seen)
    startAccountant()
    await pass(8 * minuteMs)
    const { coverage } = await readStoredFacts(database.sql, clock.nowMs())
    const sumOf = (name: string, field: 'due' | 'missing') =>
      coverage.filter(({ region }) => region === name).reduce((sum, minute) => sum + minute[field], 0)
    expect(sumOf('a', 'due')).toBeGreaterThan(4)
    expect(sumOf('a', 'missing')).toBe(0)
    expect(sumOf('b', 'due')).toBe(sumOf('a', 'due'))
    expect(sumOf('b', 'missing')).toBeWithin(2, sumOf('b', 'due') - 1)
  })

  test('is noticed within two intervals of its instant', async () => {
    const monitor = await watch()
    startAccountant()
    const [, first = 0] = slots(monitor, 2)
    await pass(first - noonMs + 2 * minuteMs)
    expect(Object.keys(await codesOf(monitor))).toContain(nameOf('a', first))
  })

  test('is the only one that is filled in: what has its tick keeps it', async () => {
    const monitor = await watch()
    const [start = 0, first = 0, second = 0, third = 0] = slots(monitor, 4)
    const ticks = [start, first, third].flatMap((atMs) => regions.map((region) => makeTick(region, atMs, 'up')))
    await addTicks(database.sql, monitor, [...ticks, makeTick('a', second, 'down')])
    startAccountant()
    await pass(third - noonMs + 50_000)
    const codes = await codesOf(monitor)
    expect([codes[nameOf('a', second)], codes[nameOf('b', second)]]).toEqual(['TCP_REFUSED', 'EXPIRED'])
    expect(Object.values(codes).filter((code) => code === 'EXPIRED')).toHaveLength(1)
  })

  test('is not stood in for by a look off the grid', async () => {
    const monitor = await watch()
    const [start = 0, first = 0] = slots(monitor, 2)
    const ticks = [start, first - 1_234].flatMap((atMs) => regions.map((region) => makeTick(region, atMs, 'up')))
    await addTicks(database.sql, monitor, ticks)
    startAccountant()
    await pass(first - noonMs + 2 * minuteMs)
    expect((await codesOf(monitor))[nameOf('a', first)]).toBe('EXPIRED')
  })

  test('is waited for while results wait to be stored', async () => {
    const monitor = await watch()
    waitingMs = 30 * minuteMs
    startAccountant()
    await pass(10 * minuteMs)
    expect(await codesOf(monitor)).toEqual({})
    waitingMs = 0
    await pass(5_000)
    expect(Object.keys(await codesOf(monitor)).length).toBeGreaterThan(0)
  })

  test('of a paused monitor is none: nothing is missing after the pause, and everything before it', async () => {
    const monitor = await watch()
    await pauseMonitor(database.sql, monitor, noonMs + 2 * minuteMs)
    startAccountant()
    await pass(8 * minuteMs)
    expect(Object.keys(await codesOf(monitor))).toHaveLength(
      2 * slots({ ...monitor, pausedAtMs: noonMs + 2 * minuteMs }, 8).length,
    )
  })

  test('that was given up takes the result that comes after all', async () => {
    const monitor = await watch()
    await wasPublished(noonMs - minuteMs, noonMs + 9 * minuteMs)
    startAccountant()
    await pass(4 * minuteMs)
    const first = nextSlotMs(gridOf(monitor.id, minuteMs), noonMs)
    expect((await codesOf(monitor))[nameOf('a', first)]).toBe('LOST')
    await addTicks(database.sql, monitor, [makeTick('a', first, 'up')])
    expect((await codesOf(monitor))[nameOf('a', first)]).toBe('OK')
  })

  test('is accounted for after an outage of hours, in steps, and once', async () => {
    const monitor = await watch()
    startAccountant()
    await pass(5_000)
    await clock.advance(3 * 60 * minuteMs)
    await pass(5_000)
    const due = slots(monitor, 3 * 60 - 2)
    const codes = await codesOf(monitor)
    expect(due.filter((atMs) => regions.some((region) => codes[nameOf(region, atMs)] !== 'EXPIRED'))).toEqual([])
    const again = [{ ...makeTick('a', due[0] ?? 0, 'unknown'), outcome: notCarriedOut('EXPIRED', '') }]
    expect(await addTicks(database.sql, monitor, again)).toEqual([])
  })
})
