import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { type Account, chooseAccount } from './embedded/account.ts'
import { findBinaries, type PostgresBinaries } from './embedded/binaries.ts'
import { lockDirectory } from './embedded/instance-lock.ts'
import { clearLeftover } from './embedded/leftover.ts'

export interface EmbeddedPostgres extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Settles when the server has ended, whether asked to or not. */
  readonly exited: Promise<void>
}

export interface EmbeddedOptions {
  /** The cluster lies in its folder `postgres`. */
  readonly dataDirectory: string
  readonly password: string
  /** Told of each step that takes a moment, in words for a person. */
  readonly onProgress: (step: string) => void
  /** Further `name=value` settings of the server. */
  readonly settings?: readonly string[]
}

const USER = 'betteruptime'
const DATABASE = 'betteruptime'

/** Small and durable: a server of one instance, which shares its machine. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=64MB',
  'max_connections=40',
  'max_wal_size=1GB',
  'checkpoint_timeout=15min',
  'wal_compression=on',
  'io_method=sync',
  'jit=off',
  'timezone=UTC',
  'log_min_messages=warning',
]

/**
 * Starts the PostgreSQL server that comes with the dependencies, on a free port of the loopback address. The first start
 * makes the cluster; later ones find it. Disposing stops the server with a checkpoint.
 *
 * @throws Error in one line that says what to do.
 */
export async function openEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries()
  const account = chooseAccount([dirname(binaries.postgres), options.dataDirectory])
  const unlock = lockDirectory(options.dataDirectory)
  try {
    const server = await openCluster(options, { binaries, account })
    const stop = () => server.stop().finally(unlock)
    const url = `postgresql://${USER}:${encodeURIComponent(options.password)}@127.0.0.1:${server.port}/${DATABASE}`
    return { url, pid: server.pid, exited: server.exited, [Symbol.asyncDispose]: stop }
  } catch (error) {
    unlock()
    throw error
  }
}

async function openCluster(options: EmbeddedOptions, setup: Setup): Promise<Server & { port: number }> {
  const cluster = join(options.dataDirectory, 'postgres')
  if (!existsSync(cluster)) {
    options.onProgress('making the database (once)')
    await makeCluster(cluster, { ...setup, password: options.password })
  }
  refuseOtherMajor(cluster)
  const leftover = await clearLeftover(cluster)
  if (leftover !== 'nothing') options.onProgress(`cleared what an earlier run had left (${leftover})`)
  const port = await freePort()
  const server = startServer(cluster, { ...setup, port, settings: options.settings ?? [] })
  await server.ready
  return { ...server, port }
}

interface Setup {
  readonly binaries: PostgresBinaries
  readonly account: Account
}

/** Made under another name and then renamed, so that a crash half-way leaves nothing that looks like a cluster. */
async function makeCluster(
  cluster: string,
  { binaries, account, password }: Setup & { password: string },
): Promise<void> {
  const unfinished = `${cluster}.new`
  const passwordFile = `${cluster}.password`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  account.give(unfinished)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  account.give(passwordFile)
  try {
    const words = ['-D', unfinished, '-U', USER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8']
    await run(account, [
      binaries.initdb,
      ...words,
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ])
    await runSingleUser(account, {
      postgres: binaries.postgres,
      cluster: unfinished,
      statement: `create database ${DATABASE}`,
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(unfinished, cluster)
}

function refuseOtherMajor(cluster: string): void {
  const major = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (major !== '18') {
    throw new Error(
      `${cluster} was made by PostgreSQL ${major} and this is 18: dump it with the old version, or choose another --data`,
    )
  }
}

interface Server {
  readonly pid: number
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  stop(): Promise<void>
}

function startServer(
  cluster: string,
  { binaries, account, port, ...own }: Setup & { port: number; settings: readonly string[] },
): Server {
  const words = [binaries.postgres, '-D', cluster, '-p', String(port)]
  for (const setting of [...settings, ...own.settings]) words.push('-c', setting)
  const child = launch(account, words)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = waitForReadiness(child, cluster)
  return { pid: child.pid ?? 0, ready, exited, stop: () => stopServer(child, exited) }
}

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT its immediate one, from which the next start recovers. */
async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const patience = setTimeout(() => child.kill('SIGQUIT'), 6_000)
  await exited
  clearTimeout(patience)
}

function waitForReadiness(child: ChildProcess, cluster: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Bounded: a server that talks for months must not be remembered.
      said = `${said}${text}`.slice(-4_000)
      if (said.includes('ready to accept connections')) resolve()
    })
    child.once('error', (cause) => reject(new Error(`PostgreSQL does not start: ${cause.message}`, { cause })))
    child.once('exit', () => reject(new Error(`PostgreSQL does not start in ${cluster}: ${lastComplaint(said)}`)))
  })
}

function lastComplaint(said: string): string {
  const lines = said.trim().split('\n')
  return (lines.findLast((line) => /FATAL|PANIC|ERROR|error/.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim()
}

function launch({ prefix, identity }: Account, words: readonly string[]): ChildProcess {
  const [command = '', ...rest] = [...prefix, ...words]
  // A group of its own: Ctrl-C in a terminal must reach us alone, for the database is the last to stop.
  return spawn(command, rest, {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    ...identity,
  })
}

function run(account: Account, words: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = launch(account, words)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-4_000)
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the database could not be made: ${lastComplaint(said)}`)),
    )
    child.stdin?.end(input)
  })
}

function runSingleUser(
  account: Account,
  { postgres, cluster, statement }: { postgres: string; cluster: string; statement: string },
): Promise<void> {
  return run(account, [postgres, '--single', '-D', cluster, 'postgres'], `${statement}\n`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}
