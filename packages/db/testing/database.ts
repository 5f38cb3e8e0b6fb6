import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../src/database.ts'
import { openEmbeddedPostgres } from '../src/embedded.ts'
import { migrate } from '../src/migrate.ts'
import { copyCluster, unsafe } from './cluster.ts'

/**
 * A real PostgreSQL for tests: the one that `DATABASE_URL` names, or one that is started for this process and ends with
 * it. Each caller gets a database of its own, copied from a template that was migrated once.
 */
export interface TestDatabase extends Database {
  readonly url: string
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = await testServer()
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await server.admin(`create database ${name} template ${server.template}`)
  const url = withDatabase(server.url, name)
  const database = openDatabase(url, { connections: 4, onError: () => {} })
  return {
    sql: database.sql,
    url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await server.admin(`drop database ${name} with (force)`)
    },
  }
}

interface TestServer {
  readonly url: string
  readonly template: string
  admin(statement: string): Promise<void>
}

let shared: Promise<TestServer> | undefined

function testServer(): Promise<TestServer> {
  shared ??= startServer()
  return shared
}

async function startServer(): Promise<TestServer> {
  const given = process.env.DATABASE_URL
  return given ? migrateTemplate(given) : startEmbedded()
}

async function migrateTemplate(url: string): Promise<TestServer> {
  const template = `template_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = (statement: string) => runAlone(url, statement)
  await admin(`create database ${template}`)
  await migrate(withDatabase(url, template))
  return { url, template, admin }
}

async function startEmbedded(): Promise<TestServer> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'betteruptime-test-'))
  const password = await copyCluster(dataDirectory)
  const server = await openEmbeddedPostgres({ dataDirectory, password, onProgress: () => {}, settings: unsafe })
  // Its input ends when this process does, in whatever way: test runners do not announce their exit.
  const cleanUp = 'read _; kill -QUIT "$0"; while kill -0 "$0" 2>/dev/null; do sleep 0.1; done; rm -rf "$1"'
  Bun.spawn(['sh', '-c', cleanUp, `${server.pid}`, dataDirectory], { stdin: 'pipe', stderr: 'ignore' }).unref()
  const template = new URL(server.url).pathname.slice(1)
  // A database that somebody is connected to cannot be copied.
  const url = withDatabase(server.url, 'postgres')
  return { url, template, admin: (statement) => runAlone(url, statement) }
}

async function runAlone(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
