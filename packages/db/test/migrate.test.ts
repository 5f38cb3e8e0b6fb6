import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noonMs } from '@repo/domain/testing'
import { getTableColumns, getTableName, sql as text } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { openDatabase } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { listTicks } from '../src/queries/ticks.ts'
import { lockMonitors } from '../src/queries/verdicts.ts'
import * as schema from '../src/schema.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

describe('migrations', () => {
  test('a second run changes nothing', async () => {
    expect(await migrate(database.url)).toEqual([])
  })

  test('several processes that migrate at once wait for each other', async () => {
    const fresh = new URL(database.url)
    fresh.pathname = `${fresh.pathname}_empty`
    await database.sql.execute(text.raw(`create database ${fresh.pathname.slice(1)}`))
    const applied = await Promise.all([migrate(fresh.href), migrate(fresh.href), migrate(fresh.href)])
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    await database.sql.execute(text.raw(`drop database ${fresh.pathname.slice(1)}`))
  })

  test('a database of a newer version is refused and left alone', async () => {
    await database.sql.execute(text`insert into migration (number, name) values (9999, '9999_future.sql')`)
    expect(migrate(database.url)).rejects.toThrow('newer version (migration 9999_future.sql)')
    await database.sql.execute(text`delete from migration where number = 9999`)
  })

  test('a server that cannot be reached is named in one line, and its password is not', async () => {
    const error: Error = await migrate('postgresql://betteruptime:canary@127.0.0.1:1/x').then(
      () => new Error('was reached'),
      (reason) => reason,
    )
    expect(error.message).toBe('cannot use PostgreSQL at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1')
  })

  test('carry over what an instance of the first version holds: its ticks, what its regions say, and since when', async () => {
    const old = new URL(database.url)
    old.pathname = `${old.pathname}_old`
    await database.sql.execute(text.raw(`create database ${old.pathname.slice(1)}`))
    const directory = mkdtempSync(join(tmpdir(), 'migrations-'))
    copyFileSync(join(import.meta.dir, '../migrations/0001_foundation.sql'), join(directory, '0001_foundation.sql'))
    expect(await migrate(old.href, directory)).toEqual(['0001_foundation.sql'])
    const connection = openDatabase(old.href, { connections: 1, onError: () => {} })
    await connection.sql.execute(text.raw(firstVersionRows))
    expect(await migrate(old.href)).toContain('0002_pipeline.sql')

    const { items } = await listTicks(connection.sql, 1, { limit: 10 })
    expect(items.map(({ scheduledAtMs, outcome }) => [scheduledAtMs - noonMs, outcome.code, outcome.message])).toEqual([
      [120_000, 'LOST', 'it vanished'],
      [60_000, 'TCP_REFUSED', 'refused'],
      [0, 'OK', 'answered 200 in 12 ms'],
    ])
    expect(items[2]?.outcome.certificateExpiresAtMs).toBe(Date.UTC(2027, 2, 14, 9, 20))
    const [first] = await lockMonitors(connection.sql, [1])
    expect(first?.views).toMatchObject([{ verdict: 'down', code: 'TCP_REFUSED', message: 'refused' }])
    const { rows } = await connection.sql.execute(text`
      select monitor_key, status, (extract(epoch from began_at) * 1000)::float8 - ${noonMs}::float8 as ms, ended_at from state_interval order by 1`)
    expect(rows).toEqual([
      { monitor_key: 1, status: 'down', ms: 60_000, ended_at: null },
      { monitor_key: 2, status: 'paused', ms: 30_000, ended_at: null },
    ])
    await connection[Symbol.asyncDispose]()
    await database.sql.execute(text.raw(`drop database ${old.pathname.slice(1)}`))
  })

  const tables: [string, PgTable][] = Object.values(schema).map((table) => [getTableName(table), table])
  test.each(tables)('the table %s is what the queries believe it to be', async (name, table) => {
    const { rows } = await database.sql.execute<{ name: string; required: boolean }>(text`
      select column_name as name, is_nullable = 'NO' as required from information_schema.columns
      where table_schema = 'public' and table_name = ${name} order by column_name`)
    const believed = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      required: column.notNull,
    }))
    expect(rows).toEqual(believed.sort((a, b) => (a.name < b.name ? -1 : 1)))
  })
})

/** Two monitors of noon: one went down a minute later, in a partition of its day; one was paused. */
const firstVersionRows = `
  insert into workspace (id, name) values ('019e8a5c-1f00-7000-8000-000000000001', 'w');
  insert into region (name) values ('a');
  insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, paused_at, schedule_from, created_at, updated_at)
  select ('019e8a5c-1f00-7000-8000-0000000000a' || n)::uuid, '019e8a5c-1f00-7000-8000-000000000001', 'm', '{}', 'm', 60000, array['a'],
    case n when 2 then at + interval '30 seconds' end, at, at, at
  from generate_series(1, 2) n, (values (timestamptz '2026-06-01T12:00:00Z')) noon (at);
  insert into monitor_state (monitor_key, status, since) values (1, 'down', '2026-06-01T12:01:00Z'), (2, 'unknown', null);
  insert into monitor_region (monitor_key, region_key, verdict, since, scheduled_at, code, message)
  values (1, 1, 2, '2026-06-01T12:01:00Z', '2026-06-01T12:01:00Z', 'TCP_REFUSED', 'refused');
  create table tick_20260601 partition of tick for values from ('2026-06-01T00:00:00Z') to ('2026-06-02T00:00:00Z');
  insert into tick (monitor_key, region_key, verdict, status, scheduled_at, start_lag_ms, total_us, redirects, certificate_expires_at, code, message)
  values (1, 1, 0, 200, '2026-06-01T12:00:00Z', 90000, 12345, 0, '2027-03-14T09:20:00Z', null, null),
    (1, 1, 2, null, '2026-06-01T12:01:00Z', 1, 345, 0, null, 'TCP_REFUSED', 'refused'),
    (1, 1, 3, null, '2026-06-01T12:02:00Z', 0, 0, 0, null, 'LOST', 'it vanished');
`
