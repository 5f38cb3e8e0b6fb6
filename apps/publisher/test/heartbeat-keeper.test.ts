import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { findHeartbeat, lockHeartbeats, savePinged } from '@repo/db/queries/heartbeats'
import { changeMonitor, pauseMonitor, resumeMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { saveIntake } from '@repo/db/queries/ping-intakes'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addHeartbeat, addWorkspace } from '@repo/db/testing/populate'
import type { CheckResult } from '@repo/domain/check'
import { applyPing, nextSilence, type PingKind } from '@repo/domain/heartbeat'
import { pingRegion } from '@repo/domain/region'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createHeartbeatKeeper } from '../src/heartbeat-keeper.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

let database: TestDatabase
beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(() => database[Symbol.asyncDispose]())

/** A keeper at an instant, and what it tells. */
function startKeeper(nowMs: number, { isAway = false } = {}) {
  const told: CheckResult[] = []
  const clock = createManualClock(nowMs)
  const state = { isAway }
  const publish = async (results: readonly CheckResult[]) => {
    if (state.isAway) throw new Error('the stream is away')
    told.push(...results)
  }
  const backend = createMemoryBackend(() => {})
  const lease = backend.openLease({ name: 'heartbeats', holder: crypto.randomUUID(), ttlMs: 60_000 })
  const { stop } = run(
    createHeartbeatKeeper({
      sql: database.sql,
      lease,
      results: { publish },
      clock,
      log: createLog('publisher', 'silent'),
    }),
  )
  return { clock, told, state, stop }
}

type Keeper = ReturnType<typeof startKeeper>

/** Waits until the keeper has looked once more. */
async function look(keeper: Keeper): Promise<void> {
  await eventually('it sleeps', () => keeper.clock.sleepers === 1)
  await keeper.clock.advance(500)
  await eventually('it sleeps again', () => keeper.clock.sleepers === 1)
}

async function ping(job: StoredMonitor, kind: PingKind, atMs: number): Promise<void> {
  const tokenHash = new Bun.CryptoHasher('sha256').update(job.id).digest('hex')
  await database.sql.transaction(async (tx) => {
    const [locked] = await lockHeartbeats(tx, [tokenHash])
    if (!locked) throw new Error('there is no such heartbeat')
    const { stand } = applyPing(locked.stand, { kind, atMs, runId: null })
    const dueMs = nextSilence(job.spec as never, stand)?.dueMs ?? null
    await savePinged(tx, [{ monitorKey: job.monitorKey, pings: locked.pings + 1, lastPingAtMs: atMs, stand, dueMs }])
  })
}

const tookPings = (
  fromMs: number,
  throughMs: number,
  { process = crypto.randomUUID() as string, hasEnded = false } = {},
) => saveIntake(database.sql, { process, beganAtMs: fromMs, throughMs, hasEnded })

async function addJob(spec: object = {}): Promise<StoredMonitor> {
  return addHeartbeat(database.sql, await addWorkspace(database.sql), spec)
}

const toldOf = (keeper: Keeper) =>
  keeper.told.map(({ scheduledAtMs, outcome }) => [scheduledAtMs - noonMs, outcome.verdict, outcome.code])

const dueMs = HOUR_MS + 5 * MINUTE_MS

describe('a job that is silent', () => {
  test('is down from the instant through which it was waited for, and that is told once', async () => {
    const job = await addJob()
    await ping(job, 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + dueMs + 1_000)
    const keeper = startKeeper(noonMs + dueMs - 1_000)
    await look(keeper)
    expect(keeper.told).toEqual([])
    await keeper.clock.advance(1_000)
    await eventually('it is told', () => keeper.told.length > 0)
    for (let turn = 0; turn < 3; turn += 1) await look(keeper)
    expect(toldOf(keeper)).toEqual([[dueMs, 'down', 'HEARTBEAT_OVERDUE']])
    expect(keeper.told[0]).toMatchObject({ monitorId: job.id, monitorKey: job.monitorKey, region: pingRegion })
    await keeper.stop()
  })

  test('is down again at each time that it misses', async () => {
    await ping(await addJob(), 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + 10 * HOUR_MS)
    const keeper = startKeeper(noonMs + dueMs)
    await eventually('it is told', () => keeper.told.length === 1)
    await look(keeper)
    await keeper.clock.jump(HOUR_MS)
    await eventually('it is told again', () => keeper.told.length === 2)
    expect(toldOf(keeper).map(([ms]) => ms)).toEqual([dueMs, dueMs + HOUR_MS])
    await keeper.stop()
  })

  test('is down where its run takes too long', async () => {
    const job = await addJob({ maxRunSeconds: 60 })
    await ping(job, 'success', noonMs)
    await ping(job, 'start', noonMs + HOUR_MS)
    await tookPings(noonMs - HOUR_MS, noonMs + 2 * HOUR_MS)
    const keeper = startKeeper(noonMs + HOUR_MS + MINUTE_MS)
    await eventually('it is told', () => keeper.told.length > 0)
    expect(toldOf(keeper)).toEqual([[HOUR_MS + MINUTE_MS, 'down', 'HEARTBEAT_TOO_LONG']])
    await keeper.stop()
  })

  test('is nobody’s business while it is paused, and is waited for anew once it is resumed', async () => {
    const job = await addJob()
    await ping(job, 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + 10 * HOUR_MS)
    await pauseMonitor(database.sql, job, noonMs + MINUTE_MS)
    const keeper = startKeeper(noonMs + 2 * HOUR_MS)
    await look(keeper)
    await resumeMonitor(database.sql, job, noonMs + 2 * HOUR_MS)
    await look(keeper)
    expect(keeper.told).toEqual([])
    await keeper.clock.jump(HOUR_MS + 5 * MINUTE_MS)
    await eventually('it is told', () => keeper.told.length > 0)
    expect(toldOf(keeper)).toEqual([[3 * HOUR_MS + 5 * MINUTE_MS, 'down', 'HEARTBEAT_OVERDUE']])
    await keeper.stop()
  })

  test('is waited for as its changed schedule says, from then on', async () => {
    const job = await addJob()
    await ping(job, 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + 10 * HOUR_MS)
    const keeper = startKeeper(noonMs + MINUTE_MS)
    await look(keeper)
    const spec = { ...(job.spec as object), schedule: { kind: 'period', seconds: 60 }, graceSeconds: 10 }
    await changeMonitor(database.sql, job, { spec, nowMs: noonMs + 2 * MINUTE_MS, afterMs: 0 })
    await keeper.clock.jump(2 * MINUTE_MS + 10_000)
    await eventually('it is told', () => keeper.told.length > 0)
    expect(toldOf(keeper)).toEqual([[3 * MINUTE_MS + 10_000, 'down', 'HEARTBEAT_OVERDUE']])
    await keeper.stop()
  })

  test('is not waited for before it told of itself', async () => {
    await addJob()
    await tookPings(noonMs - HOUR_MS, noonMs + 1_000 * HOUR_MS)
    const keeper = startKeeper(noonMs + 1_000 * HOUR_MS)
    await look(keeper)
    expect(keeper.told).toEqual([])
    await keeper.stop()
  })
})

describe('our own absence', () => {
  test('makes nobody down: of what was missed meanwhile nothing is known, and a ping that follows is up', async () => {
    const job = await addJob()
    await ping(job, 'success', noonMs)
    // Over the instant nobody took pings; afterwards somebody does.
    await tookPings(noonMs - HOUR_MS, noonMs + HOUR_MS, { hasEnded: true })
    const keeper = startKeeper(noonMs + dueMs + MINUTE_MS)
    await eventually('it is told', () => keeper.told.length > 0)
    expect(toldOf(keeper)).toEqual([[dueMs, 'unknown', 'HEARTBEAT_UNWATCHED']])
    await tookPings(noonMs + dueMs + MINUTE_MS, noonMs + 10 * HOUR_MS)
    await ping(job, 'success', noonMs + dueMs + 2 * MINUTE_MS)
    await look(keeper)
    expect(keeper.told).toHaveLength(1)
    const found = await findHeartbeat(database.sql, job)
    expect(found?.lastFinishedMs).toBe(noonMs + dueMs + 2 * MINUTE_MS)
    await keeper.stop()
  })

  test('of a whole night is one gap for each, and no burst', async () => {
    await ping(await addJob({ schedule: { kind: 'period', seconds: 60 }, graceSeconds: 10 }), 'success', noonMs)
    const keeper = startKeeper(noonMs + 12 * HOUR_MS)
    await eventually('it is told', () => keeper.told.length > 0)
    for (let turn = 0; turn < 5; turn += 1) await look(keeper)
    expect(keeper.told).toHaveLength(1)
    await keeper.stop()
  })

  test('is no haste either: a ping that is still being stored is waited for', async () => {
    const job = await addJob()
    await ping(job, 'success', noonMs)
    const process = crypto.randomUUID()
    await tookPings(noonMs - HOUR_MS, noonMs + dueMs - 1, { process })
    const keeper = startKeeper(noonMs + dueMs + 10_000)
    for (let turn = 0; turn < 3; turn += 1) await look(keeper)
    expect(keeper.told).toEqual([])
    // The commit that took so long brings the ping, and says that all that came before is stored.
    await ping(job, 'success', noonMs + dueMs - 5)
    await tookPings(noonMs - HOUR_MS, noonMs + dueMs + 10_000, { process })
    for (let turn = 0; turn < 3; turn += 1) await look(keeper)
    expect(keeper.told).toEqual([])
    await keeper.stop()
  })
})

describe('what was found', () => {
  test('is told although the stream was away, and although whoever found it is gone', async () => {
    await ping(await addJob(), 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + 10 * HOUR_MS)
    const first = startKeeper(noonMs + dueMs, { isAway: true })
    await eventually('it is written down', async () => {
      const { rows } = await database.sql.execute('select from heartbeat_result')
      return rows.length === 1
    })
    await first.stop()
    await database.sql.execute(`update heartbeat_result set send_at = now()`)
    const second = startKeeper(noonMs + dueMs + MINUTE_MS)
    await eventually('it is told', () => second.told.length > 0)
    await look(second)
    expect(toldOf(second)).toEqual([[dueMs, 'down', 'HEARTBEAT_OVERDUE']])
    await second.stop()
  })

  test('is found by one of several', async () => {
    for (let count = 0; count < 20; count += 1) await ping(await addJob(), 'success', noonMs)
    await tookPings(noonMs - HOUR_MS, noonMs + 10 * HOUR_MS)
    const keepers = [startKeeper(noonMs + dueMs), startKeeper(noonMs + dueMs)]
    const all = () => keepers.flatMap(({ told }) => told)
    await eventually('all are told', () => all().length >= 20)
    for (const keeper of keepers) await look(keeper)
    expect(all()).toHaveLength(20)
    for (const keeper of keepers) await keeper.stop()
  })
})
