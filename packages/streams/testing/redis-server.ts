import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenRedis, openRedis } from '../src/connect.ts'

export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
  /** As the machine does it when it runs out of memory: no goodbye, nothing flushed. */
  kill(): Promise<void>
  /** On the same port and with the data that were on disk, after `kill` or `stop`. */
  restart(): Promise<void>
}

export interface RedisServerOptions {
  /** Write every command to disk before it is answered. Default: nothing is kept. */
  readonly appendOnly?: boolean
  /** Further lines of the configuration, as `--name value`. */
  readonly args?: readonly string[]
}

const READY_WITHIN_MS = 10_000

/** A server of one's own, on the loopback interface and a free port. */
export async function startRedis({ appendOnly = false, args = [] }: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-'))
  const port = await freePort()
  const persistence = appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const command = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    ...persistence,
    ...args,
  ]
  const url = `redis://127.0.0.1:${port}`
  let server = spawnRedis(command)
  await answering(url)

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    server.process.kill(signal)
    await server.process.exited
    server.guard.kill('SIGKILL')
  }
  async function stop(): Promise<void> {
    await end('SIGTERM')
    await rm(directory, { recursive: true, force: true })
  }
  return {
    url,
    get pid() {
      return server.process.pid
    },
    stop,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      server = spawnRedis(command)
      await answering(url)
    },
    [Symbol.asyncDispose]: stop,
  }
}

let shared: Promise<{ url: string }> | undefined

/** One server for all tests of a process, which keep apart by `uniqueKey`. It is the one at REDIS_URL where that is set. */
export function sharedRedis(): Promise<{ url: string }> {
  shared ??= process.env.REDIS_URL ? Promise.resolve({ url: process.env.REDIS_URL }) : startRedis()
  return shared
}

export function uniqueKey(name: string): string {
  return `test:${crypto.randomUUID()}:${name}`
}

/** A connection to the shared server. */
export async function openSharedRedis(): Promise<OpenRedis> {
  return openRedis((await sharedRedis()).url)
}

interface Spawned {
  readonly process: Bun.Subprocess
  readonly guard: Bun.Subprocess
}

function spawnRedis(args: readonly string[]): Spawned {
  const path = Bun.which('redis-server')
  if (!path) throw new Error('redis-server is not installed: apt-get install redis-server')
  const server = Bun.spawn([path, ...args], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' })
  // Its input ends when this process does, in whatever way: test runners do not announce their exit.
  const guard = Bun.spawn(['sh', '-c', 'read _; kill -9 "$0"', `${server.pid}`], { stdin: 'pipe', stderr: 'ignore' })
  return { process: server, guard }
}

async function answering(url: string): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS
  for (;;) {
    try {
      await using _connection = await openRedis(url)
      return
    } catch (cause) {
      if (performance.now() > deadlineMs) throw new Error(`redis-server does not answer at ${url}`, { cause })
      await Bun.sleep(20)
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
