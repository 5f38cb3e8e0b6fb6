import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { listMonitors } from '@repo/db/queries/monitor-list'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addTicks, addWorkspace } from '@repo/db/testing/populate'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeTick, noonMs } from '@repo/domain/testing'
import { createManualClock, type ManualClock } from '@repo/service/testing'
import type { Backend } from '@repo/streams/backend'
import { createMemoryBackend } from '@repo/streams/memory-backend'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createFiguresKeeper } from '../src/figures-keeper.ts'
import { evenPace, log } from './keeping.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
let clock: ManualClock
let backend: Backend
let keepers: { stop(): Promise<void> }[]
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  workspaceId = await addWorkspace(database.sql)
  clock = createManualClock(noonMs)
  backend = createMemoryBackend(() => {})
  keepers = []
})
afterEach(async () => {
  for (const keeper of keepers) await keeper.stop()
  await database.sql.execute('delete from workspace')
})

function start(holder: string): void {
  const lease = backend.openLease({ name: 'figures', holder, ttlMs: 600_000 })
  keepers.push(run(createFiguresKeeper({ sql: database.sql, lease, clock, log, pace: evenPace(60_000) })))
}

const rested = () => eventually('the round has ended', () => clock.sleepers === keepers.length)
const renewals = async () => {
  const { rows } = await database.sql.execute<{ at: number; count: number }>(`
    select (extract(epoch from renewed_at) * 1000)::float8 as at, count(*)::integer as count from monitor_figures group by 1 order by 1`)
  return rows.map(({ at, count }) => [(at - noonMs) / 1_000, count])
}
const figures = async () => (await listMonitors(database.sql, workspaceId, { limit: 1 })).items[0]?.figures

describe('the figures that the list shows', () => {
  test('are renewed each minute, and follow what was seen meanwhile', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    start('one')
    await rested()
    expect(await figures()).toMatchObject({ p95Us: null })
    await addTicks(database.sql, monitor, [makeTick('a', noonMs + 1_000, 'up')])
    await clock.jump(60_000)
    await rested()
    expect((await figures())?.p95Us).toBeGreaterThan(0)
  })

  test('are all renewed in one round, however many there are', async () => {
    await database.sql.execute(`
      insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
      select gen_random_uuid(), '${workspaceId}', 'site ' || n, '{}', 'site ' || n, 60000, '{a}', now(), now(), now() from generate_series(1, 1200) n`)
    await database.sql.execute('insert into monitor_state (monitor_key) select monitor_key from monitor')
    start('one')
    await rested()
    expect(await renewals()).toEqual([[0, 1_200]])
    await clock.jump(60_000)
    await rested()
    expect(await renewals()).toEqual([[60, 1_200]])
  })

  test('are renewed by one of several, and by another once that one has gone', async () => {
    await addMonitor(database.sql, workspaceId)
    start('one')
    await rested()
    await database.sql.execute('update monitor_figures set renewed_at = to_timestamp(0)')
    start('two')
    await rested()
    expect(await renewals()).toEqual([[-noonMs / 1_000, 1]])
    await keepers.shift()?.stop()
    await clock.jump(60_000)
    await rested()
    expect(await renewals()).toEqual([[60, 1]])
  })
})
