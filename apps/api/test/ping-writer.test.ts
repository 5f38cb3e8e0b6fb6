import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { findHeartbeat } from '@repo/db/queries/heartbeats'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { listIntakes } from '@repo/db/queries/ping-intakes'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addHeartbeat, addWorkspace } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import { eventually, type Running, run } from '@repo/streams/testing/eventually'
import type { ArrivingPing } from '../src/heartbeats/arriving-ping.ts'
import { createPingWriter, type PingWriter } from '../src/heartbeats/ping-writer.ts'

let database: TestDatabase
let clock: ManualClock
let writer: PingWriter
let job: StoredMonitor
let running: Running
beforeEach(async () => {
  database = await openTestDatabase()
  job = await addHeartbeat(database.sql, await addWorkspace(database.sql))
  clock = createManualClock(noonMs)
  const log = createLog('api', 'silent')
  writer = createPingWriter({ sql: database.sql, results: { publish: async () => {} }, clock, log })
})
afterEach(async () => {
  await running.stop()
  await database[Symbol.asyncDispose]()
})

const pingOf = ({ id }: StoredMonitor): ArrivingPing => ({
  tokenHash: new Bun.CryptoHasher('sha256').update(id).digest('hex'),
  kind: 'success',
  method: 'GET',
  exitCode: null,
  runId: null,
  saidMs: null,
  address: '192.0.2.1',
  userAgent: 'test',
  bodyBytes: 0,
  body: null,
})

const countPings = async () => (await findHeartbeat(database.sql, job))?.pings
const intakes = async () =>
  (await listIntakes(database.sql, 0)).map(({ beganAtMs, throughMs, isLiving }) => [
    beganAtMs - noonMs,
    throughMs - noonMs,
    isLiving,
  ])

async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
    await eventually('it sleeps', () => clock.sleepers === 1)
    await clock.advance(1_000)
  }
  await eventually('it sleeps again', () => clock.sleepers === 1)
}

describe('whoever stores pings', () => {
  test('stores those that come together in few transactions', async () => {
    running = run(writer.service)
    await Promise.all(Array.from({ length: 80 }, () => writer.take(pingOf(job))))
    const { rows } = await database.sql.execute<{ count: number }>(
      'select count(distinct xmin::text)::integer as count from heartbeat_ping',
    )
    expect([await countPings(), (rows[0]?.count ?? 0) <= 2]).toEqual([80, true])
  })

  test('stores what still waits when it is told to stop, and says that it takes no more', async () => {
    running = run(writer.service)
    await eventually('it sleeps', () => clock.sleepers === 1)
    const taken = Promise.all(Array.from({ length: 5 }, () => writer.take(pingOf(job))))
    await running.stop()
    await taken
    expect(await countPings()).toBe(5)
    expect((await intakes()).map(([, , isLiving]) => isLiving)).toEqual([false])
  })

  test('holds no more than it can', async () => {
    running = run(async () => {})
    const waiting = Array.from({ length: 20_000 }, () => writer.take(pingOf(job)))
    expect(writer.take(pingOf(job))).rejects.toMatchObject({ code: 'unavailable' })
    for (const one of waiting) one.catch(() => {})
  })
})

describe('the proof that pings are taken', () => {
  test('goes on without a break, whether any come or not', async () => {
    running = run(writer.service)
    await pass(4_000)
    await writer.take(pingOf(job))
    await pass(3_000)
    const [only, ...others] = await intakes()
    expect(others).toEqual([])
    expect(only?.[0]).toBe(0)
    expect(only?.[1]).toBeGreaterThan(5_000)
  })

  test('begins anew once the database is back', async () => {
    running = run(writer.service)
    await pass(3_000)
    await database.sql.execute('alter table ping_intake rename to ping_intake_away')
    await pass(3_000)
    await database.sql.execute('alter table ping_intake_away rename to ping_intake')
    await pass(3_000)
    const stretches = await intakes()
    expect(stretches).toHaveLength(2)
    const [[, through = 0] = [], [began = 0] = []] = stretches.sort((a, b) => Number(a[0]) - Number(b[0]))
    expect(Number(began) - Number(through)).toBeGreaterThan(1_000)
    // Only the newer one may still have something.
    expect(stretches.map(([, , isLiving]) => isLiving)).toEqual([false, true])
  })

  test('begins anew where the process was away and did not know', async () => {
    running = run(writer.service)
    await pass(2_000)
    await clock.jump(60_000)
    await pass(1_000)
    expect((await intakes()).length).toBe(2)
  })
})
