import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, openRedis, type RedisTls } from '../src/connect.ts'
import { parseRedisUrl } from '../src/redis-url.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { spawnGuarded } from './guarded-process.ts'
import type { RedisServer } from './redis-server.ts'

export interface Sentinels extends AsyncDisposable {
  /** Leads to whichever server is the master; over TLS where that speaks it. */
  readonly url: string
  readonly ports: readonly number[]
  /** The port of the server that they hold for the master. */
  masterPort(): Promise<number>
  /** Makes a replica the master, as if the master had been found dead. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

export interface SentinelsOptions {
  readonly master: RedisServer
  /** How many replicas the Sentinels have to know of before anything is tried with them. */
  readonly replicas: number
  readonly count?: number
  /** A master that is silent for so long is taken for dead. */
  readonly downAfterMs?: number
  readonly password?: string
}

const NAME = 'mymaster'
const SETTLED_WITHIN_MS = 25_000

/** Three Sentinels, of which two must agree; resolves when they know of each other and of the replicas. */
export async function startSentinels(options: SentinelsOptions): Promise<Sentinels> {
  const { master, replicas, count = 3, downAfterMs = 500, password } = options
  // A Sentinel asks its master for replicas when it starts, and then not for ten seconds.
  await eventually(
    'the replicas follow the master',
    async () => (await replicasOf(master)) === replicas,
    SETTLED_WITHIN_MS,
  )
  const directory = await mkdtemp(join(tmpdir(), 'sentinels-'))
  const ports = await Promise.all(Array.from({ length: count }, freePort))
  const processes = await Promise.all(
    ports.map(async (port) => {
      const file = join(directory, `${port}.conf`)
      await Bun.write(
        file,
        configuration({ port, directory, masterPort: master.port, downAfterMs, password, tls: master.tls }),
      )
      return spawnGuarded(['redis-server', file, '--sentinel'])
    }),
  )
  const { tls } = master
  const scheme = tls ? 'rediss' : 'redis'
  const urlOf = (port: number) => `${scheme}://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`
  const ask = (port: number, what: 'MASTER' | 'FAILOVER') => askSentinel({ url: urlOf(port), tls, what })

  async function stop(): Promise<void> {
    await Promise.all(processes.map((one) => one.end('SIGKILL')))
    await rm(directory, { recursive: true, force: true })
  }
  for (const port of ports) {
    const knowsAll = async () => {
      const facts = await ask(port, 'MASTER')
      return facts['num-other-sentinels'] === `${count - 1}` && facts['num-slaves'] === `${replicas}`
    }
    await eventually(`the Sentinel at ${port} knows of everybody`, knowsAll, SETTLED_WITHIN_MS)
  }
  return {
    url: `${scheme}+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    ports,
    failOver: async () => void (await ask(ports[0] ?? 0, 'FAILOVER')),
    masterPort: async () => Number((await ask(ports[0] ?? 0, 'MASTER')).port),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

interface Setup {
  readonly port: number
  readonly directory: string
  readonly masterPort: number
  readonly downAfterMs: number
  readonly password: string | undefined
  readonly tls: Required<RedisTls> | undefined
}

function configuration({ port, directory, masterPort, downAfterMs, password, tls }: Setup): string {
  const encrypted = tls && [
    ...['port 0', `tls-port ${port}`, 'tls-replication yes'],
    ...[`tls-ca-cert-file ${tls.caFile}`, `tls-cert-file ${tls.certFile}`, `tls-key-file ${tls.keyFile}`],
  ]
  const lines = [
    ...(encrypted ?? [`port ${port}`]),
    'bind 127.0.0.1',
    `dir ${directory}`,
    ...(password === undefined ? [] : [`requirepass ${password}`, `sentinel sentinel-pass ${password}`]),
    `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${NAME} 5000`,
  ]
  return `${lines.join('\n')}\n`
}

async function replicasOf({ url, tls }: RedisServer): Promise<number> {
  await using connection = await openRedis(url, tls ? { tls } : {})
  const replication = await connection.redis.info('replication')
  return replication.match(/^slave\d+:.*state=online/gm)?.length ?? 0
}

interface Question {
  readonly url: string
  readonly tls: RedisTls | undefined
  readonly what: 'MASTER' | 'FAILOVER'
}

/** What a Sentinel tells of the master; nothing while it does not answer. */
async function askSentinel({ url, tls, what }: Question): Promise<Record<string, string>> {
  const client = await createClient(parseRedisUrl(url), tls ? { tls } : {})
  client.on('error', () => {})
  try {
    await client.connect()
    const facts = ((await client.call('SENTINEL', what, NAME)) ?? []) as string[] | Record<string, string>
    return Array.isArray(facts) ? fromPairs(facts) : facts
  } catch {
    return {}
  } finally {
    client.disconnect()
  }
}

function fromPairs(flat: readonly string[]): Record<string, string> {
  const facts: Record<string, string> = {}
  for (let index = 0; index < flat.length; index += 2) facts[flat[index] ?? ''] = flat[index + 1] ?? ''
  return facts
}
