import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { findScheduled } from '../src/queries/schedule.ts'
import {
  countSealedRows,
  findSealedRow,
  loadSealedPage,
  replaceSealed,
  type SealedColumn,
  sealedColumns,
} from '../src/queries/sealed-texts.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { addMonitor, addUser } from '../testing/populate.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const columnOf = (table: string): SealedColumn => {
  const found = sealedColumns.find((column) => column.table === table)
  if (!found) throw new Error(`no sealed column in ${table}`)
  return found
}

describe('a column of sealed texts', () => {
  test.each(sealedColumns.map((column) => [`${column.table}.${column.column}`, column] as const))(
    '%s is there, with its key and its version',
    async (_name, column) => {
      expect(await countSealedRows(database.sql, column)).toBeGreaterThanOrEqual(0)
      expect(await loadSealedPage(database.sql, column, { after: undefined, limit: 1 })).toBeArray()
    },
  )

  test('is none that is missing here: whatever is called like a secret is in the list, or is no sealed text', async () => {
    const { rows } = await database.sql.execute<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'public' and data_type in ('text', 'jsonb')
         and column_name ~ '(secret|password|credential|sealed|config|spec)$'`,
    )
    // What signs the links of a page is read by whoever serves pages, who has no key of the instance.
    const unsealed = ['status_page.secret']
    const known = new Set([...unsealed, ...sealedColumns.map(({ table, column }) => `${table}.${column}`)])
    expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([])
  })

  test('is read in pages, and each row once', async () => {
    const { sql } = database
    const { workspaceId } = await addUser(sql)
    const added = []
    for (let number = 0; number < 7; number += 1) added.push(await addMonitor(sql, workspaceId))
    const column = columnOf('monitor')
    const seen: string[] = []
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await loadSealedPage(sql, column, { after, limit: 3 })
      seen.push(...page.map(({ key }) => key))
      if (page.length < 3) break
    }
    expect(seen).toEqual(added.map(({ monitorKey }) => String(monitorKey)))
    expect(await countSealedRows(sql, column)).toBe(7)
    const [first] = await loadSealedPage(sql, column, { after: undefined, limit: 1 })
    expect(first?.workspaceId).toBe(workspaceId)
    expect(await findSealedRow(sql, column, seen[2] ?? '')).toMatchObject({ key: seen[2] ?? '' })
    expect(await findSealedRow(sql, column, '999999')).toBeUndefined()
  })

  test('is changed where it is as it was seen, tells so by its version, and keeps its schedule', async () => {
    const { sql } = database
    const { workspaceId } = await addUser(sql)
    const { monitorKey, id } = await addMonitor(sql, workspaceId)
    const column = columnOf('monitor')
    const key = String(monitorKey)
    const before = (await findSealedRow(sql, column, key))?.text ?? ''
    const [scheduled] = await findScheduled(sql, [id])
    const after = JSON.stringify({ ...JSON.parse(before), body: 'sealed' })
    expect(await replaceSealed(sql, column, { key, before, after })).toBe(true)
    expect(await replaceSealed(sql, column, { key, before, after: '{}' })).toBe(false)
    expect(JSON.parse((await findSealedRow(sql, column, key))?.text ?? '')).toEqual(JSON.parse(after))
    const [changed] = await findScheduled(sql, [id])
    expect(changed?.updatedAtMs ?? 0).toBeGreaterThan(scheduled?.updatedAtMs ?? 0)
    expect(changed?.scheduleFromMs).toBe(scheduled?.scheduleFromMs ?? 0)
  })
})
