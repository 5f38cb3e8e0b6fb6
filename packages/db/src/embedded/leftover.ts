import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { commandLineOf, isAlive, waitUntilGone } from './process.ts'

/**
 * Clears what an earlier run may have left in the cluster's directory: the lock file of a server that is gone, or a
 * server that outlived its parent. Called by the only instance that may use the directory.
 *
 * @throws Error in one line where such a server does not stop.
 */
export async function clearLeftover(clusterDirectory: string): Promise<'nothing' | 'stale lock' | 'orphan'> {
  const lockPath = join(clusterDirectory, 'postmaster.pid')
  if (!existsSync(lockPath)) return 'nothing'
  const pid = Number(readFileSync(lockPath, 'utf8').split('\n')[0])
  // The number may belong to any program by now: only a server of this very cluster is ours to stop.
  if (!isAlive(pid) || !isServerOf(pid, clusterDirectory)) {
    rmSync(lockPath, { force: true })
    return 'stale lock'
  }
  process.kill(pid, 'SIGINT')
  if (!(await waitUntilGone(pid, 15_000))) {
    throw new Error(
      `a PostgreSQL server (pid ${pid}) still uses ${clusterDirectory} and does not stop: end it, then start again`,
    )
  }
  return 'orphan'
}

function isServerOf(pid: number, clusterDirectory: string): boolean {
  const command = commandLineOf(pid)
  return command.includes('postgres') && command.includes(clusterDirectory)
}
