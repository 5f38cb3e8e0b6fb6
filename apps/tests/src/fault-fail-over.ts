import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { type RedisServer, startRedis } from '@repo/streams/testing'
import { type Sentinels, startSentinels } from '@repo/streams/testing/sentinels'
import { eventually } from './eventually.ts'

/** A replica that follows Redis, and three Sentinels that put it in the place of a master that is silent. */
export interface RedisFailOver {
  readonly replica: RedisServer
  readonly sentinels: Sentinels
  /** From now on the replica hears nothing of what the master answers, and is promoted without it. */
  cutReplication(): Promise<void>
  /** Until the Sentinels hold the replica for the master. */
  promoted(): Promise<void>
  stop(): Promise<void>
}

export async function startRedisFailOver(master: RedisServer): Promise<RedisFailOver> {
  const replica = await startRedis({ replicaOf: master.port })
  const sentinels = await startSentinels({ master, replicas: 1 })
  return {
    replica,
    sentinels,
    cutReplication: () => cutReplication(master, replica),
    promoted: () =>
      eventually('another master', async () => (await sentinels.masterPort()) === replica.port, 20_000).then(() => {}),
    async stop() {
      await sentinels.stop()
      await replica.stop()
    },
  }
}

/** The replica is thrown out and not let in again, for it then comes with a name that the master does not know. */
async function cutReplication(master: RedisServer, replica: RedisServer): Promise<void> {
  await configure(replica.port, ['CONFIG', 'SET', 'masteruser', 'stranger', 'masterauth', 'none'])
  await configure(master.port, ['CLIENT', 'KILL', 'TYPE', 'replica'])
}

/** As its operator does it: our own way in refuses a server that is a replica. */
async function configure(port: number, words: readonly string[]): Promise<void> {
  const child = Bun.spawn(['redis-cli', '-e', '-p', `${port}`, ...words], { stdio: ['ignore', 'ignore', 'ignore'] })
  if ((await child.exited) !== 0) throw new Error(`redis-cli ${words.join(' ')} failed at ${port}`)
}

/** How many connections to that port of this machine a process holds: the table of tcp(7) says whose socket is whose. */
export function connectionsTo(port: number, pid: number): number {
  const sockets = new Set(socketsOf(pid))
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)
  return rows.filter((row) => {
    const [, , remote = '', state, , , , , , inode = ''] = row.trim().split(/\s+/)
    return remote.endsWith(end) && state === established && sockets.has(`socket:[${inode}]`)
  }).length
}

const established = '01'

function socketsOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`
  return readdirSync(directory).flatMap((name) => {
    try {
      return [readlinkSync(`${directory}/${name}`)]
    } catch {
      return [] // Closed since it was listed.
    }
  })
}
