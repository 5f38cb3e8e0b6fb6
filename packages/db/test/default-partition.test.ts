import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { makeOutcome, makeResult, makeTick } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { emptyDefaultPartition } from '../src/queries/default-partition.ts'
import { insertTicks } from '../src/queries/insert-ticks.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { dropOldTicks, ensureTickPartitions } from '../src/queries/partitions.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const DAY_MS = 86_400_000

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const addWatched = () => addMonitor(database.sql, workspaceId)

async function storedIn({ monitorKey }: StoredMonitor): Promise<Record<string, number>> {
  const { rows } = await database.sql.execute<{ name: string; count: number }>(text`
    select tableoid::regclass::text as name, count(*)::integer as count from tick where monitor_key = ${monitorKey} group by 1 order by 1`)
  return Object.fromEntries(rows.map((row) => [row.name, row.count]))
}

async function tablesLike(pattern: string): Promise<string[]> {
  const { rows } = await database.sql.execute<{ name: string }>(text`
    select relname as name from pg_class where relkind = 'r' and relname like ${pattern} order by 1`)
  return rows.map((row) => row.name)
}

const lies = (ms: number) => makeTick('a', ms, 'up')
const empty = (nowMs: number) => emptyDefaultPartition(database.sql, { nowMs, daysAhead: 7 })

describe('ticks in the default partition', () => {
  test('move to a partition of their day, and the next ones go there', async () => {
    const nowMs = Date.UTC(2035, 0, 10, 12)
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [lies(nowMs), lies(nowMs + 1), lies(nowMs - 3 * DAY_MS)])
    expect(await empty(nowMs)).toEqual(['tick_20350107', 'tick_20350110'])
    await addTicks(database.sql, monitor, [lies(nowMs + 2)])
    expect(await storedIn(monitor)).toEqual({ tick_20350107: 1, tick_20350110: 3 })
    expect(await empty(nowMs)).toEqual([])
  })

  test('are the same afterwards, column by column', async () => {
    const nowMs = Date.UTC(2035, 1, 10, 12)
    const { monitorKey } = await (async () => {
      const monitor = await addWatched()
      await addTicks(database.sql, monitor, [
        lies(nowMs),
        makeTick('b', nowMs, 'down'),
        makeTick('c', nowMs, 'unknown'),
      ])
      return monitor
    })()
    const read = () =>
      database.sql.execute(text`select * from tick where monitor_key = ${monitorKey} order by region_key`)
    const before = await read()
    await empty(nowMs)
    expect((await read()).rows).toEqual(before.rows)
  })

  test.each([
    ['few', 100_000, Date.UTC(2035, 2, 10, 12)],
    ['very many', 0, Date.UTC(2035, 10, 10, 12)],
  ])('of a far future stay, however %s, make no partition, and hinder nobody', async (_many, rowsSetAside, nowMs) => {
    const monitor = await addWatched()
    const years = Array.from({ length: 300 }, (_, index) => lies(nowMs + (8 + index) * DAY_MS))
    await addTicks(database.sql, monitor, [...years, lies(nowMs)])
    const made = await emptyDefaultPartition(database.sql, { nowMs, daysAhead: 7, rowsSetAside })
    expect(made).toHaveLength(1)
    expect(await storedIn(monitor)).toEqual({ [`${made[0]}`]: 1, tick_default: 300 })
    await database.sql.execute(text`delete from tick where monitor_key = ${monitor.monitorKey}`)
  })

  test('are neither lost nor doubled while others write, whether new ones, the same again, or late for what was given up', async () => {
    const nowMs = Date.UTC(2035, 3, 10, 12)
    const monitor = await addWatched()
    const regionKeys = await getRegionKeys(database.sql, [makeTick('a', 0, 'up').region])
    const lost = makeOutcome('unknown', { code: 'LOST' })
    const result = (second: number, outcome = makeOutcome('up')) =>
      makeResult(monitor, { ...lies(nowMs + second * 1_000), outcome })
    const write = (seconds: readonly number[], outcome = makeOutcome('up')) =>
      database.sql.transaction((tx) =>
        insertTicks(
          tx,
          seconds.map((second) => result(second, outcome)),
          regionKeys,
        ),
      )
    // Every second slot has a tick, and half of those say that they were lost.
    const early = Array.from({ length: 4_000 }, (_, index) => index * 2)
    await write(
      early.filter((second) => second % 4 === 0),
      lost,
    )
    await write(early.filter((second) => second % 4 === 2))

    let isMoving = true
    let added = early.length / 2
    const writer = async (offset: number) => {
      for (let from = offset; from < 8_000; from += 100) {
        // All slots, those included that have their tick: only the missing and the lost ones may be added.
        const { length } = await write(Array.from({ length: 50 }, (_, index) => from + index))
        added += length
        if (!isMoving) await write([from])
      }
    }
    const writers = Promise.all([writer(0), writer(50)])
    const moved = await empty(nowMs)
    isMoving = false
    await writers

    expect(moved).toEqual(['tick_20350410'])
    expect(added).toBe(8_000)
    expect(await storedIn(monitor)).toEqual({ tick_20350410: 8_000 })
    const { rows } = await database.sql.execute(text`
      select count(distinct (region_key, scheduled_at))::integer as slots, count(*) filter (where verdict <> 0)::integer as lost
      from tick where monitor_key = ${monitor.monitorKey}`)
    expect(rows).toEqual([{ slots: 8_000, lost: 0 }])
  })

  test('are moved once by several at a time, and leave nothing behind', async () => {
    const nowMs = Date.UTC(2035, 4, 10, 12)
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [lies(nowMs), lies(nowMs - DAY_MS)])
    const moved = await Promise.all([empty(nowMs), empty(nowMs), empty(nowMs)])
    expect(moved.flat().sort()).toEqual(['tick_20350509', 'tick_20350510'])
    expect(await tablesLike('tick_beside%')).toEqual([])
    expect(await storedIn(monitor)).toEqual({ tick_20350509: 1, tick_20350510: 1 })
  })

  test('wait for a transaction that reads ticks, and others are not held up by that waiting', async () => {
    const nowMs = Date.UTC(2035, 5, 10, 12)
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [lies(nowMs)])
    let moving: Promise<string[]> | undefined
    await database.sql.transaction(async (tx) => {
      await tx.execute(text`select count(*) from tick`)
      moving = empty(nowMs)
      const startedAt = performance.now()
      while (performance.now() - startedAt < 2_500) await addTicks(database.sql, monitor, [lies(nowMs + 1)])
      expect(await storedIn(monitor)).toEqual({ tick_default: 2 })
    })
    expect(await moving).toEqual(['tick_20350610'])
    expect(await storedIn(monitor)).toEqual({ tick_20350610: 2 })
  })
})

describe('the retention of ticks', () => {
  const nowMs = Date.UTC(2036, 5, 20, 12)
  const keep = (rawDays: number) => dropOldTicks(database.sql, { nowMs, rawDays })
  const summedUpTo = (ms: number) =>
    database.sql.execute(text`
      update rollup_progress set days_through = to_timestamp(${ms}::float8 / 1000), hours_through = to_timestamp(${ms}::float8 / 1000), ticks_from = '-infinity'`)

  async function fill(): Promise<StoredMonitor> {
    await database.sql.execute(text`delete from tick`)
    const monitor = await addWatched()
    for (const day of [1, 2, 3, 4])
      await ensureTickPartitions(database.sql, { nowMs: nowMs - day * DAY_MS, daysAhead: 0 })
    await addTicks(
      database.sql,
      monitor,
      [0, 1, 2, 3, 4].map((day) => lies(nowMs - day * DAY_MS)),
    )
    await empty(nowMs)
    return monitor
  }

  test('drops the days before the given number of whole days', async () => {
    const monitor = await fill()
    await summedUpTo(nowMs)
    expect(await keep(2)).toContain('tick_20360617')
    expect(await storedIn(monitor)).toEqual({ tick_20360618: 1, tick_20360619: 1, tick_20360620: 1 })
    expect(await keep(2)).toEqual([])
  })

  test('keeps what is not summed up yet, however old', async () => {
    const monitor = await fill()
    await summedUpTo(Date.UTC(2036, 5, 18))
    await keep(0)
    expect(await storedIn(monitor)).toEqual({ tick_20360618: 1, tick_20360619: 1, tick_20360620: 1 })
  })

  test('keeps everything before anything is summed up', async () => {
    const monitor = await fill()
    await database.sql.execute(text`update rollup_progress set days_through = '-infinity', ticks_from = '-infinity'`)
    expect(await keep(0)).toEqual([])
    expect(Object.keys(await storedIn(monitor))).toHaveLength(5)
  })

  test('takes ticks too that come after their day is gone, and makes no partition for them', async () => {
    const monitor = await fill()
    await summedUpTo(nowMs)
    await keep(2)
    await addTicks(database.sql, monitor, [lies(nowMs - 4 * DAY_MS), lies(Date.UTC(1971, 0)), lies(nowMs - 1)])
    await empty(nowMs)
    await keep(2)
    expect(await storedIn(monitor)).toEqual({ tick_20360618: 1, tick_20360619: 1, tick_20360620: 2 })
  })
})
