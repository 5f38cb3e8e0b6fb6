import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { IncidentId, WorkspaceId } from '@repo/domain/ids'
import { makeMonitorId, noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import { listDownIntervals } from '../src/queries/down-intervals.ts'
import { listEntries } from '../src/queries/incidents.ts'
import { countChecksPerMinute, listTags } from '../src/queries/monitor-list.ts'
import { deleteMonitors, pauseMonitors, resumeMonitors, tagMonitors } from '../src/queries/monitor-moves.ts'
import { changeMonitor, createMonitors, findMonitors } from '../src/queries/monitors.ts'
import { enqueueEvents } from '../src/queries/outbox.ts'
import { changeIntervals } from '../src/queries/state-intervals.ts'
import { enterVerdicts, lockMonitors, saveStates } from '../src/queries/verdicts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addIncident, eventsOf } from '../testing/incidents.ts'
import { addMonitor, addWorkspace, makeMonitor, reread } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const laterMs = noonMs + 3_600_000

async function addMany(workspaceId: WorkspaceId, count: number) {
  const many = Array.from({ length: count }, (_, index) => makeMonitor(workspaceId, { name: `m${index}` }))
  await createMonitors(database.sql, many, noonMs)
  return many
}

describe('many monitors', () => {
  test('are created at once, each as one alone would be', async () => {
    const workspaceId = await addWorkspace(database.sql)
    const many = await addMany(workspaceId, 2_500)
    const ids = many.map((one) => one.id)
    const found = await findMonitors(database.sql, { workspaceId, ids })
    expect(found).toHaveLength(2_500)
    const alone = await addMonitor(database.sql, workspaceId, { name: 'm7' })
    const same = found.find((one) => one.name === 'm7')
    expect({ ...same, id: alone.id, monitorKey: alone.monitorKey }).toEqual(alone)
  })

  test('are created all or none', async () => {
    const workspaceId = await addWorkspace(database.sql)
    const [first, second] = await addMany(workspaceId, 2)
    const again = [makeMonitor(workspaceId), { ...makeMonitor(workspaceId), id: second?.id ?? makeMonitorId() }]
    expect(createMonitors(database.sql, again, noonMs)).rejects.toThrow('duplicate key')
    const ids = [...again.map((one) => one.id), ...(first ? [first.id] : [])]
    expect(await findMonitors(database.sql, { workspaceId, ids })).toHaveLength(2)
  })

  test('are paused, resumed and deleted at once; those of another workspace, or none, are left out of it', async () => {
    const { sql } = database
    const [workspaceId, foreign] = [await addWorkspace(sql), await addWorkspace(sql)]
    const ids = (await addMany(workspaceId, 3)).map((one) => one.id)
    const other = await addMonitor(sql, foreign)
    const owned = { workspaceId, ids: [...ids, other.id, makeMonitorId()] }
    const [first] = ids
    if (!first) throw new Error('there are three')
    expect(await pauseMonitors(sql, { workspaceId, ids: [first] }, laterMs)).toEqual([first])
    expect((await pauseMonitors(sql, owned, laterMs)).sort()).toEqual(ids.slice(1).sort())
    expect((await resumeMonitors(sql, owned, laterMs + 1)).sort()).toEqual(ids.toSorted())
    expect(await resumeMonitors(sql, owned, laterMs + 2)).toEqual([])
    expect((await deleteMonitors(sql, owned)).sort()).toEqual(ids.toSorted())
    expect(await deleteMonitors(sql, owned)).toEqual([])
    expect(await reread(sql, other)).toEqual(other)
  })

  test('that are paused end their incidents, and tell those who were told of them', async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    const monitors = await Promise.all(Array.from({ length: 4 }, () => addMonitor(sql, workspaceId)))
    const incidents = await Promise.all(monitors.map((monitor) => addIncident(sql, monitor)))
    const [shop, silent, held, running] = incidents as [IncidentId, IncidentId, IncidentId, IncidentId]
    await sql.execute(text`update incident set silent_because = 'maintenance' where id = ${silent}`)
    const opened = { monitorKey: monitors[2]?.monitorKey ?? 0, incidentId: held, event: 'opened', body: {} } as const
    await enqueueEvents(sql, [{ ...opened, notBeforeMs: laterMs + 5_000 }])
    await pauseMonitors(sql, { workspaceId, ids: monitors.slice(0, 3).map(({ id }) => id) }, laterMs)
    const { rows } = await sql.execute<{ id: string; resolution: string | null }>(text`
      select id, resolution from incident where workspace_id = ${workspaceId}`)
    expect(new Map(rows.map(({ id, resolution }) => [id, resolution]))).toEqual(
      new Map([...[shop, silent, held].map((id) => [id as string, 'paused'] as const), [running, null]]),
    )
    expect(await Promise.all(incidents.map((id) => eventsOf(sql, id)))).toEqual([
      ['resolved paused'],
      [],
      ['opened', 'resolved paused'],
      [],
    ])
    const { rows: waiting } = await sql.execute<{ ms: number }>(text`
      select (extract(epoch from not_before) * 1000)::float8 as ms from outbox where incident_id = ${held}`)
    expect(waiting).toEqual([{ ms: laterMs + 5_000 }, { ms: laterMs + 5_000 }])
    const { items } = await listEntries(sql, { workspaceId, id: shop }, { limit: 9 })
    expect(items.map(({ kind, atMs }) => [kind, atMs]).at(-1)).toEqual(['resolved', laterMs])
  })

  test('are paused and resumed while verdicts are reached about them, and nobody waits for ever', async () => {
    // There are no others: then the planner reads the table from end to end.
    await using own = await openTestDatabase()
    const { sql } = own
    const workspaceId = await addWorkspace(sql)
    const many = Array.from({ length: 40 }, () => makeMonitor(workspaceId))
    await createMonitors(sql, many, noonMs)
    const ids = many.map((one) => one.id)
    const keys = (await findMonitors(sql, { workspaceId, ids })).map((one) => one.monitorKey)
    // The rows lie the other way round than their keys say: whoever does not go by keys meets the others half-way.
    for (const key of keys.toSorted((one, other) => other - one))
      await sql.execute(text`update monitor set updated_at = updated_at where monitor_key = ${key}`)
    const judge = () =>
      sql.transaction(async (tx) => {
        await enterVerdicts(tx)
        const locked = await lockMonitors(tx, keys)
        const verdict = { status: 'up', sinceMs: null, cause: null, failing: 0, reporting: 1 } as const
        await saveStates(
          tx,
          locked.map(({ monitorKey }) => ({ monitorKey, verdict, sinceMs: null, recoveries: [] })),
        )
      })
    const move = async (order: readonly (typeof ids)[number][]) => {
      for (let round = 0; round < 5; round += 1) {
        await pauseMonitors(sql, { workspaceId, ids: order }, laterMs)
        await resumeMonitors(sql, { workspaceId, ids: order }, laterMs + 1)
      }
    }
    const judging = async () => {
      for (let round = 0; round < 10; round += 1) await judge()
    }
    await Promise.all([move(ids), move(ids.toReversed()), judging()])
    expect((await findMonitors(sql, { workspaceId, ids })).every((one) => one.pausedAtMs === null)).toBe(true)
  })
})

describe('tags', () => {
  test('are given and taken, each once and in order; only a monitor whose tags changed is told of', async () => {
    const { sql } = database
    const workspaceId = await addWorkspace(sql)
    const [plain, tagged] = [
      await addMonitor(sql, workspaceId),
      await addMonitor(sql, workspaceId, { tags: ['shop', 'eu'] }),
    ]
    const owned = { workspaceId, ids: [plain.id, tagged.id] }
    expect((await tagMonitors(sql, owned, { add: ['eu', 'shop'], nowMs: laterMs })).sort()).toEqual(
      owned.ids.toSorted(),
    )
    expect(await tagMonitors(sql, owned, { add: ['eu'], nowMs: laterMs })).toEqual([])
    expect(await tagMonitors(sql, { ...owned, ids: [plain.id] }, { remove: ['shop', 'none'], nowMs: laterMs })).toEqual(
      [plain.id],
    )
    expect((await reread(sql, plain)).tags).toEqual(['eu'])
    expect((await reread(sql, tagged)).tags).toEqual(['eu', 'shop'])
    expect(await listTags(sql, workspaceId)).toEqual([
      { tag: 'eu', count: 2 },
      { tag: 'shop', count: 1 },
    ])
    expect(
      await tagMonitors(sql, { ...owned, workspaceId: await addWorkspace(sql) }, { add: ['x'], nowMs: laterMs }),
    ).toEqual([])
  })

  test.each([['a,b'], ['"quoted"'], ['back\\slash'], ['{}'], ['NULL'], [' ']])('may be %p', async (tag) => {
    const monitor = await addMonitor(database.sql, await addWorkspace(database.sql))
    await tagMonitors(database.sql, { ...monitor, ids: [monitor.id] }, { add: [tag], nowMs: laterMs })
    expect((await reread(database.sql, monitor)).tags).toEqual([tag])
  })
})

describe('the version of a monitor', () => {
  test('goes up with everything that people change', async () => {
    const { sql } = database
    const monitor = await addMonitor(sql, await addWorkspace(sql))
    const owned = { workspaceId: monitor.workspaceId, ids: [monitor.id] }
    const versions = [monitor.version]
    const acts = [
      () => changeMonitor(sql, monitor, { name: 'b', nowMs: laterMs }),
      () => pauseMonitors(sql, owned, laterMs),
      () => resumeMonitors(sql, owned, laterMs),
      () => tagMonitors(sql, owned, { add: ['x'], nowMs: laterMs }),
    ]
    for (const act of acts) {
      await act()
      versions.push((await reread(sql, monitor)).version)
    }
    expect(versions).toEqual([1, 2, 3, 4, 5])
  })

  test('lets one change through, of ten who have seen the same', async () => {
    const { sql } = database
    const monitor = await addMonitor(sql, await addWorkspace(sql))
    const change = (name: string) => changeMonitor(sql, monitor, { name, nowMs: laterMs, expectedVersion: 1 })
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => change(`n${index}`)))
    expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'stale')).toHaveLength(9)
    expect((await reread(sql, monitor)).version).toBe(2)
    expect(await changeMonitor(sql, { ...monitor, id: makeMonitorId() }, { nowMs: laterMs, expectedVersion: 1 })).toBe(
      'absent',
    )
  })
})

test('the checks of a workspace are counted by the minute, over all regions, without what is paused', async () => {
  const { sql } = database
  const workspaceId = await addWorkspace(sql)
  expect(await countChecksPerMinute(sql, workspaceId)).toBe(0)
  const [region] = makeMonitor(workspaceId).regions
  if (!region) throw new Error('there is one')
  await addMonitor(sql, workspaceId, { intervalMs: 30_000, regions: [region, region] })
  await addMonitor(sql, workspaceId, { intervalMs: 120_000 })
  const paused = await addMonitor(sql, workspaceId, { intervalMs: 1_000 })
  await pauseMonitors(sql, { workspaceId, ids: [paused.id] }, laterMs)
  expect(await countChecksPerMinute(sql, workspaceId)).toBe(4.5)
})

describe('the outages of a workspace', () => {
  test('are its own, newest first, in pages, open ones included', async () => {
    const { sql } = database
    const [workspaceId, foreign] = [await addWorkspace(sql), await addWorkspace(sql)]
    const [shop, blog] = [
      await addMonitor(sql, workspaceId, { name: 'shop' }),
      await addMonitor(sql, workspaceId, { name: 'blog' }),
    ]
    const other = await addMonitor(sql, foreign)
    const turn = ({ monitorKey }: typeof shop, status: 'up' | 'down', minute: number) =>
      changeIntervals(sql, [{ monitorKey, status, beganAtMs: noonMs + minute * 60_000 }])
    for (const monitor of [shop, other]) {
      await turn(monitor, 'down', 1)
      await turn(monitor, 'up', 2)
      await turn(monitor, 'down', 3)
    }
    await turn(blog, 'down', 3)
    const all = await listDownIntervals(sql, workspaceId, { limit: 10 })
    expect(all.items.map((item) => [item.monitorName, (item.beganAtMs - noonMs) / 60_000, item.endedAtMs])).toEqual([
      ...(shop.id > blog.id
        ? [
            ['shop', 3, null],
            ['blog', 3, null],
          ]
        : [
            ['blog', 3, null],
            ['shop', 3, null],
          ]),
      ['shop', 1, noonMs + 120_000],
    ] as never)
    const paged = []
    for (let cursor: Parameters<typeof listDownIntervals>[2]['cursor']; ; ) {
      const page = await listDownIntervals(sql, workspaceId, { limit: 1, cursor })
      paged.push(...page.items)
      if (!page.next) break
      cursor = page.next
    }
    expect(paged).toEqual([...all.items])
    const open = await listDownIntervals(sql, workspaceId, { limit: 10, monitorId: shop.id, isOpen: true })
    expect(open.items).toMatchObject([{ monitorId: shop.id, endedAtMs: null }])
    expect((await listDownIntervals(sql, workspaceId, { limit: 10, isOpen: false })).items).toHaveLength(1)
  })
})

test('what the list goes by follows the monitor, whoever changes it', async () => {
  const { sql } = database
  const monitor = await addMonitor(sql, await addWorkspace(sql), { name: 'First' })
  await sql.execute(text`update monitor set name = 'SECOND', paused_at = now() where id = ${monitor.id}`)
  const { rows } = await sql.execute(
    text`select workspace_id, id, name_key, paused, rank from monitor_state where id = ${monitor.id}`,
  )
  expect(rows).toEqual([
    { workspace_id: monitor.workspaceId, id: monitor.id, name_key: 'second', paused: true, rank: 5 },
  ])
})
