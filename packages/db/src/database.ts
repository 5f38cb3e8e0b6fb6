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
  })
  pool.on('error', options.onError)
  return { sql: drizzle(pool, { schema }), [Symbol.asyncDispose]: () => pool.end() }
}
