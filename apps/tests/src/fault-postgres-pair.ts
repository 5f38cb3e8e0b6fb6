import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@repo/db/database'
import { eventually } from './eventually.ts'
import type { OwnPostgres } from './fault-postgres.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/** A primary and a replica that follows it over a link of its own. `url` leads to whichever takes writes. */
export interface PostgresPair extends OwnPostgres {
  readonly replication: FaultProxy
  /** Ends the primary for good, with whatever it had not passed on, and promotes the replica. */
  failOver(): Promise<void>
}

export interface PostgresPairOptions {
  /** Whether a commit is answered only when the replica has it too. */
  readonly isSynchronous: boolean
}

/** The embedded server comes without the program that copies a primary. */
const programs = '/usr/lib/postgresql/15/bin'
const account = 'postgres'
const user = 'betteruptime'

export function lacksPostgresPair(): string | undefined {
  if (!existsSync(join(programs, 'pg_basebackup'))) return `there is no ${programs}/pg_basebackup`
  const isRoot = process.getuid?.() === 0
  return isRoot && idOf('-u') === undefined ? `root may not run PostgreSQL, and there is no user ${account}` : undefined
}

export async function startPostgresPair({ isSynchronous }: PostgresPairOptions): Promise<PostgresPair> {
  const directory = mkdtempSync(join(tmpdir(), 'betteruptime-pair-'))
  giveAway(directory)
  const first = join(directory, 'first')
  const second = join(directory, 'second')
  await run(['initdb', '-D', first, '-U', user, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '-N'])
  const primary = await startServer(first)
  await execute(primary.port, 'postgres', `create database ${user}`)
  const replication = await startFaultProxy({ upstreamPort: primary.port })
  const source = ['-h', '127.0.0.1', '-p', `${replication.port}`, '-U', user]
  await run(['pg_basebackup', '-D', second, ...source, '-R', '-X', 'stream', '-c', 'fast', '-N'])
  const replica = await startServer(second)
  await follows(primary.port)
  if (isSynchronous) await awaitReplica(primary.port)

  let current = primary
  return {
    replication,
    get url() {
      return urlOf(current.port, user)
    },
    get port() {
      return current.port
    },
    stop: () => current.end('SIGINT'),
    kill: () => current.end('SIGQUIT'),
    start: () => Promise.reject(new Error('a server of a pair does not come back')),
    async failOver() {
      await primary.end('SIGQUIT')
      await run(['pg_ctl', 'promote', '-D', second, '-w', '-s'])
      current = replica
    },
    async remove() {
      await Promise.all([primary.end('SIGQUIT'), replica.end('SIGQUIT')])
      await replication.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

interface Server {
  readonly port: number
  end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
}

async function startServer(directory: string): Promise<Server> {
  const port = freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60', 'fsync=off']
  const words = ['-D', directory, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])]
  const server = Bun.spawn([...becoming(), join(programs, 'postgres'), ...words], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  await eventually('PostgreSQL answers', () => execute(port, 'postgres', 'select 1').then(yes, no), 20_000)
  return {
    port,
    async end(signal) {
      server.kill(signal)
      await server.exited
    },
  }
}

const yes = () => true
const no = () => false

async function follows(port: number): Promise<void> {
  await eventually('the replica follows', async () => {
    const rows = await execute(port, 'postgres', `select 1 from pg_stat_replication where state = 'streaming'`)
    return rows.length > 0
  })
}

/** A setting of the primary alone: whoever is promoted has nobody to wait for. */
async function awaitReplica(port: number): Promise<void> {
  await execute(port, 'postgres', `alter system set synchronous_standby_names = '*'`)
  await execute(port, 'postgres', 'select pg_reload_conf()')
  await eventually('commits wait for the replica', async () => {
    const rows = await execute(port, 'postgres', `select 1 from pg_stat_replication where sync_state = 'sync'`)
    return rows.length > 0
  })
}

async function execute(port: number, database: string, statement: string): Promise<readonly unknown[]> {
  await using open = openDatabase(urlOf(port, database), { connections: 1, onError: () => {} })
  return (await open.sql.execute(statement)).rows
}

function urlOf(port: number, database: string): string {
  return `postgres://${user}@127.0.0.1:${port}/${database}`
}

async function run([name = '', ...words]: readonly string[]): Promise<void> {
  const child = Bun.spawn([...becoming(), join(programs, name), ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [code, said] = await Promise.all([child.exited, new Response(child.stderr).text()])
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${said}`)
}

/** PostgreSQL refuses to run as root; and it ends with whoever started it. */
function becoming(): string[] {
  const dying = ['setpriv', '--pdeathsig', 'QUIT']
  if (process.getuid?.() !== 0) return dying
  return [...dying, '--reuid', account, '--regid', account, '--clear-groups']
}

function giveAway(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, idOf('-u') ?? 0, idOf('-g') ?? 0)
}

function idOf(flag: '-u' | '-g'): number | undefined {
  const { exitCode, stdout } = Bun.spawnSync(['id', flag, account], { stderr: 'ignore' })
  return exitCode === 0 ? Number(stdout.toString()) : undefined
}

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  listener.stop()
  return listener.port
}
