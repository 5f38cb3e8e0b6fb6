import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { getTableColumns, getTableName, sql as text } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { migrate } from '../src/migrate.ts'
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
