import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinaries } from '../src/embedded/binaries.ts'
import { openEmbeddedPostgres } from '../src/embedded.ts'
import { migrate } from '../src/migrate.ts'

const migrations = join(import.meta.dir, '..', 'migrations')
const cache = join(import.meta.dir, '..', '..', '..', 'node_modules', '.cache', 'betteruptime')
const PREFIX = 'test-cluster-'

/** What nobody waits for on behalf of a database that ends with its test. */
export const unsafe = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=100'] as const

/**
 * Puts a cluster into the folder `postgres` of the data directory, whose database `betteruptime` is migrated: a copy of one
 * that is made once for all tests, for making one takes twenty times as long.
 *
 * @returns the password of its user.
 */
export async function copyCluster(dataDirectory: string): Promise<string> {
  const kept = join(cache, `${PREFIX}${await version()}`)
  if (!existsSync(kept)) await keepCluster(kept)
  // As it is, with its owner and its rights, without which the server refuses it.
  const { exitCode, stderr } = Bun.spawnSync(['cp', '-a', join(kept, 'postgres'), join(dataDirectory, 'postgres')])
  if (exitCode !== 0) throw new Error(`${kept} cannot be copied: ${stderr}`)
  return readFileSync(join(kept, 'password'), 'utf8')
}

/** Another one where the server or a migration is another one. */
async function version(): Promise<string> {
  const hash = createHash('sha256').update((await findBinaries()).postgres)
  for (const name of readdirSync(migrations).sort()) hash.update(name).update(readFileSync(join(migrations, name)))
  return hash.digest('hex').slice(0, 16)
}

/** Made beside and renamed: several processes may begin at once, and the first one's is taken. */
async function keepCluster(kept: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const old = readdirSync(cache).filter((name) => name.startsWith(PREFIX) && !name.includes('.'))
  const unfinished = `${kept}.${process.pid}`
  mkdirSync(unfinished)
  try {
    await makeCluster(unfinished)
    renameSync(unfinished, kept)
  } catch (error) {
    if (!existsSync(kept)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  for (const name of old) rmSync(join(cache, name), { recursive: true, force: true })
}

async function makeCluster(dataDirectory: string): Promise<void> {
  const password = crypto.randomUUID()
  await using server = await openEmbeddedPostgres({ dataDirectory, password, onProgress: () => {}, settings: unsafe })
  await migrate(server.url)
  writeFileSync(join(dataDirectory, 'password'), password, { mode: 0o600 })
}
