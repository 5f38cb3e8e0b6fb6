import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { readWeek } from '../src/queries/digest-week.ts'
import { claimDigests, deleteDigestsBefore, findDigestToken, lockDueWorkspaces } from '../src/queries/digests.ts'
import { listExpiries } from '../src/queries/expiries.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { explaining, type Reading, readingsIn } from '../testing/explaining.ts'
import { addWorkspace } from '../testing/populate.ts'

/**
 * How the week of a workspace with ten thousand monitors is read, with half a year of incidents and of what was said of each monitor, and how
 * mails are taken of ten thousand that were sent: by index, and hardly more than is told.
 */

const monitors = 10_000
const nowMs = Date.UTC(2026, 5, 8, 8)
const DAY_MS = 86_400_000
const week = { fromMs: nowMs - 7 * DAY_MS, toMs: nowMs }
const seedingMs = 120_000

let database: TestDatabase
let workspaceId: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  workspaceId = await addWorkspace(database.sql)
  const others = await addWorkspace(database.sql)
  await seed(database.sql, others, monitors / 5)
  await seed(database.sql, workspaceId, monitors)
  await seedDigests(database.sql)
  await database.sql.execute(text`vacuum (analyze)`)
}, seedingMs)
afterAll(() => database[Symbol.asyncDispose]())

/** Each monitor was down for an hour every thirty days; each certificate ends within a year; ten thousand messages were told. */
async function seed(sql: Sql, owner: WorkspaceId, count: number): Promise<void> {
  const now = text`to_timestamp(${nowMs}::float8 / 1000)`
  await sql.execute(text`
    insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, schedule_from, created_at, updated_at)
    select gen_random_uuid(), ${owner}, 'Shop ' || n, '{"kind":"http"}', 'shop ' || n, 60000, array['a'], now(), now(), now()
    from generate_series(1, ${count}::integer) n`)
  await sql.execute(text`
    insert into monitor_state (monitor_key, status) select monitor_key, 'up' from monitor where workspace_id = ${owner}`)
  await sql.execute(text`
    insert into state_interval (monitor_key, began_at, ended_at, status)
    select m.monitor_key, case status when 'down' then at else at + interval '1 hour' end,
      case when status = 'down' then at + interval '1 hour' when n > 0 then at + interval '30 days' end, status
    from monitor m, generate_series(0, 5) n, (values ('down'), ('up')) s (status),
      lateral (select ${now} - n * interval '30 days' - (m.monitor_key % 700 + 2) * interval '1 hour' as at) b
    where m.workspace_id = ${owner} order by n desc`)
  await sql.execute(text`
    insert into incident (id, monitor_key, workspace_id, severity, began_at, opened_at, ended_at, closed_at, resolution, cause_code, cause_message)
    select gen_random_uuid(), m.monitor_key, m.workspace_id, 'down', i.began_at, i.began_at, i.ended_at, i.ended_at, 'recovered', 'TCP_REFUSED', 'refused'
    from state_interval i join monitor m using (monitor_key) where m.workspace_id = ${owner} and i.status = 'down' order by random()`)
  await sql.execute(text`
    insert into watched_fact (monitor_key, kind, known, expires_at, changed_at)
    select monitor_key, 'certificate', '[]', ${now} + (monitor_key % 365) * interval '1 day', now() from monitor where workspace_id = ${owner}`)
  await sql.execute(text`
    insert into channel (id, workspace_id, name, kind, settings, created_at, updated_at)
    values (gen_random_uuid(), ${owner}, 'ops', 'webhook', '', now(), now())`)
  await sql.execute(text`
    with story as (
      insert into alert_story (id, workspace_id, monitor_key, events, planned_through)
      select gen_random_uuid(), ${owner}, min(monitor_key), '[]', now() from monitor where workspace_id = ${owner} returning id
    )
    insert into delivery (id, workspace_id, story_id, channel_id, key, part, spell, event, state, due_at, next_at, done_at)
    select gen_random_uuid(), ${owner}, story.id, c.id, 'news:' || n, 'news', 0, 'warning', case when n % 100 = 0 then 'dead' else 'accepted' end,
      at, at, at from story, channel c, generate_series(1, 10000) n, lateral (select ${now} - n * interval '6 minutes' as at) d
    where c.workspace_id = ${owner}`)
}

/** A year of mails to two hundred people, the last of which wait; a thousand workspaces are due next week. */
async function seedDigests(sql: Sql): Promise<void> {
  const now = text`to_timestamp(${nowMs}::float8 / 1000)`
  await sql.execute(text`
    insert into users (id, username, username_key, password_hash, email) select gen_random_uuid(), 'p' || n, 'p' || n, '', 'p' || n || '@example.com'
    from generate_series(1, 200) n`)
  await sql.execute(text`
    insert into membership (workspace_id, user_id, role) select ${workspaceId}, id, 'viewer' from users where username like 'p%'`)
  await sql.execute(text`
    insert into digest (workspace_id, user_id, week, from_at, to_at, state, due_at, next_at, done_at)
    select workspace_id, user_id, n, at - interval '7 days', at, case when n = 0 then 'waiting' else 'accepted' end, at, at, case when n > 0 then at end
    from membership, generate_series(0, 51) n, lateral (select ${now} - n * interval '7 days' as at) d where workspace_id = ${workspaceId}
    order by random()`)
  await sql.execute(text`
    insert into workspace (id, name, digest_at) select gen_random_uuid(), 'w', ${now} + interval '7 days' from generate_series(1, 1000)`)
  await sql.execute(text`
    insert into membership (workspace_id, user_id, role)
    select w.id, u.id, 'viewer' from (select id from workspace where name = 'w' limit 100) w, users u where u.username like 'p%'`)
  await sql.execute(text`update workspace set digest_at = ${now} where id = ${workspaceId}`)
}

async function readingsOf(read: (sql: Sql) => Promise<unknown>): Promise<Reading[]> {
  const readings: Reading[] = []
  await database.sql.transaction((tx) => read(explaining(tx, (plan) => void readings.push(...readingsIn(plan)))))
  return readings
}

const rowsOf = (readings: readonly Reading[], table: string) =>
  readings.filter((one) => one.table === table).reduce((sum, { rows }) => sum + rows, 0)

describe('a week of ten thousand monitors', () => {
  test('is read by index, and hardly more than happened in it', async () => {
    const readings = await readingsOf((sql) => readWeek(sql, workspaceId, week))
    const facts = await readWeek(database.sql, workspaceId, week)
    expect(facts.monitors).toHaveLength(monitors)
    expect(facts.incidents.count).toBeGreaterThan(1_000)
    const whole = (table: string) => readings.filter((one) => one.table === table && one.index === 'Seq Scan')
    for (const table of ['state_interval', 'incident', 'delivery']) expect([table, whole(table)]).toEqual([table, []])
    // Those that ended in it are looked at twice: whether they began in it too.
    expect(rowsOf(readings, 'incident')).toBeLessThanOrEqual(2 * facts.incidents.count + 100)
    // Of the week alone, be it by the workspace or by when they were over: 240 a day in each of two.
    expect(rowsOf(readings, 'delivery')).toBeLessThanOrEqual(2 * 9 * 240 + 100)
    // Of each monitor those of the week, and the one before.
    expect(rowsOf(readings, 'state_interval')).toBeLessThanOrEqual(4 * monitors)
  }, 60_000)
})

describe('what ends soon', () => {
  test('is read as a tenant, of ten thousand monitors no more than each once, and none of other workspaces', async () => {
    const readings: Reading[] = []
    const within = { fromMs: nowMs - 7 * DAY_MS, toMs: nowMs + 14 * DAY_MS }
    const { items, next } = await inWorkspace(database.sql, workspaceId, (tx) =>
      listExpiries(
        explaining(tx, (plan) => void readings.push(...readingsIn(plan))),
        workspaceId,
        {
          within,
          limit: 50,
        },
      ),
    )
    expect([items.length, next !== null]).toEqual([50, true])
    expect(rowsOf(readings, 'monitor')).toBeLessThanOrEqual(monitors)
    expect(rowsOf(readings, 'watched_fact')).toBeLessThanOrEqual(monitors * 1.2)
  })
})

describe('weekly mails', () => {
  const claim = { holder: 'one', nowMs, leaseMs: 1, limit: 4 }

  test.each<[string, (sql: Sql) => Promise<unknown>, string, number]>([
    ['that are due are taken', (sql) => claimDigests(sql, claim), 'digest', 20],
    ['whose week is over are found', (sql) => lockDueWorkspaces(sql, nowMs, 100), 'workspace', 20],
    ['are ended by a token', (sql) => findDigestToken(sql, crypto.randomUUID()), 'membership', 1],
    ['of long ago are deleted', (sql) => deleteDigestsBefore(sql, nowMs - 350 * DAY_MS), 'digest', 800],
  ])('%s by index', async (_what, read, table, mostRows) => {
    const readings = await readingsOf(read)
    expect(readings.filter((one) => one.table === table && one.index === 'Seq Scan')).toEqual([])
    expect(rowsOf(readings, table)).toBeLessThanOrEqual(mostRows)
  })
})
