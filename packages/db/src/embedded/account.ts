import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'

/**
 * How PostgreSQL is run. It refuses to run as root, so root runs it as another user; and it must not outlive us, so where
 * the system offers it (`setpriv` of util-linux) the kernel stops it when this process dies.
 */
export interface Account {
  /** The words in front of a command. */
  readonly prefix: readonly string[]
  /** For systems without `setpriv`: what to spawn the command as. */
  readonly identity: { readonly uid?: number; readonly gid?: number }
  /** Gives a file or directory of ours to the user that PostgreSQL runs as. */
  give(path: string): void
}

const USER_NAME = 'betteruptime'

/**
 * @param mustReach directories that PostgreSQL has to be able to enter: of its program and of its data.
 * @throws Error in one line where no user can be found or made, or none can reach the directories.
 */
export function chooseAccount(mustReach: readonly string[]): Account {
  const canSetpriv = succeeds('setpriv', ['--version'])
  const dieWithUs = canSetpriv ? ['setpriv', '--pdeathsig', 'INT'] : []
  if (process.getuid?.() !== 0) return { prefix: dieWithUs, identity: {}, give: () => {} }
  const user = findUser('postgres') ?? findUser(USER_NAME) ?? makeUser()
  const give = (path: string) => chownSync(path, user.uid, user.gid)
  if (!canSetpriv) return { prefix: [], identity: user, give }
  return { prefix: reachingPrefix(dieWithUs, user, mustReach), identity: {}, give }
}

interface User {
  readonly uid: number
  readonly gid: number
}

/**
 * The clone may lie in a home directory that nobody else may enter (`/root`). Rather than open that up or copy things
 * away, the server is then given the one capability to pass through directories, and nothing else of root's.
 */
function reachingPrefix(dieWithUs: readonly string[], user: User, mustReach: readonly string[]): readonly string[] {
  const become = [...dieWithUs, '--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  const capabilities = [[], ['dac_read_search'], ['dac_override']]
  for (const names of capabilities) {
    const granted = ['-all', ...names.map((name) => `+${name}`)].join(',')
    // The server looks for its programs with access(2), which forgets capabilities of other users unless told not to.
    const keep = names.length > 0 ? ['--securebits=+no_setuid_fixup'] : []
    const prefix = [...become, ...keep, `--inh-caps=${granted}`, `--ambient-caps=${granted}`]
    // Entered for real: `test -x` looks at mode bits alone and does not know of capabilities.
    const enter = [...prefix, 'stat', ...mustReach.map((directory) => `${directory}/.`)]
    if (succeeds('env', enter)) return prefix
  }
  throw new Error(
    `PostgreSQL runs as another user than root, and that user cannot reach ${mustReach.join(' and ')}: choose another place with --data, or do not start as root`,
  )
}

function findUser(name: string): User | undefined {
  const uid = idOf('-u', name)
  const gid = idOf('-g', name)
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

function makeUser(): User {
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', USER_NAME])
  const user = findUser(USER_NAME) ?? findUser('nobody')
  if (!user)
    throw new Error('PostgreSQL does not run as root and no other user could be made: start as an ordinary user')
  return user
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout.trim()) : undefined
}

function succeeds(command: string, words: readonly string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0
}
