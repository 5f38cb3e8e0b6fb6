import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeTick, makeView, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import {
  changeMonitor,
  createMonitorOnce,
  deleteMonitor,
  findMonitor,
  findMonitorByTarget,
  pauseMonitor,
  resumeMonitor,
} from '../src/queries/monitors.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { findScheduled, loadSchedulePage } from '../src/queries/schedule.ts'
import { lockMonitors, saveStates, saveViews } from '../src/queries/verdicts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addHeartbeat, addMonitor, addTicks, addWorkspace, makeMonitor, reread } from '../testing/populate.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const laterMs = noonMs + 3_600_000

describe('a monitor', () => {
  test('is stored as it was given, scheduled from the moment it was created, and nothing is known of it', async () => {
    const regions = ['b', 'a'].map(parseRegion)
    const { sql } = database
    const monitor = await addMonitor(sql, workspaceId, { name: 'Käse', intervalMs: 5_000, regions })
    expect(monitor).toMatchObject({
      workspaceId,
      name: 'Käse',
      spec: { kind: 'http', url: 'https://example.com/' },
      intervalMs: 5_000,
      regions,
      pausedAtMs: null,
      scheduleFromMs: noonMs,
      createdAtMs: noonMs,
      state: { status: 'unknown', sinceMs: null, cause: null, failing: 0, reporting: 0, maintenance: null },
    })
  })

  test('of one target is created once by twenty at once', async () => {
    // Connections that are open already: otherwise the first one is through before the others have come.
    await Promise.all(Array.from({ length: 4 }, () => database.sql.execute(text`select pg_sleep(0.1)`)))
    for (const target of ['https://once.example/', 'https://again-once.example/', 'https://and-once.example/']) {
      const created = await Promise.all(
        Array.from({ length: 20 }, () => createMonitorOnce(database.sql, makeMonitor(workspaceId, { target }), noonMs)),
      )
      expect(created.filter(Boolean)).toHaveLength(1)
    }
  })

  test('of one target may be watched by two workspaces, and each finds its own', async () => {
    const other = await addWorkspace(database.sql)
    const target = 'https://both.example/'
    const [own, foreign] = [makeMonitor(workspaceId, { target }), makeMonitor(other, { target })]
    expect(await createMonitorOnce(database.sql, own, noonMs)).toBe(true)
    expect(await createMonitorOnce(database.sql, foreign, noonMs)).toBe(true)
    expect((await findMonitorByTarget(database.sql, { workspaceId, target }))?.id).toBe(own.id)
    expect((await findMonitorByTarget(database.sql, { workspaceId: other, target }))?.id).toBe(foreign.id)
  })

  test('can be watched again after it was deleted', async () => {
    const target = 'https://again.example/'
    const first = makeMonitor(workspaceId, { target })
    await createMonitorOnce(database.sql, first, noonMs)
    await deleteMonitor(database.sql, first)
    expect(await createMonitorOnce(database.sql, makeMonitor(workspaceId, { target }), noonMs)).toBe(true)
  })
})

describe('a change of a monitor', () => {
  const changes: [string, Parameters<typeof changeMonitor>[2], boolean][] = [
    ['its name', { nowMs: laterMs, name: 'other' }, false],
    ['its specification', { nowMs: laterMs, spec: { kind: 'http', url: 'https://b.example' }, target: 'b' }, true],
    ['its interval', { nowMs: laterMs, intervalMs: 1_000 }, true],
    ['its regions', { nowMs: laterMs, regions: [parseRegion('z')] }, true],
  ]
  test.each(changes)(
    'of %s is kept; whether it begins a new schedule is told beside it',
    async (_what, change, isNew) => {
      const monitor = await addMonitor(database.sql, workspaceId)
      expect(await changeMonitor(database.sql, monitor, change)).toBe('changed')
      const { nowMs: _, target: __, ...given } = change as typeof change & { target?: string }
      expect(await reread(database.sql, monitor)).toEqual({
        ...monitor,
        ...(given as Partial<typeof monitor>),
        updatedAtMs: laterMs,
        version: 2,
        scheduleFromMs: isNew ? laterMs + monitorLimits.changeAfterMs : noonMs,
      })
    },
  )
})

describe('a paused monitor', () => {
  test('is paused once, and resumes once with a new schedule', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    expect(await pauseMonitor(database.sql, monitor, laterMs)).toBe(true)
    expect(await pauseMonitor(database.sql, monitor, laterMs + 1)).toBe(false)
    expect((await reread(database.sql, monitor)).pausedAtMs).toBe(laterMs)
    expect(await resumeMonitor(database.sql, monitor, laterMs + 2)).toBe(true)
    expect(await resumeMonitor(database.sql, monitor, laterMs + 3)).toBe(false)
    expect(await reread(database.sql, monitor)).toMatchObject({ pausedAtMs: null, scheduleFromMs: laterMs + 2 })
  })

  test('knows nothing any more when it resumes', async () => {
    const { sql } = database
    const monitor = await addMonitor(sql, workspaceId)
    const { monitorKey } = monitor
    const view = makeView('a', 'down', noonMs)
    await saveViews(sql, [{ monitorKey, view }], await getRegionKeys(sql, [view.region]))
    const verdict = { status: 'down', sinceMs: noonMs, cause: view, failing: 1, reporting: 1 } as const
    await saveStates(sql, [{ monitorKey, verdict, sinceMs: noonMs, recoveries: [] }])
    expect((await reread(sql, monitor)).state).toEqual({
      status: 'down',
      sinceMs: noonMs,
      cause: { code: view.code, message: view.message, region: view.region },
      failing: 1,
      reporting: 1,
      maintenance: null,
    })
    await pauseMonitor(sql, monitor, laterMs)
    await resumeMonitor(sql, monitor, laterMs)
    expect((await reread(sql, monitor)).state).toEqual({
      status: 'unknown',
      sinceMs: null,
      cause: null,
      failing: 0,
      reporting: 0,
      maintenance: null,
    })
    expect((await lockMonitors(sql, [monitorKey]))[0]?.views).toEqual([])
  })
})

describe('a deleted monitor', () => {
  test('is gone with all that is known of it, and its key is never given again', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    expect(await addTicks(database.sql, monitor, [makeTick('a', noonMs, 'up')])).toHaveLength(1)
    expect(await deleteMonitor(database.sql, monitor)).toBe(true)
    expect(await deleteMonitor(database.sql, monitor)).toBe(false)
    expect(await findMonitor(database.sql, monitor)).toBeUndefined()
    expect(await lockMonitors(database.sql, [monitor.monitorKey])).toEqual([])
    expect((await addMonitor(database.sql, workspaceId)).monitorKey).toBeGreaterThan(monitor.monitorKey)
  })
})

describe('a monitor of another workspace', () => {
  const acts: [
    string,
    (sql: TestDatabase['sql'], owned: Parameters<typeof findMonitor>[1]) => Promise<unknown>,
    unknown,
  ][] = [
    ['found', findMonitor, undefined],
    ['changed', (sql, owned) => changeMonitor(sql, owned, { nowMs: laterMs, name: 'mine' }), 'absent'],
    ['paused', (sql, owned) => pauseMonitor(sql, owned, laterMs), false],
    ['deleted', deleteMonitor, false],
  ]
  test.each(acts)('cannot be %s', async (_verb, act, nothing) => {
    const monitor = await addMonitor(database.sql, await addWorkspace(database.sql))
    expect(await act(database.sql, { workspaceId, id: monitor.id })).toBe(nothing as never)
    expect(await reread(database.sql, monitor)).toEqual(monitor)
  })

  test('cannot be resumed', async () => {
    const monitor = await addMonitor(database.sql, await addWorkspace(database.sql))
    await pauseMonitor(database.sql, monitor, laterMs)
    expect(await resumeMonitor(database.sql, { workspaceId, id: monitor.id }, laterMs)).toBe(false)
    expect((await reread(database.sql, monitor)).pausedAtMs).toBe(laterMs)
  })
})

describe('what publishers read', () => {
  test('is every active monitor of every workspace that is probed, in pages by key', async () => {
    await using own = await openTestDatabase()
    const workspaces = [await addWorkspace(own.sql), await addWorkspace(own.sql)] as const
    const monitors = []
    for (const index of [0, 1, 0, 1, 0] as const) monitors.push(await addMonitor(own.sql, workspaces[index]))
    const paused = await addMonitor(own.sql, workspaces[0])
    await pauseMonitor(own.sql, paused, laterMs)
    const silent = await addHeartbeat(own.sql, workspaces[0])
    expect(await findScheduled(own.sql, [silent.id])).toEqual([])

    const seen: number[] = []
    for (let afterKey = 0; ; ) {
      const page = await loadSchedulePage(own.sql, { afterKey, limit: 2 })
      seen.push(...page.map((monitor) => monitor.monitorKey))
      const last = page.at(-1)
      if (!last) break
      afterKey = last.monitorKey
    }
    expect(seen).toEqual(monitors.map((monitor) => monitor.monitorKey))
  })

  test('of certain monitors leaves out the paused and the gone', async () => {
    const active = await addMonitor(database.sql, workspaceId, { intervalMs: 7_000 })
    const paused = await addMonitor(database.sql, workspaceId)
    await pauseMonitor(database.sql, paused, laterMs)
    const { monitorKey, id, spec, intervalMs, regions, scheduleFromMs, createdAtMs: updatedAtMs } = active
    expect(await findScheduled(database.sql, [active.id, paused.id, makeMonitorId()])).toEqual([
      { monitorKey, id, workspaceId, spec, intervalMs, regions, scheduleFromMs, updatedAtMs },
    ])
    expect(await findScheduled(database.sql, [])).toEqual([])
  })
})
