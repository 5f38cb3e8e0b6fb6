import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { makeTick, noonMs } from '@repo/domain/testing'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { writeAudit } from '../src/queries/audit.ts'
import { changeRole, listMembers, removeMember } from '../src/queries/members.ts'
import { listMonitors } from '../src/queries/monitor-list.ts'
import { changeMonitor, createMonitor, deleteMonitor, pauseMonitor, resumeMonitor } from '../src/queries/monitors.ts'
import { rollUpDay, rollUpHour } from '../src/queries/rollups.ts'
import { readSeries, summariseRegions } from '../src/queries/series.ts'
import { listTicks, recentMarks } from '../src/queries/ticks.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addFurnished, someDeed, type Table, tablesOfWorkspaces } from '../testing/furnished.ts'
import { addMember } from '../testing/people.ts'
import { addMonitor, addTicks, makeMonitor, reread } from '../testing/populate.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

let database: TestDatabase
let own: WorkspaceId
let foreign: WorkspaceId
beforeAll(async () => {
  database = await openTestDatabase()
  own = await addFurnished(database.sql)
  foreign = await addFurnished(database.sql)
})
afterAll(() => database[Symbol.asyncDispose]())

class Undo extends Error {}

/** What a statement does, and undoes it. It answers undefined where the role may not do such a thing at all. */
async function tryOut<Answer>(sql: Sql, work: (tx: Sql) => Promise<Answer>): Promise<Answer | undefined> {
  let answer: Answer | undefined
  const ended = await sql
    .transaction(async (tx) => {
      answer = await work(tx)
      throw new Undo()
    })
    .catch((error: Error & { code?: string }) => error)
  if (!(ended instanceof Undo) && (ended as { code?: string }).code !== '42501') throw ended
  return answer
}

/** What statements without any WHERE, run for the own workspace, can do to rows of others. */
async function leaksOf(sql: Sql, { name, ownerOf }: Table): Promise<string[]> {
  const leaks: string[] = []
  const before = await rowsOf(sql, name)
  const columns = before.settable.map((column) => `"${column}"`).join(', ')
  const foreignRow = text`${JSON.stringify(before.rows.find((row) => row.owner === foreign)?.row)}::jsonb`
  const attempts: Record<string, (tx: Sql) => Promise<unknown>> = {
    select: (tx) => asTenant(tx, text.raw(`select * from ${name}`)),
    update: (tx) => asTenant(tx, text.raw(`update ${name} set ${before.changeable} = ${before.changeable}`)),
    delete: (tx) => asTenant(tx, text.raw(`delete from ${name}`)),
    insert: (tx) =>
      asTenant(
        tx,
        text`insert into ${text.raw(`${name} (${columns}) select ${columns}`)}
        from jsonb_populate_record(null::${text.raw(name)}, ${foreignRow})`,
      ).catch(isThereAlready),
  }
  const ownRows = before.rows.filter((row) => row.owner === own).length
  for (const [verb, attempt] of Object.entries(attempts)) {
    const touched = await tryOut(sql, attempt)
    if (typeof touched === 'number' && (verb === 'insert' ? touched > 0 : touched !== ownRows)) leaks.push(verb)
  }
  return leaks

  async function rowsOf(from: Sql, table: string) {
    const { rows } = await from.execute<{ owner: string; row: object }>(
      text.raw(`select ${ownerOf} as owner, to_jsonb(t) as row from ${table} t`),
    )
    const described = await from.execute<{ name: string; settable: boolean; changeable: boolean }>(text`
      select column_name as name, is_identity = 'NO' and is_generated = 'NEVER' as settable,
        has_column_privilege('betteruptime_tenant', ${table}::text, column_name::text, 'update') and is_identity = 'NO' and is_generated = 'NEVER' as changeable
      from information_schema.columns where table_schema = 'public' and table_name = ${table}`)
    const settable = described.rows.filter((column) => column.settable).map((column) => column.name)
    return { rows, settable, changeable: described.rows.find((column) => column.changeable)?.name ?? settable[0] }
  }
}

/** Only a row that the policy lets through is compared with the others. */
function isThereAlready(error: Error & { code?: string }): number {
  if (error.code !== '23505') throw error
  return 1
}

async function asTenant(tx: Sql, statement: SQL): Promise<number> {
  return inWorkspace(tx, own, async (inner) => (await inner.execute(statement)).rowCount ?? 0)
}

describe('a statement that forgot its WHERE', () => {
  test('sees and changes the rows of its workspace alone, in every table that has rows of workspaces', async () => {
    const leaks: Record<string, string[]> = {}
    for (const table of await tablesOfWorkspaces(database.sql)) {
      const { rows } = await database.sql.execute<{ owners: number }>(
        text.raw(`select count(distinct ${table.ownerOf})::integer as owners from ${table.name} t`),
      )
      // A table that the furnishing forgot would pass whatever it lets through.
      expect([table.name, rows[0]?.owners]).toEqual([table.name, 2])
      leaks[table.name] = await leaksOf(database.sql, table)
    }
    expect(leaks).toEqual(Object.fromEntries(Object.keys(leaks).map((name) => [name, []])))
    expect(Object.keys(leaks)).toContain('monitor')
  })

  test('would reach every workspace without the policy: this is how the test above finds one that is missing', async () => {
    const table = { name: 'monitor', ownerOf: 't.workspace_id' }
    await tryOut(database.sql, async (tx) => {
      await tx.execute(text`alter table monitor disable row level security`)
      expect(await leaksOf(tx, table)).toEqual(['select', 'update', 'delete', 'insert'])
    })
    expect(await leaksOf(database.sql, table)).toEqual([])
  })

  test('cannot give rows of its workspace to another', async () => {
    for (const { name, ownerOf } of await tablesOfWorkspaces(database.sql)) {
      if (ownerOf !== 't.workspace_id') continue
      const given = await tryOut(database.sql, (tx) =>
        asTenant(tx, text`update ${text.raw(name)} set workspace_id = ${foreign}`),
      )
      expect([name, given]).toEqual([name, undefined])
    }
  })

  test('reads no table of all workspaces but those that are of everybody or are found by the key of an own monitor', async () => {
    const { rows } = await database.sql.execute<{ name: string }>(text`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relrowsecurity
        and has_any_column_privilege('betteruptime_tenant', oid, 'select, insert, update') order by 1`)
    expect(rows.map((row) => row.name)).toEqual([
      'consumer_seen',
      'region',
      'region_quarantine',
      'rollup_day',
      'rollup_hour',
      'rollup_progress',
      'tick',
    ])
  })

  test.each([
    ['password hashes', 'select password_hash from users'],
    ['second factors', 'select totp_secret from users'],
    ['sessions', 'select id from session'],
    ['hashes of keys', 'select hash from api_key'],
    ['hashes of invitations', 'select token_hash from invitation'],
    ['resets', 'select token_hash from password_reset'],
    ['recovery codes', 'select code_hash from recovery_code'],
    ['passkeys', 'select public_key from passkey'],
    ['results of pings', 'select result from heartbeat_result'],
    ['when pings were taken', 'select through from ping_intake'],
    ['what is known of a job', 'update heartbeat set last_finished_at = now()'],
    ['what a job told', 'delete from heartbeat_ping'],
    ['challenges', 'select data from challenge'],
    ['the limits of its workspace', 'update workspace set monitor_limit = 1'],
    ['what was written into the audit log', "update audit_entry set action = 'other'"],
    ['the audit log', 'delete from audit_entry'],
    ['what was told', "update delivery set state = 'accepted', lease_holder = null, lease_until = null"],
    ['what providers said', 'delete from delivery_attempt'],
  ])('cannot touch %s even of its own workspace', async (_what, statement) => {
    expect(await tryOut(database.sql, (tx) => asTenant(tx, text.raw(statement)))).toBeUndefined()
  })
})

describe('the ticks of a monitor and their sums, which have no policy', () => {
  const window = { fromMs: noonMs - 12 * HOUR_MS, toMs: noonMs + 36 * HOUR_MS }
  const reads: [string, (sql: Sql, monitorKey: number) => Promise<number>][] = [
    ['ticks', async (sql, key) => (await listTicks(sql, key, { limit: 10 })).items.length],
    [
      'marks',
      async (sql, key) => (await recentMarks(sql, [{ monitorKey: key, sinceMs: 0 }], 10)).get(key)?.length ?? 0,
    ],
    ['a series of minutes', (sql, key) => checksIn(sql, key, MINUTE_MS)],
    ['a series of hours', (sql, key) => checksIn(sql, key, HOUR_MS)],
    ['a series of days', (sql, key) => checksIn(sql, key, DAY_MS)],
    ['regions', async (sql, key) => (await summariseRegions(sql, key, window)).get(1)?.checks ?? 0],
  ]
  const checksIn = async (sql: Sql, key: number, bucketMs: number) =>
    (await readSeries(sql, key, { ...window, bucketMs })).summary?.checks ?? 0
  let monitorKey: number
  beforeAll(async () => {
    const monitor = await addMonitor(database.sql, own)
    monitorKey = monitor.monitorKey
    await addTicks(database.sql, monitor, [makeTick('a', noonMs, 'up'), makeTick('a', noonMs + 26 * HOUR_MS, 'up')])
    const nowMs = noonMs + 25 * HOUR_MS
    while ((await rollUpHour(database.sql, { nowMs, graceMs: 1 })) === 'done');
    while ((await rollUpDay(database.sql)) === 'done');
  })

  test.each(reads)('%s are read by the own workspace, and by no other that knows the key', async (_what, read) => {
    expect(await inWorkspace(database.sql, own, (tx) => read(tx, monitorKey))).toBe(2)
    expect(await inWorkspace(database.sql, foreign, (tx) => read(tx, monitorKey))).toBe(0)
  })
})

describe('a transaction of a workspace', () => {
  const whoIs = async (sql: Sql) =>
    (await sql.execute(text`select current_user as name, current_workspace() as workspace`)).rows[0]

  test('leaves nothing behind on its connection', async () => {
    const owner = await whoIs(database.sql)
    const connections = Array.from({ length: 8 }, () => inWorkspace(database.sql, own, whoIs))
    expect(new Set((await Promise.all(connections)).map((one) => JSON.stringify(one))).size).toBe(1)
    for (let connection = 0; connection < 8; connection += 1) expect(await whoIs(database.sql)).toEqual(owner as never)
  })

  test('within another one is undone with it, and the other goes on as it was', async () => {
    await database.sql.transaction(async (tx) => {
      const before = await whoIs(tx)
      expect(await inWorkspace(tx, own, whoIs)).toEqual({ name: 'betteruptime_tenant', workspace: own })
      expect(await whoIs(tx)).toEqual(before as never)
      await inWorkspace(tx, own, () => Promise.reject(new Undo())).catch(() => {})
      expect(await whoIs(tx)).toEqual(before as never)
    })
  })

  test('may hold a further one of the same workspace, and none of another', async () => {
    await inWorkspace(database.sql, own, async (tx) => {
      expect(await inWorkspace(tx, own, whoIs)).toEqual({ name: 'betteruptime_tenant', workspace: own })
      expect(await whoIs(tx)).toEqual({ name: 'betteruptime_tenant', workspace: own })
      expect(inWorkspace(tx, foreign, whoIs)).rejects.toThrow('cannot work for another')
    })
  })

  test('of no workspace at all sees nothing', async () => {
    await tryOut(database.sql, async (tx) => {
      await tx.execute(text`set local role betteruptime_tenant`)
      expect((await tx.execute(text`select from monitor`)).rowCount).toBe(0)
    })
  })

  test('of a workspace that never was sees nothing', async () => {
    const nobody = parseWorkspaceId(crypto.randomUUID())
    expect(
      await inWorkspace(database.sql, nobody, async (tx) => (await tx.execute(text`select from monitor`)).rowCount),
    ).toBe(0)
  })

  test('can do all that a route of a tenant does', async () => {
    const { sql } = database
    const workspaceId = await addFurnished(sql)
    const guest = await addMember(sql, workspaceId, 'member')
    await inWorkspace(sql, workspaceId, async (tx) => {
      const created = makeMonitor(workspaceId, { name: 'Shop' })
      await createMonitor(tx, created, noonMs)
      expect(await changeMonitor(tx, created, { name: 'Store', nowMs: noonMs })).toBe('changed')
      expect(await pauseMonitor(tx, created, noonMs + 1)).toBe(true)
      expect(await resumeMonitor(tx, created, noonMs + 2)).toBe(true)
      expect((await listMonitors(tx, workspaceId, { limit: 10 })).items).toHaveLength(6)
      expect(await reread(tx, created)).toMatchObject({ name: 'Store', version: 4 })
      expect(await deleteMonitor(tx, created)).toBe(true)
      expect(await listMembers(tx, workspaceId)).toHaveLength(2)
      expect(await changeRole(tx, { workspaceId, userId: guest, role: 'admin' })).toBe('changed')
      expect(await removeMember(tx, { workspaceId, userId: guest, nowMs: noonMs })).toBe('removed')
      await writeAudit(tx, { ...someDeed, workspaceId, nowMs: noonMs })
    })
  })
})
