import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { StatusPageId, WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { claimPageMessages } from '../src/queries/page-messages.ts'
import { openTestDatabase, type TestDatabase } from '../testing/database.ts'
import { explaining, type Reading, readingsIn } from '../testing/explaining.ts'
import { addWorkspace } from '../testing/populate.ts'
import { addPublishedPage } from '../testing/status-pages.ts'

/** How messages are taken where a page has told fifty thousand people something, as many were told before, and others wait behind them. */

const people = 50_000
const quietPages = 50
const nowMs = Date.UTC(2026, 5, 8, 8)
const MINUTE_MS = 60_000
const limit = 16
const seedingMs = 120_000

let database: TestDatabase
let loud: StatusPageId
beforeAll(async () => {
  database = await openTestDatabase()
  const workspaceId = await addWorkspace(database.sql)
  loud = (await addPublishedPage(database.sql, { workspaceId })).id
  await subscribe(loud, workspaceId, people)
  for (let page = 0; page < quietPages; page += 1) {
    const { id } = await addPublishedPage(database.sql, { workspaceId })
    await subscribe(id, workspaceId, 10)
  }
  await tell(database.sql)
  await database.sql.execute(text`vacuum (analyze)`)
}, seedingMs)
afterAll(() => database[Symbol.asyncDispose]())

async function subscribe(pageId: StatusPageId, workspaceId: WorkspaceId, count: number): Promise<void> {
  await database.sql.execute(text`
    insert into page_subscriber (id, page_id, workspace_id, kind, address_key, email, state, confirmed_at, created_at)
    select gen_random_uuid(), ${pageId}::uuid, ${workspaceId}::uuid, 'email', 'email ' || n, n || '@example.com', 'confirmed', now(), now()
    from generate_series(1, ${count}::integer) n`)
}

/** Everybody was told something a day ago, and waits for what was said ten minutes ago, and a few ask for a link a moment ago. */
async function tell(sql: Sql): Promise<void> {
  const now = text`to_timestamp(${nowMs}::float8 / 1000)`
  await sql.execute(text`
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, thread, body, state, due_at, next_at, done_at)
    select s.page_id, s.workspace_id, s.id, 'maintenance', 'old ' || s.page_id, 'old', '{}', 'accepted', at, at, at
    from page_subscriber s, lateral (select ${now} - interval '1 day' as at) d order by random()`)
  await sql.execute(text`
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, thread, body, due_at, next_at)
    select s.page_id, s.workspace_id, s.id, 'maintenance', 'new ' || s.page_id, 'new', '{}', at, at
    from page_subscriber s, lateral (select ${now} - interval '10 minutes' as at) d order by random()`)
  await sql.execute(text`
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, due_at, next_at)
    select s.page_id, s.workspace_id, s.id, 'confirm', 'confirm', at, at
    from (select * from page_subscriber where page_id = ${loud} limit 3) s, lateral (select ${now} - interval '1 second' as at) d`)
}

class Undo extends Error {}

/** Whatever is taken, the others find it as it was. */
async function undone<Found>(work: (sql: Sql) => Promise<Found>): Promise<Found | undefined> {
  let found: Found | undefined
  const ended = await database.sql
    .transaction(async (tx) => {
      found = await work(tx)
      throw new Undo()
    })
    .catch((error: unknown) => error)
  if (!(ended instanceof Undo)) throw ended
  return found
}

/** What is really read. */
async function readingsOf(work: (sql: Sql) => Promise<unknown>): Promise<Reading[]> {
  const readings: Reading[] = []
  await undone((tx) => work(explaining(tx, (plan) => void readings.push(...readingsIn(plan)))))
  return readings
}

const rowsOf = (readings: readonly Reading[], table: string) =>
  readings.filter((one) => one.table === table).reduce((sum, { rows }) => sum + rows, 0)

const claim = (sql: Sql) => claimPageMessages(sql, { holder: 'one', nowMs, leaseMs: MINUTE_MS, limit })

describe('of fifty thousand messages that wait, and as many that were sent', () => {
  test('those that are taken are found by index, of each page no more than could be taken', async () => {
    const readings = await readingsOf(claim)
    expect(readings.filter((one) => one.table === 'page_message' && one.index === 'Seq Scan')).toEqual([])
    // Once in its turn, once to be taken; and a step from each page to the next.
    expect(rowsOf(readings, 'page_message')).toBeLessThanOrEqual((quietPages + 1) * (2 * limit + 1) + 10 * limit)
  })

  test('those are first that somebody waits for, and then of each page one after the other', async () => {
    const claimed = (await undone(claim)) ?? []
    expect(claimed.filter(({ kind }) => kind === 'confirm')).toHaveLength(3)
    const told = claimed.filter(({ kind }) => kind === 'maintenance')
    expect(new Set(told.map(({ page }) => page.id)).size).toBe(told.length)
  })
})
