import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeTick } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { ensureTickPartitions } from '../src/queries/partitions.ts'
import { listTicks } from '../src/queries/ticks.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

async function partitions(): Promise<string[]> {
  const { rows } = await database.sql.execute<{ name: string }>(text`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'tick'::regclass order by 1`)
  return rows.map((row) => row.name)
}

async function storedIn(monitorKey: number): Promise<string[]> {
  const { rows } = await database.sql.execute<{ name: string }>(text`
    select tableoid::regclass::text as name from tick where monitor_key = ${monitorKey} order by scheduled_at`)
  return rows.map((row) => row.name)
}

const addWatched = async () => addMonitor(database.sql, await addWorkspace(database.sql))

describe('the partitions of ticks', () => {
  test('are made for yesterday, today and the days ahead, in UTC', async () => {
    await ensureTickPartitions(database.sql, { nowMs: Date.UTC(2030, 1, 27, 23, 59), daysAhead: 2 })
    expect(await partitions()).toEqual([
      'tick_20300226',
      'tick_20300227',
      'tick_20300228',
      'tick_20300301',
      'tick_default',
    ])
  })

  test('are made once, however often and by however many at once', async () => {
    const days = { nowMs: Date.UTC(2031, 0, 10), daysAhead: 3 }
    await Promise.all([0, 1, 2, 3].map(() => ensureTickPartitions(database.sql, days)))
    const made = await partitions()
    expect(made.filter((name) => name.startsWith('tick_2031'))).toHaveLength(5)
    await ensureTickPartitions(database.sql, days)
    expect(await partitions()).toEqual(made)
  })

  test('take the ticks of their day, from its first millisecond to its last', async () => {
    const startMs = Date.UTC(2032, 0, 10)
    await ensureTickPartitions(database.sql, { nowMs: startMs, daysAhead: 1 })
    const monitor = await addWatched()
    const instants = [startMs - 1, startMs, startMs + 86_399_999, startMs + 86_400_000]
    await addTicks(
      database.sql,
      monitor,
      instants.map((ms) => makeTick('a', ms, 'up')),
    )
    expect(await storedIn(monitor.monitorKey)).toEqual([
      'tick_20320109',
      'tick_20320110',
      'tick_20320110',
      'tick_20320111',
    ])
  })

  test('refuse nothing: a tick of a day without a partition lies in the default one', async () => {
    const monitor = await addWatched()
    const days = [Date.UTC(1971, 0), Date.UTC(2199, 0)]
    expect(
      await addTicks(
        database.sql,
        monitor,
        days.map((ms) => makeTick('a', ms, 'up')),
      ),
    ).toHaveLength(2)
    expect(await storedIn(monitor.monitorKey)).toEqual(['tick_default', 'tick_default'])
    expect((await listTicks(database.sql, monitor.monitorKey, { limit: 5 })).items).toHaveLength(2)
  })

  test('leave a day whose ticks lie in the default one to whoever moves them, and make those around it', async () => {
    const nowMs = Date.UTC(2033, 0, 10, 12)
    const monitor = await addWatched()
    await addTicks(database.sql, monitor, [makeTick('a', nowMs, 'up')])
    await ensureTickPartitions(database.sql, { nowMs, daysAhead: 1 })
    expect((await partitions()).filter((name) => name.startsWith('tick_2033'))).toEqual([
      'tick_20330109',
      'tick_20330111',
    ])
    await addTicks(database.sql, monitor, [makeTick('a', nowMs + 1, 'up'), makeTick('a', nowMs + 86_400_000, 'up')])
    expect(await storedIn(monitor.monitorKey)).toEqual(['tick_default', 'tick_default', 'tick_20330111'])
  })

  test.each([
    ['Pacific/Kiritimati', Date.UTC(2034, 0, 10, 23)],
    ['Pacific/Pago_Pago', Date.UTC(2034, 0, 10, 1)],
  ])('are made in UTC although the connection counts its hours in %s', async (zone, nowMs) => {
    const made = await database.sql.transaction(async (tx) => {
      await tx.execute(text`select set_config('timezone', ${zone}, true)`)
      const monitor = await addMonitor(tx, await addWorkspace(tx))
      await addTicks(tx, monitor, [makeTick('a', nowMs, 'up')])
      await ensureTickPartitions(tx, { nowMs, daysAhead: 1 })
      const { rows } = await tx.execute<{ day: string }>(text`
        select day, to_regclass('tick_' || day) is not null as made from unnest(array['20340109', '20340110', '20340111']) as day`)
      await tx.execute(text`delete from tick where monitor_key = ${monitor.monitorKey}`)
      await tx.execute(text`drop table if exists tick_20340109, tick_20340111`)
      return rows
    })
    expect(made).toEqual([
      { day: '20340109', made: true },
      { day: '20340110', made: false },
      { day: '20340111', made: true },
    ] as never)
  })
})
