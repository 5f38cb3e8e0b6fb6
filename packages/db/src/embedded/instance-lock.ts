import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startOf } from './process.ts'

/**
 * Takes a data directory for this process, until the returned function gives it back. A lock whose holder is gone, or
 * whose number now belongs to another program, is replaced.
 *
 * @throws Error in one line where another living instance holds it.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'instance.lock')
  const own = `${process.pid} ${startOf(process.pid)}\n`
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (created(path, own)) return () => rmSync(path, { force: true })
    const [pid = '', start = ''] = readLock(path).trim().split(' ')
    if (isAlive(Number(pid)) && startOf(Number(pid)) === start) {
      throw new Error(
        `another instance (pid ${pid}) uses ${directory}: stop it, or choose another directory with --data`,
      )
    }
    rmSync(path, { force: true })
  }
  throw new Error(`cannot take ${path}: another instance is starting`)
}

function created(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readLock(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
