import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publicPageSchema } from '@repo/contracts/public-page'
import { pageAccessSchema } from '@repo/contracts/status-pages'
import type { Log } from '@repo/service/log'
import { z } from 'zod'

/** A page as it was when it was last read, with who may see it. */
const snapshotSchema = z.object({
  id: z.uuid(),
  access: pageAccessSchema,
  passwordHash: z.string().nullable(),
  secret: z.string(),
  /** When it was read, in milliseconds since 1970. */
  readAtMs: z.number(),
  page: publicPageSchema,
})
export type Snapshot = z.output<typeof snapshotSchema>

/** The last good snapshot of every page, in files: what is served when everything else is down. */
export interface Snapshots {
  /** Those that can be read; one that cannot is passed over, and said in the log. */
  load(): Snapshot[]
  save(snapshot: Snapshot): void
  remove(id: string): void
  /** The image that a page shows, a PNG; null where it shows none any more. */
  saveLogo(id: string, bytes: Uint8Array | null): void
  logo(id: string): Uint8Array<ArrayBuffer> | undefined
}

const suffix = '.json'

/** @throws Error in one line where nothing can be kept in this directory. */
export function openSnapshots(directory: string, log: Log): Snapshots {
  try {
    // Password hashes and pages that are not for everybody are among them.
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Error(`cannot keep snapshots in ${directory}: ${(cause as Error).message}`, { cause })
  }
  const pathOf = (id: string) => join(directory, `${id}${suffix}`)
  const logoPathOf = (id: string) => join(directory, `${id}.png`)
  return {
    load: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith(suffix))
        .flatMap((name) => read(join(directory, name), log)),
    save(snapshot) {
      writeWhole(pathOf(snapshot.id), JSON.stringify(snapshot))
    },
    remove(id) {
      for (const path of [pathOf(id), logoPathOf(id)]) rmSync(path, { force: true })
    },
    saveLogo(id, bytes) {
      if (bytes) writeWhole(logoPathOf(id), bytes)
      else rmSync(logoPathOf(id), { force: true })
    },
    logo: (id) => (existsSync(logoPathOf(id)) ? new Uint8Array(readFileSync(logoPathOf(id))) : undefined),
  }
}

/** Whoever dies in between leaves the former one whole. */
function writeWhole(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function read(path: string, log: Log): Snapshot[] {
  try {
    return [snapshotSchema.parse(JSON.parse(readFileSync(path, 'utf8')))]
  } catch (err) {
    log.error({ err, path }, 'a snapshot cannot be read')
    return []
  }
}
