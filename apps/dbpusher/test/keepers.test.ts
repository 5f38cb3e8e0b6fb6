import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { getRollupProgress } from '@repo/db/queries/rollups'
import { readSeries } from '@repo/db/queries/series'
import { listTicks } from '@repo/db/queries/ticks'
import { openTestDatabase, type TestDatabase } from '@repo/db/testing'
import { addMonitor, addTicks, addWorkspace } from '@repo/db/testing/populate'
import { makeTick, noonMs } from '@repo/domain/testing'
import { createLog } from '@repo/service/log'
import { createManualClock } from '@repo/service/testing'
import { eventually, run } from '@repo/streams/testing/eventually'
import { createPartitionKeeper } from '../src/partition-keeper.ts'
import { createRollupKeeper } from '../src/rollup-keeper.ts'

const DAY_MS = 86_400_000

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

describe('the keepers of ticks and sums', () => {
  test('sum up what has been missed, then let go of single ticks, and the series stays what it was', async () => {
    const { sql } = database
    const clock = createManualClock(noonMs)
    const log = createLog('test', 'silent')
    const monitor = await addMonitor(sql, await addWorkspace(sql))
    const looks = Array.from({ length: 5 * 24 }, (_, hour) => makeTick('a', noonMs - hour * 3_600_000, 'up'))
    await addTicks(sql, monitor, looks)
    const window = { fromMs: noonMs - 6.5 * DAY_MS, toMs: noonMs + DAY_MS / 2, bucketMs: DAY_MS }
    const before = await readSeries(sql, monitor.monitorKey, window)

    const rollups = [0, 1].map(() => run(createRollupKeeper({ sql, clock, log })))
    const isSummedUp = async () => (await getRollupProgress(sql)).daysThroughMs === noonMs - DAY_MS / 2
    await eventually('all whole days are summed up', isSummedUp)
    const partitions = run(createPartitionKeeper({ sql, clock, log, rawDays: 2 }))
    const countTicks = async () => (await listTicks(sql, monitor.monitorKey, { limit: 200 })).items.length
    await eventually('the ticks of today and two days are left', async () => (await countTicks()) === 61)
    expect(await readSeries(sql, monitor.monitorKey, window)).toEqual(before)
    for (const service of [...rollups, partitions]) await service.stop()
  })
})
