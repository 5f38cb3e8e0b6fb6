import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseWorkspaceId } from '@repo/domain/ids'
import pg from 'pg'
import { openDatabase } from '../src/database.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../src/embedded.ts'
import { inWorkspace } from '../src/in-workspace.ts'
import { migrate } from '../src/migrate.ts'
import { listMonitors } from '../src/queries/monitor-list.ts'
import { findUserByEmail } from '../src/queries/users.ts'

/** A server of its own: roles belong to a server, and here there is none yet. */
const startingMs = 60_000
const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-roles-'))
let server: EmbeddedPostgres
beforeAll(async () => {
  server = await openEmbeddedPostgres({
    dataDirectory,
    password: 'secret',
    onProgress: () => {},
    settings: ['fsync=off'],
  })
}, startingMs)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(dataDirectory, { recursive: true, force: true })
}, startingMs)

async function run(statements: readonly string[], database = 'postgres'): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf({ database }) })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

function urlOf({ database, user }: { database: string; user?: string }): string {
  const url = new URL(server.url)
  url.pathname = database
  if (user) url.username = user
  return url.href
}

const nobodyId = parseWorkspaceId('019e8a5c-1f00-7000-8000-000000000009')

/** Whether requests of a workspace can be answered in this database. */
async function answers(url: string): Promise<boolean> {
  await using database = openDatabase(url, { connections: 1, onError: () => {} })
  const listing = await inWorkspace(database.sql, nobodyId, (tx) => listMonitors(tx, nobodyId, { limit: 1 }))
  return listing.items.length === 0
}

describe('the role that requests of one workspace run as', () => {
  test('is made by whichever of several databases of a server is migrated first, by a user who may make roles', async () => {
    await run([
      "create role maker login createrole password 'secret'",
      ...['a', 'b', 'c'].map((name) => `create database ${name} owner maker`),
    ])
    const urls = ['a', 'b', 'c'].map((database) => urlOf({ database, user: 'maker' }))
    const applied = await Promise.all(urls.map((url) => migrate(url)))
    expect(applied.map((names) => names.includes('0004_accounts.sql'))).toEqual([true, true, true])
    expect(await Promise.all(urls.map(answers))).toEqual([true, true, true])
    await run([...['a', 'b', 'c'].map((name) => `drop database ${name}`), 'drop role betteruptime_tenant'])
  })

  test('is asked for in words by a user who may not make roles, and what they say helps', async () => {
    await run([
      "create role humble login password 'secret'",
      "create role late login password 'secret'",
      'create database h owner humble',
      'create database l owner late',
    ])
    const isMissing = 'create role betteruptime_tenant nologin; grant betteruptime_tenant to humble;'
    expect(await helped('h', 'humble')).toBe(isMissing)
    // By now it is there, and is another's.
    expect(await helped('l', 'late')).toBe('grant betteruptime_tenant to late;')
  })
})

/** What a migration says that an operator has to do. It is done, and then the migration passes. */
async function helped(database: string, user: string): Promise<string> {
  const url = urlOf({ database, user })
  const error: Error = await migrate(url).then(
    () => new Error('was migrated'),
    (reason) => reason,
  )
  const [said, statements = ''] = error.message.split('run once: ')
  expect(said).toBe(
    `migration 0004_accounts.sql failed: ${user} may not make or take on the role that requests of one workspace run as; let an operator of the server `,
  )
  await run([statements])
  expect((await migrate(url))[0]).toBe('0004_accounts.sql')
  expect(await answers(url)).toBe(true)
  return statements
}

describe('an instance of before', () => {
  test('has its first user as its operator, finds the oldest of people with one address by it, and its list is in order', async () => {
    await run(['create database before'])
    const url = urlOf({ database: 'before' })
    const [directory, migrations] = [mkdtempSync(join(tmpdir(), 'migrations-')), join(import.meta.dir, '../migrations')]
    for (const name of readdirSync(migrations).filter((file) => file < '0004'))
      copyFileSync(join(migrations, name), join(directory, name))
    await migrate(url, directory)
    await run([rowsOfBefore], 'before')
    expect((await migrate(url))[0]).toBe('0004_accounts.sql')

    await using database = openDatabase(url, { connections: 1, onError: () => {} })
    const { sql } = database
    expect(await findUserByEmail(sql, 'same@example.com')).toMatchObject({ username: 'old', isOperator: true })
    expect(await findUserByEmail(sql, 'own@example.com')).toMatchObject({ username: 'own', isOperator: false })
    const workspaceId = parseWorkspaceId('019e8a5c-1f00-7000-8000-000000000001')
    const { items } = await listMonitors(sql, workspaceId, { limit: 10 })
    expect(items.map((item) => [item.name, item.version, item.tags])).toEqual([
      ['Down', 1, []],
      ['paused', 1, []],
    ])
  })
})

const rowsOfBefore = `
  insert into users (id, username, username_key, password_hash, email, created_at)
  select gen_random_uuid(), name, name, 'none', email, '2026-01-01'::timestamptz + age * interval '1 day'
  from (values ('young', 'same@example.com', 3), ('old', 'Same@Example.com', 1), ('own', 'own@example.com', 2), ('none', null, 4)) u (name, email, age);
  insert into workspace (id, name) values ('019e8a5c-1f00-7000-8000-000000000001', 'w');
  insert into monitor (id, workspace_id, name, spec, target, interval_ms, regions, paused_at, schedule_from, created_at, updated_at)
  select gen_random_uuid(), '019e8a5c-1f00-7000-8000-000000000001', name, '{}', 'm', 60000, array['a'], paused_at, now(), now(), now()
  from (values ('paused', now()), ('Down', null)) m (name, paused_at);
  insert into monitor_state (monitor_key, status) select monitor_key, 'down' from monitor;
`
