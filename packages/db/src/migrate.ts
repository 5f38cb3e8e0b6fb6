import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

interface MigrationFile {
  readonly number: number
  readonly name: string
  readonly text: string
}

/** Any number that no other program of this database uses. */
const MIGRATION_LOCK = 7_283_146_591

const defaultDirectory = join(import.meta.dir, '..', 'migrations')

/**
 * Brings the database at `url` to the newest schema: each file of `migrations/` in the order of its number, each in a
 * transaction of its own. Several processes may call it at once; one works, the others wait.
 *
 * @returns the names of the files that were applied.
 * @throws Error in one line where the database cannot be reached, and where it knows a migration that this program does not: it was written by a newer version.
 */
export async function migrate(url: string, directory = defaultDirectory): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect().catch((cause: Error & { code?: string }) => {
    // A host that refused at each of its addresses has a code and no message.
    const why = cause.message || cause.code
    throw new Error(`cannot use PostgreSQL at ${client.host}:${client.port}: ${why}`, { cause })
  })
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    return await applyMissing(client, readMigrations(directory))
  } finally {
    await client.end()
  }
}

async function applyMissing(client: pg.Client, files: readonly MigrationFile[]): Promise<string[]> {
  await client.query(
    'create table if not exists migration (number integer primary key, name text not null, applied_at timestamptz not null default now())',
  )
  const { rows } = await client.query<{ number: number; name: string }>('select number, name from migration')
  const known = new Set(files.map((file) => file.number))
  const newer = rows.find((row) => !known.has(row.number))
  if (newer) throw new Error(`the database was made by a newer version (migration ${newer.name}): update this program`)
  const done = new Set(rows.map((row) => row.number))
  const missing = files.filter((file) => !done.has(file.number))
  for (const file of missing) await applyInTransaction(client, file)
  return missing.map((file) => file.name)
}

async function applyInTransaction(client: pg.Client, file: MigrationFile): Promise<void> {
  try {
    await client.query('begin')
    await client.query(file.text)
    await client.query('insert into migration (number, name) values ($1, $2)', [file.number, file.name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`migration ${file.name} failed: ${(cause as Error).message}`, { cause })
  }
}

function readMigrations(directory: string): MigrationFile[] {
  return readdirSync(directory)
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, text: readFileSync(join(directory, name), 'utf8') }))
}
