import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { startRedis } from '@repo/streams/testing'
import { type Client, newClient } from '../src/client.ts'
import { eventually } from '../src/eventually.ts'
import { type Program, startProgram } from '../src/program.ts'

describe('maintenance, kept by processes that are killed', () => {
  let database: TestDatabase
  let redis: Awaited<ReturnType<typeof startRedis>>
  let person: Client
  const programs: Program[] = []

  function start(role: string, env: Record<string, string> = {}): Program {
    const shared = { REDIS_URL: redis.url, DATABASE_URL: database.url, LOG_LEVEL: 'info' }
    const program = startProgram(`apps/${role}/src/main.ts`, [], { ...shared, ...env })
    programs.push(program)
    return program
  }

  beforeAll(async () => {
    database = await openTestDatabase()
    redis = await startRedis()
    const api = start('api', { PORT: '0', INSTANCE_SECRET: crypto.randomUUID(), SIGN_UP: 'open' })
    const [, url = ''] = await api.until(/"url":"(http:[^"]+)"/)
    person = await newClient(url)
  }, 60_000)

  afterAll(async () => {
    await Promise.all(programs.map((program) => program.stop()))
    await database[Symbol.asyncDispose]()
    await redis.stop()
  }, 30_000)

  async function historyOf(monitorId: string) {
    const { rows } = await database.sql.execute<{ status: string; ms: number }>(`
      select i.status, (extract(epoch from i.began_at) * 1000)::float8 as ms from state_interval i join monitor m using (monitor_key)
      where m.id = '${monitorId}' order by i.began_at`)
    return rows
  }

  test('begins and ends at its very instants, although the first died in the middle and the next came too late', async () => {
    const spec = { kind: 'http' as const, url: 'https://example.com/' }
    const monitor: Monitor = await person.createMonitor({ spec })
    const startMs = Date.now() + 3_000
    const endMs = startMs + 2_000
    const [startsAt, endsAt] = [startMs, endMs].map((ms) => new Date(ms).toISOString())
    const window = { name: 'Upgrade', schedule: { kind: 'once', startsAt, endsAt }, appliesTo: { kind: 'all' } }
    expect((await person.call('POST', '/api/v1/maintenance', window)).status).toBe(201)

    const dying = start('dbpusher', { FAULT_POINT: 'maintenance_before_commit' })
    await dying.exited
    expect(Date.now()).toBeGreaterThanOrEqual(startMs)
    expect((await historyOf(monitor.id)).map(({ status }) => status)).toEqual(['unknown'])

    // The dead one holds its lease for some seconds yet, and by then it is over.
    start('dbpusher')
    await eventually('it was kept', async () => (await historyOf(monitor.id)).length === 3, 40_000)
    const [before, during, after] = await historyOf(monitor.id)
    expect([before?.status, during, after]).toEqual([
      'unknown',
      { status: 'maintenance', ms: startMs },
      { status: 'unknown', ms: endMs },
    ])
  }, 90_000)
})
