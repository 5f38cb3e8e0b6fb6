import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type OpenRedis, openRedis, type RedisTls } from '../src/connect.ts'
import { redact } from '../src/redis/redact.ts'
import { parseRedisUrl } from '../src/redis-url.ts'
import { makeCertificates } from './certificates.ts'
import { freePort } from './free-port.ts'
import { spawnGuarded } from './guarded-process.ts'

export interface RedisServer extends AsyncDisposable {
  /** As its default user. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Where it speaks TLS: how a client has to. */
  readonly tls: Required<RedisTls> | undefined
  urlAs(username: string, password: string): string
  /** For good: its data are gone too. */
  stop(): Promise<void>
  /** As the machine does it when it runs out of memory: no goodbye, nothing flushed. */
  kill(): Promise<void>
  /** On the same port and with the data that were on disk, whether it was killed before or not. */
  restart(): Promise<void>
}

export interface RedisServerOptions {
  /** Write every command to disk before it is answered. Default: nothing is kept. */
  readonly appendOnly?: boolean
  /** TLS and nothing else, with certificates of its own; a client must show one too. */
  readonly tls?: boolean
  /** Users, each as a line of an ACL file: `user name on >password ~key:* +get`. */
  readonly acl?: readonly string[]
  /** The port of the master, on this machine. */
  readonly replicaOf?: number
  /** Further lines of the configuration, as `--name value`. */
  readonly args?: readonly string[]
}

const READY_WITHIN_MS = 10_000

/** A server of one's own, on the loopback interface and a free port. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'redis-'))
  const port = await freePort()
  const tls = options.tls ? await makeCertificates(directory) : undefined
  const aclFile = options.acl && join(directory, 'users.acl')
  if (aclFile)
    await Bun.write(aclFile, `${['user default on nopass ~* &* +@all', ...(options.acl ?? [])].join('\n')}\n`)
  const command = ['redis-server', ...configuration({ options, directory, port, aclFile, tls })]
  const place = `127.0.0.1:${port}`
  const url = `${tls ? 'rediss' : 'redis'}://${place}`
  const clientTls = tls && { caFile: tls.caFile, certFile: tls.certFile, keyFile: tls.keyFile }
  let server = spawnGuarded(command)
  await answering(url, clientTls)

  async function stop(): Promise<void> {
    // Asked to end, a master waits for replicas that lag behind; what it holds is thrown away here.
    await server.end('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  }
  return {
    url,
    port,
    tls: clientTls,
    urlAs: (username, password) => url.replace('://', `://${username}:${encodeURIComponent(password)}@`),
    get pid() {
      return server.pid
    },
    stop,
    kill: () => server.end('SIGKILL'),
    async restart() {
      await server.end('SIGTERM')
      server = spawnGuarded(command)
      await answering(url, clientTls)
    },
    [Symbol.asyncDispose]: stop,
  }
}

interface Setup {
  readonly options: RedisServerOptions
  readonly directory: string
  readonly port: number
  readonly aclFile: string | undefined
  readonly tls: Required<RedisTls> | undefined
}

function configuration({ options, directory, port, aclFile, tls }: Setup): string[] {
  const { appendOnly = false, replicaOf, args = [] } = options
  const listening = tls ? ['--port', '0', '--tls-port', `${port}`] : ['--port', `${port}`]
  const certificates = tls && {
    '--tls-cert-file': tls.certFile,
    '--tls-key-file': tls.keyFile,
    '--tls-ca-cert-file': tls.caFile,
    '--tls-auth-clients': 'yes',
  }
  return [
    ...listening,
    ...['--bind', '127.0.0.1', '--dir', directory, '--save', ''],
    ...(appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
    ...Object.entries(certificates ?? {}).flat(),
    ...(aclFile ? ['--aclfile', aclFile] : []),
    // A replica need not wait for others that might want to follow too.
    ...['--repl-diskless-sync-delay', '0'],
    ...(replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', `${replicaOf}`]),
    ...args,
  ]
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

// Whoever answers is there, also where it answers that it is a replica.
async function answering(url: string, tls: RedisTls | undefined): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS
  for (;;) {
    const client = await createClient(parseRedisUrl(url), tls ? { tls } : {})
    client.on('error', () => {})
    try {
      await client.connect()
      await client.ping()
      return
    } catch (cause) {
      if (performance.now() > deadlineMs)
        throw new Error(`redis-server does not answer at ${url}`, { cause: redact(cause) })
      await Bun.sleep(20)
    } finally {
      client.disconnect()
    }
  }
}
