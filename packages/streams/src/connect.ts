import { Redis } from 'ioredis'

export interface OpenRedisOptions {
  /** Called with every error of the connection; it goes on reconnecting by itself. */
  readonly onError?: (error: Error) => void
  /** Called with what an operator should know and what does not keep the program from starting. */
  readonly onWarning?: (message: string) => void
}

export interface OpenRedis extends AsyncDisposable {
  readonly redis: Redis
  close(): Promise<void>
}

const COMMAND_TIMEOUT_MS = 15_000

/** Connects and refuses a server that would lose messages; rejects with one line that says what to do. */
export async function openRedis(url: string, { onError, onWarning }: OpenRedisOptions = {}): Promise<OpenRedis> {
  const redis = new Redis(parseRedisUrl(url), connectionOptions)
  let lastError: Error | undefined
  redis.on('error', (error: Error) => {
    lastError = error
    onError?.(error)
  })
  try {
    await redis.connect()
    await refuseUnfit(redis, onWarning ?? (() => {}))
  } catch (error) {
    redis.disconnect()
    throw new Error(`cannot use Redis at ${withoutPassword(url)}: ${(lastError ?? (error as Error)).message}`, {
      cause: error,
    })
  }
  const close = async () => {
    // An orderly goodbye needs a connection; without one there is nobody to say it to.
    if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect())
    else redis.disconnect()
  }
  return { redis, close, [Symbol.asyncDispose]: close }
}

const connectionOptions = {
  lazyConnect: true,
  connectTimeout: 5_000,
  commandTimeout: COMMAND_TIMEOUT_MS,
  // A command that fails so often is given up after about four seconds; whoever sent it decides what that means.
  maxRetriesPerRequest: 6,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
  // After a failover the demoted server refuses writes for ever: look for the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
}

function parseRedisUrl(url: string): string {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Error('not a Redis URL: it has the form redis://[user:password@]host[:port][/db], or rediss:// with TLS')
  }
  return url
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

async function refuseUnfit(redis: Redis, onWarning: (message: string) => void): Promise<void> {
  const version = (/redis_version:(\d+)\.(\d+)/.exec(await redis.info('server')) ?? []).slice(1).map(Number)
  const [major = 0, minor = 0] = version
  if (major < 6 || (major === 6 && minor < 2)) {
    throw new Error(`it is version ${major}.${minor}, and the streams need 6.2 or later`)
  }
  if (major < 7)
    onWarning(`Redis ${major}.${minor} does not tell of pending messages that were lost; 7.0 or later does`)
  await refuseEviction(redis)
}

async function refuseEviction(redis: Redis): Promise<void> {
  const maxmemory = await readConfig(redis, 'maxmemory')
  const policy = await readConfig(redis, 'maxmemory-policy')
  if (maxmemory === undefined || policy === undefined || Number(maxmemory) === 0 || policy === 'noeviction') return
  throw new Error(`its maxmemory-policy is ${policy}, which deletes streams when memory is short: set it to noeviction`)
}

// Hosted servers forbid CONFIG; their policy cannot be asked for and is taken on trust.
async function readConfig(redis: Redis, name: string): Promise<string | undefined> {
  const reply = await redis.config('GET', name).catch(() => [])
  return (reply as string[])[1]
}
