import { expect, test } from 'bun:test'
import { openDatabase } from '@repo/db/database'
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
