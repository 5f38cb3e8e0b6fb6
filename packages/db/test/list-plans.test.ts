import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { countMonitors, listMonitors, type MonitorPageAsked } from '../src/queries/monitor-list.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addWorkspace } from '../testing/populate.ts'

/** How the list of monitors is read by the role of a tenant, whose policies come on top of what the statements ask for. */

const monitorCount = 3_000
const seedingMs = 60_000
let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  for (const owner of [workspaceId, await addWorkspace(database.sql)]) {
    await database.sql.execute(text`
      insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
      select gen_random_uuid(), ${owner}, 'shop ' || n, '{}', 'shop ' || n, 60000, array['a'], now(), now(), now()
      from generate_series(1, ${monitorCount}::integer) n`)
  }
  await database.sql.execute(
    text`insert into monitor_state (monitor_key, status) select monitor_key, case when monitor_key % 10 = 0 then 'down' else 'up' end from monitor`,
  )
  await database.sql.execute(text`vacuum (analyze)`)
}, seedingMs)
afterAll(() => database[Symbol.asyncDispose]())

interface PlanNode {
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly PlanNode[]
}

/** Each table that is read: by which index, and how many rows. */
async function readingsOf(read: (tx: Sql) => Promise<unknown>): Promise<[string, string, number][]> {
  const readings: [string, string, number][] = []
  const look = (node: PlanNode) => {
    if (node['Relation Name'])
      readings.push([node['Relation Name'], node['Index Name'] ?? 'none', node['Actual Rows'] * node['Actual Loops']])
    for (const child of node.Plans ?? []) look(child)
  }
  await inWorkspace(database.sql, workspaceId, async (tx) => {
    const execute = async (query: SQL) => {
      const { rows } = await tx.execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        text`explain (analyze, format json) ${query}`,
      )
      for (const row of rows) look(row['QUERY PLAN'][0].Plan)
      return tx.execute(query)
    }
    await read(new Proxy(tx, { get: (target, name) => (name === 'execute' ? execute : Reflect.get(target, name)) }))
  })
  return readings
}

describe('a page of the list', () => {
  const pages: [string, string, Partial<MonitorPageAsked>][] = [
    ['the worst first', 'monitor_state_by_rank', {}],
    ['the worst last', 'monitor_state_by_rank', { isDescending: true }],
    ['by name', 'monitor_state_by_name', { sort: 'name' }],
    ['by creation', 'monitor_by_creation', { sort: 'created' }],
    ['the last changed first', 'monitor_by_change', { sort: 'changed', isDescending: true }],
    ['of one status', 'monitor_state_by_rank', { status: 'down' }],
  ]
  test.each(pages)('%s reads as many rows as it shows, wherever it begins', async (_order, index, asked) => {
    const page = { limit: 100, ...asked }
    const { next } = await listMonitors(database.sql, workspaceId, { ...page, limit: 150 })
    for (const cursor of [undefined, next ?? undefined]) {
      const readings = await readingsOf((tx) => listMonitors(tx, workspaceId, { ...page, cursor }))
      expect(readings.map(([_table, _index, rows]) => rows)).toEqual([101, 101])
      expect(readings.map(([_table, name]) => name).filter((name) => name !== index)).toEqual([
        expect.stringMatching(/_pkey$/),
      ])
    }
  })
})

test('the counts are of the own workspace alone', async () => {
  const counted = await inWorkspace(database.sql, workspaceId, (tx) => countMonitors(tx, workspaceId))
  expect(Object.fromEntries(counted)).toEqual({ down: monitorCount / 10, up: (monitorCount / 10) * 9 })
})
