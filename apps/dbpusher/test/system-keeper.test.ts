import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { saveConsumer } from '@repo/db/queries/consumers'
import { saveTerm } from '@repo/db/queries/publisher-terms'
import { addCoverage, savePaths } from '@repo/db/queries/system-facts'
import { listEndedSystemIncidents, listOpenSystemIncidents } from '@repo/db/queries/system-incidents'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { pathCanary } from '@repo/domain/path-canary'
import { parseRegion } from '@repo/domain/region'
import { makeOutcome, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, type Running, run } from '@repo/streams/testing/eventually'
import { createSystemKeeper, type SystemKeeper } from '../src/system-keeper.ts'
import { createWatchdog } from '../src/watchdog.ts'

const region = parseRegion('a')
const log = createLog('dbpusher', 'silent')

/** What the parts of an instance do; each can be made to stop doing it. */
interface Parts {
  publishes: boolean
  works: boolean
  trusted: boolean
  canary: OutcomeVerdict | 'none'
  waitingMs: number
  lostOf100: number
}

let database: TestDatabase
let clock: ManualClock
let backend: Backend
let parts: Parts
let running: Running[]
beforeEach(async () => {
  database = await openTestDatabase()
  clock = createManualClock(noonMs)
  backend = createMemoryBackend(() => {})
  parts = { publishes: true, works: true, trusted: true, canary: 'up', waitingMs: 0, lostOf100: 0 }
  running = []
})
afterEach(async () => {
  for (const one of running) await one.stop()
  await database[Symbol.asyncDispose]()
})

function startKeeper(holder = 'one'): SystemKeeper {
  const lease = backend.openLease({ name: 'keeper', holder, ttlMs: 60_000 })
  const waitingMs = async () => parts.waitingMs
  const keeper = createSystemKeeper({ sql: database.sql, lease, waitingMs, clock, log })
  running.push(run(keeper.service))
  return keeper
}

/** A second at a time, so that nobody is late; every five of them each part does what it does. */
async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
    if (passedMs % 5_000 === 0) await live()
    await eventually('the round has ended', () => clock.sleepers === running.length)
    await clock.advance(1_000)
  }
  await eventually('the last round has ended', () => clock.sleepers === running.length)
}

async function live(): Promise<void> {
  const { sql } = database
  const nowMs = clock.nowMs() + 5_000
  if (parts.publishes) await saveTerm(sql, { token: 1, beganAtMs: noonMs - 1_000, throughMs: nowMs + 1_000 })
  const { works: online, trusted } = parts
  const seen = { region, version: '1', checksPerSecond: 1, startLagMs: 1, probesRunning: 0, clockOffsetMs: 0 }
  if (parts.works) await saveConsumer(sql, { ...seen, name: 'one', online, trusted, seenAtMs: nowMs })
  const { monitorId, monitorKey } = pathCanary
  const outcome = makeOutcome(parts.canary === 'none' ? 'unknown' : parts.canary)
  const slot = { monitorId, monitorKey, region, scheduledAtMs: nowMs, startedAtMs: nowMs, outcome }
  if (parts.canary !== 'none') await savePaths(sql, [slot], nowMs)
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000
  await addCoverage(sql, [{ region, minuteMs, due: 100, missing: parts.lostOf100 }])
}

const openKinds = async () => (await listOpenSystemIncidents(database.sql)).map(({ kind }) => kind)

describe('the keeper of the monitor itself', () => {
  test('finds nothing where all works, also where nothing is watched', async () => {
    const keeper = startKeeper()
    await pass(60_000)
    expect(await openKinds()).toEqual([])
    expect(keeper.wholeAtMs).toBe(clock.nowMs())
  })

  const faults: [string, Partial<Parts>, string[], number][] = [
    ['the consumer is gone', { works: false, canary: 'none' }, ['no_consumer'], 60_000],
    ['the consumer judges known targets wrongly', { trusted: false, canary: 'unknown' }, ['canary_failed'], 10_000],
    ['canary checks do not come back', { canary: 'none' }, ['path_silent'], 90_000],
    ['nobody publishes', { publishes: false, canary: 'none' }, ['no_publisher'], 40_000],
    ['results wait', { waitingMs: 40_000 }, ['results_waiting'], 20_000],
    ['slots have no result', { lostOf100: 2 }, ['coverage'], 125_000],
  ]
  test.each(faults)('writes down that %s, and when it is over', async (_what, fault, kinds, withinMs) => {
    await addMonitor(database.sql, await addWorkspace(database.sql), { regions: [region] })
    const keeper = startKeeper()
    const whole = { ...parts }
    await pass(30_000)
    Object.assign(parts, fault)
    await pass(withinMs)
    expect(await openKinds()).toEqual(kinds as never)
    expect([keeper.wholeAtMs, keeper.openIncidents]).toEqual([undefined, 1])
    Object.assign(parts, whole)
    await pass(125_000)
    expect(await openKinds()).toEqual([])
    expect((await listEndedSystemIncidents(database.sql, 50)).map(({ kind }) => kind)).toEqual(kinds as never)
    expect(keeper.wholeAtMs).toBe(clock.nowMs())
  })

  test('goes on with what another has opened, and opens nothing twice', async () => {
    await addMonitor(database.sql, await addWorkspace(database.sql), { regions: [region] })
    startKeeper('one')
    const second = startKeeper('two')
    Object.assign(parts, { works: false, canary: 'none' })
    await pass(60_000)
    expect([await openKinds(), second.wholeAtMs]).toEqual([['no_consumer'], undefined])
    await running.shift()?.stop()
    await pass(30_000)
    expect([await openKinds(), second.openIncidents]).toEqual([['no_consumer'], 1])
    Object.assign(parts, { works: true, canary: 'up' })
    await pass(30_000)
    expect([await openKinds(), second.wholeAtMs]).toEqual([[], clock.nowMs()])
    expect(await listEndedSystemIncidents(database.sql, 50)).toHaveLength(1)
  })
})

test('what was opened before a restart is over after it', async () => {
  await addMonitor(database.sql, await addWorkspace(database.sql), { regions: [region] })
  startKeeper('one')
  Object.assign(parts, { works: false, canary: 'none' })
  await pass(60_000)
  expect(await openKinds()).toEqual(['no_consumer'])
  await running.shift()?.stop()
  Object.assign(parts, { works: true, canary: 'up' })
  const after = startKeeper('two')
  await pass(30_000)
  expect([await openKinds(), after.openIncidents]).toEqual([[], 0])
  expect(await listEndedSystemIncidents(database.sql, 50)).toHaveLength(1)
})

describe('the watchdog outside', () => {
  const intervalMs = 60_000
  let beats: { atMs: number; method: string; path: string }[]
  let status: number
  let receiver: ReturnType<typeof Bun.serve>
  beforeEach(() => {
    beats = []
    status = 200
    receiver = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch({ method, url }) {
        const { pathname, search } = new URL(url)
        beats.push({ atMs: clock.nowMs() - noonMs, method, path: pathname + search })
        return new Response('OK', { status, headers: { location: '/elsewhere' } })
      },
    })
  })
  afterEach(() => receiver.stop(true))

  function startWatchdog(written: string[] = []): void {
    const keeper = startKeeper()
    const url = `http://127.0.0.1:${receiver.port}/ping/secret-token?a=b`
    const kept = { ...log, warn: (...words: unknown[]) => void written.push(JSON.stringify(words)) } as typeof log
    running.push(run(createWatchdog({ url, intervalMs, wholeAtMs: () => keeper.wholeAtMs, clock, log: kept })))
  }

  test('hears of it once an interval while all works', async () => {
    startWatchdog()
    await pass(200_000)
    expect(beats.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(4).fill('GET /ping/secret-token?a=b'))
    const gaps = beats.slice(1).map(({ atMs }, index) => atMs - (beats[index]?.atMs ?? 0))
    expect(gaps.every((gapMs) => gapMs >= intervalMs && gapMs <= intervalMs + 5_000)).toBe(true)
  })

  const faults: [string, Partial<Parts>][] = [
    ['the consumer is stopped', { works: false, canary: 'none' }],
    ['results do not come any more', { canary: 'none' }],
    ['the probe is sabotaged', { trusted: false, canary: 'unknown' }],
    ['nobody publishes', { publishes: false, canary: 'none' }],
    ['results wait', { waitingMs: 60_000 }],
    ['slots have no result', { lostOf100: 5 }],
  ]
  test.each(faults)('hears nothing two intervals after %s, and again when it is over', async (_what, fault) => {
    startWatchdog()
    await pass(65_000)
    const whole = { ...parts }
    Object.assign(parts, fault)
    await pass(2 * intervalMs)
    const count = beats.length
    await pass(3 * intervalMs)
    expect(beats).toHaveLength(count)
    Object.assign(parts, whole)
    await pass(3 * intervalMs)
    expect(beats.length).toBeGreaterThan(count)
  })

  test('is tried again soon where it did not take the beat, is not followed elsewhere, and its address stays secret', async () => {
    const written: string[] = []
    startWatchdog(written)
    status = 302
    await pass(30_000)
    expect(beats.length).toBeGreaterThanOrEqual(3)
    expect(beats.every(({ path }) => path.startsWith('/ping/'))).toBe(true)
    await receiver.stop(true)
    await pass(15_000)
    expect(written.join()).toContain('could not be reached')
    expect(written.join()).not.toContain('secret-token')
  })
})
