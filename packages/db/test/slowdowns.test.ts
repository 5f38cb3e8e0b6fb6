import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { makeOutcome, makeTick, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { renewFigures } from '../src/queries/monitor-figures.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'
import { listSlowdowns } from '../src/queries/slowdowns.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const nowMs = noonMs + 17 * MINUTE_MS

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const renew = (atMs: number) => renewFigures(database.sql, { nowMs: atMs, olderThanMs: 30_000, limit: 500 })

/** A look at an hour of either day, which took so long. */
const lookOf = (hoursAgo: number, ms: number) => {
  const phases = { dns: null, connect: null, tls: null, firstByte: null, transfer: null, total: ms * 1_000 }
  return { ...makeTick('a', nowMs - hoursAgo * HOUR_MS, 'up'), outcome: makeOutcome('up', { phases }) }
}

describe('what slowed down', () => {
  async function addLooks(workspaceId: StoredMonitor['workspaceId'], name: string, [before, since]: [number, number]) {
    const monitor = await addMonitor(database.sql, workspaceId, { name })
    await addTicks(database.sql, monitor, [lookOf(40, before), lookOf(30, before), lookOf(5, since), lookOf(3, since)])
    return monitor
  }

  test('is slower by half and by 50 ms than on the day before, the largest factor first', async () => {
    const workspaceId = await addWorkspace(database.sql)
    await addLooks(workspaceId, 'doubled', [100, 200])
    await addLooks(workspaceId, 'four times', [210, 840])
    await addLooks(workspaceId, 'four times of nothing', [4, 16])
    await addLooks(workspaceId, 'by a third', [600, 800])
    await addLooks(workspaceId, 'faster', [840, 210])
    const paused = await addLooks(workspaceId, 'paused', [10, 500])
    await database.sql.execute(text`update monitor set paused_at = now() where monitor_key = ${paused.monitorKey}`)
    const young = await addMonitor(database.sql, workspaceId, { name: 'of today' })
    await addTicks(database.sql, young, [lookOf(2, 900)])
    await renew(nowMs)
    const found = await listSlowdowns(database.sql, workspaceId, 5)
    expect(found.map(({ monitorName }) => monitorName)).toEqual(['four times', 'doubled'])
    expect(found[0]).toMatchObject({ beforeUs: 210_000, p95Us: 840_000 })
    expect(await listSlowdowns(database.sql, workspaceId, 1)).toHaveLength(1)
    expect(await listSlowdowns(database.sql, await addWorkspace(database.sql), 5)).toEqual([])
  })

  test('is compared with another day once another hour has begun, and not before', async () => {
    const monitor = await addLooks(await addWorkspace(database.sql), 'shop', [100, 300])
    const beforeOf = async () =>
      (
        await database.sql.execute<{ before_us: number | null }>(
          text`select before_us from monitor_figures where monitor_key = ${monitor.monitorKey}`,
        )
      ).rows[0]?.before_us
    await renew(nowMs)
    expect(await beforeOf()).toBe(100_000)
    // What comes late for that day counts from the next hour on.
    await addTicks(database.sql, monitor, [lookOf(29, 180)])
    await renew(nowMs + 2 * MINUTE_MS)
    expect(await beforeOf()).toBe(100_000)
    await renew(nowMs + HOUR_MS)
    expect(await beforeOf()).toBeGreaterThan(170_000)
  })
})
