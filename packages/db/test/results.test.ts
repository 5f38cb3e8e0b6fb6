import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { notCarriedOut } from '@repo/domain/outcome'
import { parseRegion } from '@repo/domain/region'
import { makeResult, makeTick, makeView, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { insertTicks } from '../src/queries/insert-ticks.ts'
import { deleteMonitor, pauseMonitor } from '../src/queries/monitors.ts'
import { getRegionKeys, listRegions } from '../src/queries/regions.ts'
import { listTicks } from '../src/queries/ticks.ts'
import { lockMonitors, saveStates, saveViews } from '../src/queries/verdicts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addTicks, addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

const countOf = async (monitorKey: number) => (await listTicks(database.sql, monitorKey, { limit: 1_000 })).items.length

describe('a slot', () => {
  test('becomes one tick however often its result comes', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    const ticks = ['a', 'b'].flatMap((region) => [0, 1, 2].map((ms) => makeTick(region, noonMs + ms, 'up')))
    expect(await addTicks(database.sql, monitor, ticks)).toHaveLength(6)
    expect(await addTicks(database.sql, monitor, ticks)).toEqual([])
    expect(await countOf(monitor.monitorKey)).toBe(6)
  })

  test('keeps what was said of it first', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    await addTicks(database.sql, monitor, [makeTick('a', noonMs, 'up')])
    await addTicks(database.sql, monitor, [makeTick('a', noonMs, 'down')])
    const { items } = await listTicks(database.sql, monitor.monitorKey, { limit: 1 })
    expect(items[0]?.outcome.verdict).toBe('up')
  })

  test('that stands twice in one batch is answered for once', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    const twice = [makeTick('a', noonMs, 'up'), makeTick('a', noonMs, 'up'), makeTick('a', noonMs + 1, 'up')]
    const added = await addTicks(database.sql, monitor, twice)
    expect(added.map((result) => result.scheduledAtMs)).toEqual([noonMs, noonMs + 1])
  })

  test('is answered for by one of two that store it at the same time', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    const ticks = Array.from({ length: 50 }, (_, ms) => makeTick('a', noonMs + ms, 'up'))
    const added = await Promise.all([0, 1, 2, 3].map(() => addTicks(database.sql, monitor, ticks)))
    expect(added.flat()).toHaveLength(50)
    expect(await countOf(monitor.monitorKey)).toBe(50)
  })

  test('that was given up as lost takes the result that comes after all', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    const lost = { ...makeTick('a', noonMs, 'unknown'), outcome: notCarriedOut('LOST', 'nobody knows') }
    const come = makeTick('a', noonMs, 'up')
    expect(await addTicks(database.sql, monitor, [lost, lost])).toHaveLength(1)
    expect(await addTicks(database.sql, monitor, [lost])).toEqual([])
    expect(await addTicks(database.sql, monitor, [come, come, lost])).toEqual([makeResult(monitor, come)])
    const { items } = await listTicks(database.sql, monitor.monitorKey, { limit: 9 })
    expect(items.map((tick) => tick.outcome.code)).toEqual(['OK'])
  })

  test('that was never run, as far as anybody knew, takes the result that comes after all, and then keeps it', async () => {
    const monitor = await addMonitor(database.sql, workspaceId)
    const gaveUp = (code: 'LOST' | 'EXPIRED') => ({
      ...makeTick('a', noonMs, 'unknown'),
      outcome: notCarriedOut(code, 'nobody knows'),
    })
    const come = makeTick('a', noonMs, 'down')
    const codes: (string | undefined)[] = []
    for (const tick of [
      gaveUp('LOST'),
      gaveUp('EXPIRED'),
      gaveUp('LOST'),
      come,
      gaveUp('EXPIRED'),
      makeTick('a', noonMs, 'up'),
    ]) {
      await addTicks(database.sql, monitor, [tick])
      codes.push((await listTicks(database.sql, monitor.monitorKey, { limit: 9 })).items[0]?.outcome.code)
    }
    expect(codes).toEqual(['LOST', 'EXPIRED', 'EXPIRED', 'TCP_REFUSED', 'TCP_REFUSED', 'TCP_REFUSED'])
    expect(await countOf(monitor.monitorKey)).toBe(1)
  })

  test('of a region without a key is our own mistake', () => {
    const result = makeResult({ id: 'x' as never, monitorKey: 1 }, makeTick('nowhere', noonMs, 'up'))
    expect(insertTicks(database.sql, [result], new Map())).rejects.toThrow('no key for region nowhere')
  })
})

describe('a region', () => {
  test('gets its key once, also when many ask for it for the first time at once', async () => {
    const names = ['new-1', 'new-2', 'new-3'].map(parseRegion)
    const keys = await Promise.all(Array.from({ length: 10 }, () => getRegionKeys(database.sql, names)))
    expect(keys[0]?.size).toBe(3)
    expect(keys).toEqual(keys.map(() => keys[0]) as typeof keys)
    expect(await listRegions(database.sql)).toEqual(expect.arrayContaining(names))
  })
})

describe('what stands of monitors', () => {
  test('is read in the order of their keys, with what each region last said', async () => {
    const { sql } = database
    const regions = ['a', 'b'].map(parseRegion)
    const monitors = [
      await addMonitor(sql, workspaceId, { regions }),
      await addMonitor(sql, await addWorkspace(sql), { regions }),
    ] as const
    const [first, second] = monitors
    await pauseMonitor(sql, second, noonMs)
    const keys = await getRegionKeys(sql, regions)
    const views = [makeView('a', 'down', noonMs), makeView('b', 'up', noonMs + 5)]
    await saveViews(
      sql,
      views.map((view) => ({ monitorKey: first.monitorKey, view })),
      keys,
    )

    const locked = await lockMonitors(sql, [second.monitorKey, first.monitorKey])
    expect(locked.map(({ monitorKey }) => monitorKey)).toEqual([first.monitorKey, second.monitorKey])
    expect(locked[0]).toMatchObject({ id: first.id, workspaceId, regions, paused: false, scheduleFromMs: noonMs })
    expect(locked[0]?.views.toSorted((a, b) => a.region.localeCompare(b.region))).toEqual(views)
    expect(locked[1]).toMatchObject({ id: second.id, workspaceId: second.workspaceId, paused: true, views: [] })
  })

  test('is replaced, region by region', async () => {
    const { sql } = database
    const { monitorKey } = await addMonitor(sql, workspaceId)
    const regions = ['a', 'b'].map(parseRegion)
    const keys = await getRegionKeys(sql, regions)
    const save = (...views: ReturnType<typeof makeView>[]) =>
      saveViews(
        sql,
        views.map((view) => ({ monitorKey, view })),
        keys,
      )
    await save(makeView('a', 'up', noonMs), makeView('b', 'up', noonMs))
    await save(makeView('b', 'down', noonMs + 9))
    const [locked] = await lockMonitors(sql, [monitorKey])
    const said = locked?.views.map(({ region, verdict, sinceMs }) => `${region} ${verdict} ${sinceMs - noonMs}`)
    expect(said?.sort()).toEqual(['a up 0', 'b down 9'])
  })

  test('is changed for the monitors that are named and no other', async () => {
    const { sql } = database
    const [one, other] = [await addMonitor(sql, workspaceId), await addMonitor(sql, workspaceId)]
    const cause = makeView('a', 'down', noonMs)
    const verdict = { status: 'down', sinceMs: noonMs, cause, failing: 1, reporting: 1 } as const
    await saveStates(sql, [{ monitorKey: one.monitorKey, verdict, sinceMs: noonMs, recoveries: [] }])
    const locked = await lockMonitors(sql, [one.monitorKey, other.monitorKey])
    expect(locked.map(({ status, sinceMs }) => [status, sinceMs])).toEqual([
      ['down', noonMs],
      ['unknown', null],
    ])
  })

  test('is held until the transaction ends: a second writer waits and sees what the first one wrote', async () => {
    const { sql } = database
    const { monitorKey } = await addMonitor(sql, workspaceId)
    const order: string[] = []
    let secondAsks: () => void = () => {}
    const asked = new Promise<void>((resolve) => {
      secondAsks = resolve
    })
    const first = sql.transaction(async (tx) => {
      await lockMonitors(tx, [monitorKey])
      secondAsks()
      await untilSomebodyWaits(sql)
      const verdict = { status: 'up', sinceMs: null, cause: null, failing: 0, reporting: 1 } as const
      await saveStates(tx, [{ monitorKey, verdict, sinceMs: noonMs, recoveries: [] }])
      order.push('first wrote')
    })
    await asked
    const second = sql.transaction(async (tx) => {
      const [locked] = await lockMonitors(tx, [monitorKey])
      order.push(`second saw ${locked?.status}`)
    })
    await Promise.all([first, second])
    expect(order).toEqual(['first wrote', 'second saw up'])
  })

  test('is read beside somebody who deletes the monitor without either waiting for ever', async () => {
    const { sql } = database
    const monitor = await addMonitor(sql, workspaceId)
    const { monitorKey } = monitor
    const held = Promise.withResolvers<void>()
    const waiting = Promise.withResolvers<void>()
    const deleting = sql.transaction(async (tx) => {
      await tx.execute(text`select from monitor where monitor_key = ${monitorKey} for update`)
      held.resolve()
      await waiting.promise
      await deleteMonitor(tx, monitor)
    })
    await held.promise
    const reading = sql.transaction((tx) => lockMonitors(tx, [monitorKey]))
    await untilSomebodyWaits(sql)
    waiting.resolve()
    await deleting
    expect(await reading).toEqual([])
  })

  async function untilSomebodyWaits(sql: TestDatabase['sql']): Promise<void> {
    for (const deadlineMs = performance.now() + 10_000; performance.now() < deadlineMs; await Bun.sleep(5)) {
      const { rows } = await sql.execute(text`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
      if (rows.length > 0) return
    }
    throw new Error('nobody waits for a lock')
  }
})

test('no result at all is nothing to do', async () => {
  expect(await insertTicks(database.sql, [], new Map())).toEqual([])
  await saveViews(database.sql, [], new Map())
  await saveStates(database.sql, [])
})
