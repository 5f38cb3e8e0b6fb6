import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { listPings } from '../src/queries/heartbeat-pings.ts'
import { countIncidents, type IncidentsAsked, listIncidents } from '../src/queries/incidents.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { explaining, type Reading, readingsIn } from '../testing/explaining.ts'
import { addWorkspace } from '../testing/populate.ts'

/**
 * How incidents and pings are read, as a tenant, of a workspace with a thousand monitors and a hundred thousand incidents beside
 * another of the same size: by index, and about as many rows as are shown.
 */

const limit = 50
const monitors = 1_000
const incidentsEach = 100

let database: TestDatabase
let workspaceId: WorkspaceId
let some: { monitorId: string; monitorKey: number; stormId: string }
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  const other = await addWorkspace(database.sql)
  for (const owner of [other, workspaceId]) await seed(database.sql, owner)
  await database.sql.execute(text`vacuum (analyze)`)
  const { rows } = await database.sql.execute<typeof some>(text`
    select m.id as "monitorId", m.monitor_key as "monitorKey", (select id from storm where workspace_id = m.workspace_id limit 1) as "stormId"
    from monitor m where m.workspace_id = ${workspaceId} order by m.monitor_key offset 500 limit 1`)
  some = rows[0] as typeof some
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())

/** One monitor in a hundred is down; one incident in fifty was of a storm; half of them have told of themselves a hundred times. */
async function seed(sql: Sql, owner: WorkspaceId): Promise<void> {
  await sql.execute(text`
    insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, tags, schedule_from, created_at, updated_at)
    select gen_random_uuid(), ${owner}, 'Shop ' || n, '{"kind":"http"}', 'shop ' || n, 60000, array['a'],
      case when n % 10 = 0 then array['prod'] else '{}' end, now(), now(), now()
    from generate_series(1, ${monitors}::integer) n`)
  await sql.execute(text`
    insert into monitor_state (monitor_key, status) select monitor_key, 'up' from monitor where workspace_id = ${owner}`)
  await sql.execute(text`
    insert into storm (id, workspace_id, trait, began_at) select gen_random_uuid(), ${owner}, 'address:192.0.2.1', now()`)
  await sql.execute(text`
    insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, ended_at, closed_at, resolution, cause_code, cause_message, storm_id)
    select gen_random_uuid(), m.monitor_key, m.workspace_id, case when random() < 0.2 then 'degraded' else 'down' end, b.at, b.at,
      case when b.lasts then null else b.at + interval '5 min' end, case when b.lasts then null else b.at + interval '5 min' end,
      case when b.lasts then null else 'recovered' end, 'TCP_REFUSED', 'refused', case when n = 50 then (select id from storm where workspace_id = m.workspace_id) end
    from monitor m cross join generate_series(1, ${incidentsEach}::integer) n
    cross join lateral (select now() - n * interval '1 day' - random() * interval '20 hours' as at, n = 90 and m.monitor_key % 100 = 0 as lasts) b
    where m.workspace_id = ${owner} order by random()`)
  await sql.execute(text`
    insert into heartbeat (monitor_key, workspace_id, token_hash, token)
    select monitor_key, workspace_id, sha256(id::text::bytea), '' from monitor where workspace_id = ${owner} order by monitor_key limit 520`)
  await sql.execute(text`
    insert into heartbeat_ping (monitor_key, n, at, kind, method, address, user_agent, body_bytes)
    select m.monitor_key, n, now(), 'success', 'GET', '192.0.2.1', 'curl', 0
    from heartbeat m cross join generate_series(1, 100) n where m.workspace_id = ${owner}`)
}

async function readingsOf(read: (sql: Sql) => Promise<unknown>): Promise<Reading[]> {
  const readings: Reading[] = []
  await inWorkspace(database.sql, workspaceId, (tx) =>
    read(explaining(tx, (plan) => void readings.push(...readingsIn(plan)))),
  )
  return readings
}

/** A day of a month ago. */
const span = { fromMs: Date.now() - 31 * 86_400_000, toMs: Date.now() - 30 * 86_400_000 }

describe('a page of incidents', () => {
  const cases: [string, () => Omit<IncidentsAsked, 'limit'>, index: string, mostRows: number][] = [
    ['of all', () => ({}), 'incident_by_beginning', limit + 1],
    ['of those that last, which are few and old', () => ({ isOpen: true }), 'incident_lasting', limit + 1],
    ['of those that are over', () => ({ isOpen: false }), 'incident_by_beginning', limit + 10],
    ['of one severity', () => ({ severity: 'degraded' }), 'incident_by_beginning', 8 * limit],
    ['of one monitor', () => ({ monitorId: some.monitorId }), 'incident_of_monitor', incidentsEach],
    ['of a cause', () => ({ code: 'TCP_REFUSED', isOpen: false }), 'incident_by_beginning', limit + 10],
    ['of a span', () => ({ isOpen: false, ...span }), 'incident_by_beginning', 2 * monitors + 10],
    // By the monitors that have it or by the span: which is cheaper depends on the sample that the planner drew.
    [
      'of a tag',
      () => ({ tag: 'prod', isOpen: false, ...span }),
      'incident_of_monitor or incident_by_beginning',
      2 * monitors + 10,
    ],
    ['of one storm', () => ({ stormId: some.stormId }), 'incident_storm', monitors],
  ]
  test.each(cases)('%s is read by index, and hardly more than is shown', async (_what, asked, index, mostRows) => {
    const first = await inWorkspace(database.sql, workspaceId, (tx) =>
      listIncidents(tx, workspaceId, { ...asked(), limit: 5 }),
    )
    for (const cursor of first.next ? [undefined, first.next] : [undefined]) {
      const readings = await readingsOf((tx) => listIncidents(tx, workspaceId, { ...asked(), limit, cursor }))
      const ofIncidents = readings.filter(({ table }) => table === 'incident')
      expect(ofIncidents.length).toBe(1)
      for (const reading of ofIncidents) expect(index.split(' or ')).toContain(reading.index)
      for (const { rows } of ofIncidents) expect(rows).toBeLessThanOrEqual(mostRows)
      for (const { index: other } of readings) expect(other).not.toEndWith('Scan')
    }
  })
})

describe('the count of incidents', () => {
  const cases: [string, Omit<IncidentsAsked, 'limit'>, index: string, mostRows: number][] = [
    ['of those that last', { isOpen: true }, 'incident_lasting', monitors / 100],
    ['of a span', { isOpen: false, ...span }, 'incident_by_beginning', 2 * monitors],
  ]
  test.each(cases)('%s reads hardly more than it counts', async (_what, filter, index, mostRows) => {
    const readings = await readingsOf((tx) => countIncidents(tx, workspaceId, { ...filter, most: 100_000 }))
    const ofIncidents = readings.filter(({ table }) => table === 'incident')
    expect(ofIncidents.length).toBeGreaterThan(0)
    for (const reading of ofIncidents) expect(reading.index).toBe(index)
    for (const { rows } of ofIncidents) expect(rows).toBeLessThanOrEqual(mostRows)
  })
})

test('a page of the pings of a job is read by their numbers', async () => {
  for (const beforeN of [undefined, 60]) {
    const readings = await readingsOf((tx) => listPings(tx, some.monitorKey, { limit, beforeN }))
    const ofPings = readings.filter(({ table }) => table === 'heartbeat_ping')
    expect(ofPings).toEqual([{ table: 'heartbeat_ping', index: 'heartbeat_ping_pkey', rows: expect.any(Number) }])
    // So few are kept of a job that they may as well be read and sorted.
    expect(ofPings[0]?.rows).toBeLessThanOrEqual(100)
  }
})
