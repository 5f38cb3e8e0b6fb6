import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '@repo/db/embedded'
import { migrate } from '@repo/db/migrate'
import { startRedis } from '@repo/streams/testing'

/** A PostgreSQL with our tables and a Redis, for as long as `made` is there. */
export async function openOwnDatabases(made: AsyncDisposableStack, progress: (line: string) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'betteruptime-bench-'))
  made.defer(() => rmSync(directory, { recursive: true, force: true }))
  const postgres = made.use(
    await openEmbeddedPostgres({ dataDirectory: directory, password: crypto.randomUUID(), onProgress: progress }),
  )
  const redis = made.use(await startRedis())
  await migrate(postgres.url)
  return { postgres, redis }
}
