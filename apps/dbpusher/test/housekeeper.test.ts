import { expect, test } from 'bun:test'
import { openDatabase } from '@repo/db/database'
import { deleteWorkspace } from '@repo/db/queries/deleted-workspaces'
import { beginRequest } from '@repo/db/queries/idempotency'
import { openTestDatabase } from '@repo/db/testing'
import { addMonitor, addWorkspace } from '@repo/db/testing/populate'
import { noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createHousekeeper } from '../src/housekeeper.ts'

test('a housekeeper outlives a database that is away, and comes back in the next round', async () => {
  await using nowhere = openDatabase('postgresql://127.0.0.1:1/none', { connections: 3, onError: () => {} })
  const clock = createManualClock(noonMs)
  const { stop } = run(createHousekeeper({ sql: nowhere.sql, clock, log: createLog('dbpusher', 'silent') }))
  for (let round = 0; round < 2; round += 1) {
    await eventually('the round has ended', () => clock.sleepers === 1)
    await clock.advance(3_600_000)
  }
  await eventually('the last round has ended', () => clock.sleepers === 1)
  await stop()
  expect(clock.sleepers).toBe(0)
})

test('a housekeeper throws away what has served its time', async () => {
  await using database = await openTestDatabase()
  const dayMs = 86_400_000
  const workspaceId = await addWorkspace(database.sql)
  const request = { workspaceId, principalId: workspaceId, requestHash: Buffer.from('hash') }
  await beginRequest(database.sql, { ...request, key: 'old', nowMs: noonMs - dayMs - 1 })
  await beginRequest(database.sql, { ...request, key: 'new', nowMs: noonMs - dayMs + 1 })
  await database.sql.execute(`
    insert into digest (workspace_id, user_id, week, from_at, to_at, state, due_at, next_at, done_at)
    select workspace_id, user_id, n, 'epoch', 'now', 'accepted', 'epoch', 'epoch', to_timestamp(${noonMs / 1_000}) - interval '90 days' + (n - 1.5) * interval '1 s'
    from membership, generate_series(1, 2) n`)
  const clock = createManualClock(noonMs)
  const { stop } = run(createHousekeeper({ sql: database.sql, clock, log: createLog('dbpusher', 'silent') }))
  await eventually('the round has ended', () => clock.sleepers === 1)
  await stop()
  const { rows } = await database.sql.execute('select key from idempotency')
  expect(rows).toEqual([{ key: 'new' }])
  const { rows: digests } = await database.sql.execute('select week from digest')
  expect(digests).toEqual([{ week: 2 }])
})

test('a housekeeper removes a deleted workspace when its seven days are over by the database, and none before', async () => {
  await using database = await openTestDatabase()
  const { sql } = database
  const [due, early, living] = [await addWorkspace(sql), await addWorkspace(sql), await addWorkspace(sql)]
  for (const workspaceId of [due, early, living]) await addMonitor(sql, workspaceId)
  for (const workspaceId of [due, early]) await deleteWorkspace(sql, workspaceId, noonMs)
  const clock = createManualClock(noonMs)
  const { stop } = run(createHousekeeper({ sql, clock, log: createLog('dbpusher', 'silent') }))
  await eventually('the first round has ended', () => clock.sleepers === 1)
  const left = async () =>
    (await sql.execute<{ id: string }>('select workspace_id as id from monitor order by monitor_key')).rows.map(
      ({ id }) => id,
    )
  expect(await left()).toEqual([due, early, living])
  const backBy = { [due]: '7 days', [early]: '6 days 23 hours' }
  for (const [id, days] of Object.entries(backBy))
    await sql.execute(`update workspace set deleted_at = deleted_at - interval '${days}' where id = '${id}'`)
  await clock.advance(3_600_000)
  await eventually('the second round has ended', async () => (await left()).length === 2 && clock.sleepers === 1)
  await stop()
  expect(await left()).toEqual([early, living])
})
