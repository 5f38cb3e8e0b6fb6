import { readFile } from 'node:fs/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { streamLimits } from './limits.ts'
import { refuseUnfit } from './redis/fitness.ts'
import { redact } from './redis/redact.ts'
import { parseRedisUrl, type RedisAddress } from './redis-url.ts'

export interface OpenRedisOptions {
  /** Called with every error of the connection; it goes on reconnecting by itself. */
  readonly onError?: (error: Error) => void
  /** Called with what an operator should know and what does not keep the program from starting. */
  readonly onWarning?: (message: string) => void
  /** Turns TLS on, as `rediss` in the URL does, with files in place of the well-known authorities. */
  readonly tls?: RedisTls
  /** How to log in to the Sentinels, where they ask for it. */
  readonly sentinelUsername?: string
  readonly sentinelPassword?: string
}

/** Paths of files in PEM. */
export interface RedisTls {
  readonly caFile?: string
  /** What the client shows of itself, where the server wants to see it. */
  readonly certFile?: string
  readonly keyFile?: string
}

export interface OpenRedis extends AsyncDisposable {
  readonly redis: Redis
  close(): Promise<void>
}

/** What a user of the server (ACL) must be allowed at least; everything that we write is under one prefix. */
export const redisPermissions = {
  keys: '~betterstack:*',
  channels: '&betterstack:*',
  commands: [
    ...['hello', 'auth', 'ping', 'info', 'select', 'quit', 'client|id', 'client|unblock'],
    ...['multi', 'exec', 'time', 'type', 'eval', 'evalsha', 'get', 'set', 'del', 'incrby', 'pexpire', 'pttl'],
    ...['xadd', 'xack', 'xdel', 'xlen', 'xrange', 'xtrim', 'xreadgroup', 'xclaim', 'xautoclaim', 'xpending'],
    ...['xgroup|create', 'xgroup|delconsumer', 'xinfo|groups', 'xinfo|consumers', 'publish', 'subscribe'],
  ],
} as const

const COMMAND_TIMEOUT_MS = 15_000
const OPEN_WITHIN_MS = 6_000

/**
 * Connects and refuses a server that would lose messages; rejects with one line that says what to do. The URL names one
 * server (`redis://`, `rediss://`) or the Sentinels that know which server is the master (`redis+sentinel://`,
 * `rediss+sentinel://`); user and password in it are those of the server. Every further connection is a duplicate of this
 * one and inherits all of it. `redisPermissions` lists what the user must be allowed: those commands on the keys and
 * channels `betterstack:*`, and none of the dangerous ones.
 */
export async function openRedis(url: string, options: OpenRedisOptions = {}): Promise<OpenRedis> {
  const address = parseRedisUrl(url)
  const redis = await createClient(address, options)
  let lastError: Error | undefined
  redis.on('error', (error: Error) => {
    lastError = redact(error)
    options.onError?.(error)
  })
  // The last word of a Sentinel that was asked in vain; that all were is what the error tells.
  redis.on('sentinelError', (error: Error) => {
    lastError = error
  })
  try {
    await connected(redis)
    refuseOtherDatabase(lastError)
    await refuseUnfit(redis, options.onWarning ?? (() => {}))
  } catch (error) {
    redis.disconnect()
    const told = redact(lastError ?? (error as Error))
    throw new Error(`cannot use Redis at ${address.shown}: ${told.message}`, { cause: redact(error) })
  }
  const close = async () => {
    // An orderly goodbye needs a connection; without one there is nobody to say it to.
    if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect())
    else redis.disconnect()
  }
  return { redis, close, [Symbol.asyncDispose]: close }
}

/** Not connected yet. */
export async function createClient(address: RedisAddress, options: OpenRedisOptions): Promise<Redis> {
  return new Redis(await clientOptions(address, options))
}

/** The replies as RESP2 had them, whatever the protocol: what our parsers read. */
type ClientOptions = RedisOptions & { replyMapping?: 'legacy' }

async function clientOptions(address: RedisAddress, options: OpenRedisOptions): Promise<ClientOptions> {
  const { sentinelUsername, sentinelPassword } = options
  const tls = address.isTls || options.tls ? await readTls(options.tls ?? {}) : undefined
  return {
    ...connectionOptions,
    ...address.options,
    ...(tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
  }
}

const connectionOptions: ClientOptions = {
  lazyConnect: true,
  // A user who may do only what is needed may not do this, and every refusal is an entry in the log of the server.
  disableClientInfo: true,
  connectTimeout: 3_000,
  commandTimeout: COMMAND_TIMEOUT_MS,
  sentinelCommandTimeout: 3_000,
  // A server that was frozen or cut off keeps its connections open and answers nothing on them.
  socketTimeout: streamLimits.silenceMs,
  // A command that fails so often is given up after about four seconds; whoever sent it decides what that means.
  maxRetriesPerRequest: 6,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  sentinelRetryStrategy: (times: number) => Math.min(100 * times, 1_000),
  // After a failover the demoted server refuses writes for ever: look for the new one.
  reconnectOnError: (error: Error) => /^(READONLY|MASTERDOWN)/.test(error.message),
}

async function readTls({ caFile, certFile, keyFile }: RedisTls) {
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem))
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await readFile(path, 'utf8')
}

/** Sentinels that do not answer are asked again and again, which is right for a program that runs, and not at its start. */
async function connected(redis: Redis): Promise<void> {
  const overdue = Promise.withResolvers<never>()
  const timer = setTimeout(() => overdue.reject(new Error('no answer')), OPEN_WITHIN_MS)
  try {
    await Promise.race([redis.connect(), overdue.promise])
  } finally {
    clearTimeout(timer)
  }
}

// The client goes on in the database 0 where the one that was asked for does not exist.
function refuseOtherDatabase(error: (Error & { command?: { name: string } }) | undefined): void {
  if (error?.command?.name === 'select') throw error
}
