import { sql as text } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { PgPreparedQuery } from 'drizzle-orm/pg-core'
import pg from 'pg'
import * as schema from './schema.ts'

// Drizzle wraps an error in one that repeats every parameter, password hashes among them, for each log to write down.
// Here what PostgreSQL said arrives as it is. The method is Drizzle's own, and internal: a test tells when it is gone.
Object.assign(PgPreparedQuery.prototype, {
  queryWithCache: <Reply>(_statement: string, _parameters: unknown, query: () => Promise<Reply>) => query(),
})

/** A connection pool or one transaction of it: the first parameter of every query. */
export type Sql = Pick<
  NodePgDatabase<typeof schema>,
  'select' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction'
>

const STATEMENT_TIMEOUT_MS = 60_000
const GOODBYE_MS = 500

export interface Database extends AsyncDisposable {
  readonly sql: Sql
}

/**
 * Opens a pool of at most `connections` connections. Nothing is connected before the first query; a connection that
 * breaks is reported to `onError` and replaced.
 */
export function openDatabase(url: string, options: { connections: number; onError: (error: Error) => void }): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: 'betteruptime',
    // Reads over many days look costlier than they are, and compiling them takes longer than they do.
    options: '-c jit=off',
    keepAlive: true,
    // Longer than any statement of ours takes; without an end, a connection that died unnoticed is waited for for ever.
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 5_000,
    // A process that stands still in the middle of a transaction holds its locks no longer than others can wait.
    idle_in_transaction_session_timeout: 20_000,
  })
  const clients = new Set<pg.PoolClient>()
  pool.on('remove', (client) => clients.delete(client as pg.PoolClient))
  pool.on('connect', (client) => {
    clients.add(client)
    // While it is lent out nobody else listens, and an error that nobody hears ends the process.
    client.on('error', options.onError)
    abandonSilent(client)
  })
  pool.on('error', options.onError)
  return { sql: drizzle(pool, { schema }), [Symbol.asyncDispose]: () => endPool(pool, clients) }
}

/** Answers nothing where the database answers, and rejects with its error where it does not. */
export async function askDatabase(sql: Sql): Promise<undefined> {
  await sql.execute(text`select 1`)
}

/**
 * An orderly goodbye, but not for ever: a connection that died unnoticed, in the middle of a query, never says its own, and of
 * one that the server ended while it was being ended the pool never hears again.
 */
async function endPool(pool: pg.Pool, clients: ReadonlySet<pg.PoolClient>): Promise<void> {
  const overdue = Promise.withResolvers<void>()
  const patience = setTimeout(() => {
    for (const client of clients) destroy(client)
    overdue.resolve()
  }, GOODBYE_MS)
  await Promise.race([pool.end(), overdue.promise])
  clearTimeout(patience)
}

function destroy(client: pg.PoolClient): void {
  ;(client as unknown as Connected).connection.stream.destroy()
}

/**
 * A connection on which a query was not answered in time is of no use any more: the next query would wait behind that one, and
 * the pool would hand it out again and again.
 */
function abandonSilent(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...words: unknown[]) => unknown
  const watched = (...words: unknown[]) => {
    const answer = query(...words)
    if (answer instanceof Promise) {
      answer.catch((error: Error) => {
        if (error.message === 'Query read timeout') destroy(client)
      })
    }
    return answer
  }
  client.query = watched as typeof client.query
}

interface Connected {
  readonly connection: { readonly stream: { destroy(): void } }
}
