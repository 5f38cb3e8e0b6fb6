import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import type { VerdictStatus } from '@repo/domain/verdict'
import { sql as text } from 'drizzle-orm'
import {
  countMonitors,
  listMonitors,
  type MonitorCursor,
  type MonitorFilter,
  type MonitorOrder,
  monitorSorts,
} from '../src/queries/monitor-list.ts'
import { changeMonitor, pauseMonitor } from '../src/queries/monitors.ts'
import { saveStates } from '../src/queries/verdicts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addWorkspace } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

interface Row {
  readonly name: string
  readonly status?: VerdictStatus | 'paused'
  readonly target?: string
}

async function workspaceOf(rows: readonly Row[]): Promise<WorkspaceId> {
  const workspaceId = await addWorkspace(database.sql)
  for (const { name, status = 'unknown', target = 'https://example.com/' } of rows) {
    const monitor = await addMonitor(database.sql, workspaceId, { name, target })
    if (status === 'paused') await pauseMonitor(database.sql, monitor, noonMs)
    else {
      const verdict = { status, sinceMs: null, cause: null, failing: 0, reporting: 0 }
      const { monitorKey } = monitor
      await saveStates(database.sql, [{ monitorKey, verdict, sinceMs: null, recoveries: [] }])
    }
  }
  return workspaceId
}

/** The names and ids of every page, one after the other. */
async function readAll(workspaceId: WorkspaceId, limit: number, filter: MonitorFilter & MonitorOrder = {}) {
  const names: string[] = []
  const ids: MonitorId[] = []
  let cursor: MonitorCursor | undefined
  do {
    const page = await listMonitors(database.sql, workspaceId, { ...filter, limit, cursor })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    names.push(...page.items.map((item) => item.name))
    ids.push(...page.items.map((item) => item.id))
    cursor = page.next ?? undefined
  } while (cursor)
  return { names, ids }
}

const everyStatus: Row[] = [
  { name: 'zoo', status: 'down' },
  { name: 'Bar', status: 'down' },
  { name: 'bar', status: 'down' },
  { name: 'aaa', status: 'degraded' },
  { name: 'a-first', status: 'unknown' },
  { name: 'a-second', status: 'unknown' },
  { name: 'good', status: 'up' },
  { name: 'Better', status: 'up' },
  { name: 'asleep', status: 'paused' },
]

describe('the list of monitors', () => {
  test('shows the worst first, then by name without regard to case, paused ones last', async () => {
    const { names } = await readAll(await workspaceOf(everyStatus), 100)
    expect(names.map((name) => name.toLowerCase())).toEqual([
      'bar',
      'bar',
      'zoo',
      'aaa',
      'a-first',
      'a-second',
      'better',
      'good',
      'asleep',
    ])
  })

  const awkward: Row[] = [
    ...everyStatus,
    ...Array.from({ length: 12 }, () => ({ name: 'the same name' })),
    ...['İstanbul', 'istanbul', 'isz', 'ΟΔΟΣ', 'οδος', 'ΣΊΣΥΦΟΣ', 'straße', 'STRASSE', ' ', "o'hara", '日本'].map(
      (name) => ({ name }),
    ),
  ]
  test.each([[1], [2], [3], [7], [31], [32], [33]])(
    'in pages of %i shows each monitor once, in the order of one page',
    async (limit) => {
      const workspaceId = await workspaceOf(awkward)
      const whole = await readAll(workspaceId, 200)
      const paged = await readAll(workspaceId, limit)
      expect(paged.ids).toEqual(whole.ids)
      expect(new Set(paged.ids).size).toBe(awkward.length)
    },
  )

  test.each(monitorSorts.flatMap((sort) => [[sort, false] as const, [sort, true] as const]))(
    'by %s (descending: %p) in pages shows each monitor once, in the order of one page',
    async (sort, isDescending) => {
      const workspaceId = await workspaceOf(awkward)
      // Two that were changed in one millisecond, whose instants only the database tells apart.
      await database.sql.execute(text`update monitor set created_at = created_at + random() * interval '3 ms', updated_at = now()
        where workspace_id = ${workspaceId} and name <> 'good'`)
      const whole = await readAll(workspaceId, 200, { sort, isDescending })
      const other = await readAll(workspaceId, 200, { sort, isDescending: !isDescending })
      expect(whole.ids).toEqual(other.ids.toReversed())
      expect((await readAll(workspaceId, 5, { sort, isDescending })).ids).toEqual(whole.ids)
      expect(new Set(whole.ids).size).toBe(awkward.length)
    },
  )

  test('can go by name, by creation and by the last change instead', async () => {
    const workspaceId = await addWorkspace(database.sql)
    const made = []
    for (const name of ['b', 'C', 'a']) made.push(await addMonitor(database.sql, workspaceId, { name }))
    const [first] = made
    if (!first) throw new Error('there are three')
    await database.sql.execute(
      text`update monitor set created_at = created_at + monitor_key * interval '1 s' where workspace_id = ${workspaceId}`,
    )
    await changeMonitor(database.sql, first, { name: 'b2', nowMs: noonMs + 1 })
    const orderOf = async (order: MonitorOrder) => (await readAll(workspaceId, 1, order)).names
    expect(await orderOf({ sort: 'name' })).toEqual(['a', 'b2', 'C'])
    expect(await orderOf({ sort: 'created' })).toEqual(['b2', 'C', 'a'])
    expect((await orderOf({ sort: 'changed', isDescending: true }))[0]).toBe('b2')
  })

  test('ends without another page when the last one is full', async () => {
    const page = await listMonitors(database.sql, await workspaceOf([{ name: 'a' }, { name: 'b' }]), { limit: 2 })
    expect(page.next).toBeNull()
  })

  test('goes on where it was although the row of the cursor is gone', async () => {
    const workspaceId = await workspaceOf([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    const { next } = await listMonitors(database.sql, workspaceId, { limit: 1 })
    if (!next) throw new Error('there is a second page')
    const cursor = { ...next, name: 'aa' }
    const rest = await listMonitors(database.sql, workspaceId, { limit: 10, cursor })
    expect(rest.items.map((item) => item.name)).toEqual(['b', 'c'])
  })

  test('is of one workspace alone', async () => {
    const [own, foreign] = [await workspaceOf([{ name: 'own' }]), await workspaceOf([{ name: 'foreign' }])]
    expect((await readAll(own, 10)).names).toEqual(['own'])
    expect((await readAll(foreign, 10)).names).toEqual(['foreign'])
  })
})

describe('a filter', () => {
  const rows: Row[] = [
    { name: '100% uptime', status: 'up' },
    { name: '100 uptime', status: 'down' },
    { name: 'under_score', status: 'paused' },
    { name: 'underscore', target: 'https://shop.example/A_B' },
    { name: 'back\\slash', target: 'https://other.example/' },
    { name: 'Straße ΟΔΟΣ' },
  ]
  const cases: [string, MonitorFilter, string[]][] = [
    ['by status', { status: 'down' }, ['100 uptime']],
    ['by the status paused', { status: 'paused' }, ['under_score']],
    ['by a status that none has', { status: 'maintenance' }, []],
    ['by a part of the name', { text: 'uptime' }, ['100 uptime', '100% uptime']],
    ['by a part of the name in another case', { text: 'UPTIME' }, ['100 uptime', '100% uptime']],
    ['by letters that lower in more than one way', { text: 'ΟΔΟΣ' }, ['Straße ΟΔΟΣ']],
    ['by what is watched', { text: 'SHOP.example' }, ['underscore']],
    ['by a percent sign, which stands for itself', { text: '0%' }, ['100% uptime']],
    ['by an underscore, which stands for itself', { text: 'r_s' }, ['under_score']],
    ['by an underscore in what is watched', { text: 'a_b' }, ['underscore']],
    ['by a backslash, which stands for itself', { text: 'k\\s' }, ['back\\slash']],
    ['by status and text at once', { status: 'up', text: 'uptime' }, ['100% uptime']],
    ['by what is nowhere', { text: "'; drop table monitor; --" }, []],
  ]
  test('by a tag or by the kind finds just that', async () => {
    const workspaceId = await addWorkspace(database.sql)
    await addMonitor(database.sql, workspaceId, { name: 'tagged', tags: ['shop', 'eu'] })
    await addMonitor(database.sql, workspaceId, { name: 'other', tags: ['sho'], spec: { kind: 'dns', name: 'x' } })
    expect((await readAll(workspaceId, 1, { tag: 'shop' })).names).toEqual(['tagged'])
    expect((await readAll(workspaceId, 1, { tag: "' or true --" })).names).toEqual([])
    expect((await readAll(workspaceId, 1, { kind: 'dns' })).names).toEqual(['other'])
    expect((await readAll(workspaceId, 1, { kind: 'dns', tag: 'shop' })).names).toEqual([])
  })

  test.each(cases)('%s finds just that', async (_sentence, filter, names) => {
    const workspaceId = await workspaceOf(rows)
    expect((await readAll(workspaceId, 1, filter)).names).toEqual(names)
  })
})

test('the counts are of each status as it is shown', async () => {
  const workspaceId = await workspaceOf(everyStatus)
  expect(Object.fromEntries(await countMonitors(database.sql, workspaceId))).toEqual({
    down: 3,
    degraded: 1,
    unknown: 2,
    up: 2,
    paused: 1,
  })
})
