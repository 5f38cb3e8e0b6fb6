import { openRedis } from '@repo/streams/connect'
import { createRedisBackend } from '@repo/streams/redis-backend'
import { startRedis } from '@repo/streams/testing'
import { makeTickEvent } from '../live-event.ts'
import { startTalking, type TalkingProcess } from '../live-process.ts'
import { workspacesOf } from '../live-watchers.ts'
import { onFirstProcessor, onLastProcessor } from '../pinned.ts'
import { cpuMicrosOf, pssMegabytesOf } from '../process-family.ts'
import { type Row, roundedTo, type Trial } from '../run.ts'

const watchers = 5_000
const everyMs = 250
const allHeardWithinMs = 10_000

interface Heard {
  readonly delivered: number
  readonly closed: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** How a server of live sockets is made to tell something to everybody, so many times. */
type Tell = (server: TalkingProcess, rounds: number) => Promise<void>

export const liveBench: Trial = {
  name: 'live',
  summary:
    '5,000 clients of the live socket, on one core, told four times a second over Redis, beside a bare Bun.serve',
  async run(seconds, progress) {
    await using redisServer = await startRedis()
    await using connection = await openRedis(redisServer.url)
    const backend = createRedisBackend(connection.redis, (alarm) => progress(alarm))
    const rounds = Math.max(4, Math.round((seconds * 1_000) / everyMs / 2))
    const bare = await measure(
      processOf('live-bare-process.ts'),
      { rounds, progress, name: 'bare Bun.serve' },
      tellBare,
    )
    const command = processOf('live-hub-process.ts', redisServer.url)
    const live = await measure(command, { rounds, progress, name: 'live socket' }, async (_server, count) => {
      for (let round = 0; round < count; round += 1) {
        const told = workspacesOf(watchers).map((workspaceId) =>
          backend.live.publish({ workspaceId, events: [makeTickEvent()] }),
        )
        await Promise.all(told)
        await Bun.sleep(everyMs)
      }
    })
    // By what a frame costs: the pace is given.
    return [bare, { ...live, ratio: roundedTo(bare.cpuMicrosPerOp / live.cpuMicrosPerOp, 2) }]
  },
}

const tellBare: Tell = async (server, rounds) => void (await server.ask(`tell ${rounds} ${everyMs} ${watchers}`))

function processOf(file: string, ...args: string[]): string[] {
  return [process.execPath, `${import.meta.dir}/../${file}`, ...args]
}

interface Measurement {
  readonly name: string
  readonly rounds: number
  readonly progress: (line: string) => void
}

async function measure(command: readonly string[], { name, rounds, progress }: Measurement, tell: Tell): Promise<Row> {
  const server = startTalking(onFirstProcessor(command))
  const port = await server.nextLine()
  const clients = startTalking(onLastProcessor(processOf('live-clients-process.ts', port, `${watchers}`)))
  try {
    await clients.nextLine()
    progress(`${name}: ${watchers} clients are connected`)
    // The first are the compiler's.
    await tell(server, 4)
    await heardBy(clients, 4 * watchers)
    const before = { cpu: cpuMicrosOf(server.pid), clientsCpu: cpuMicrosOf(clients.pid), atMs: performance.now() }
    await tell(server, rounds)
    const elapsedMs = performance.now() - before.atMs
    const heard = await heardBy(clients, rounds * watchers)
    const cpu = cpuMicrosOf(server.pid) - before.cpu
    return {
      name,
      perSecond: Math.round((1_000 * heard.delivered) / elapsedMs),
      cpuMicrosPerOp: roundedTo(cpu / heard.delivered, 2),
      otherCpuMicrosPerOp: roundedTo((cpuMicrosOf(clients.pid) - before.clientsCpu) / heard.delivered, 2),
      rounds,
      figures: {
        clients: watchers,
        deliveredFrames: heard.delivered,
        expectedFrames: rounds * watchers,
        p50Ms: roundedTo(heard.p50Ms, 1),
        p95Ms: roundedTo(heard.p95Ms, 1),
        p99Ms: roundedTo(heard.p99Ms, 1),
        maxMs: roundedTo(heard.maxMs, 1),
        serverPssMegabytes: pssMegabytesOf(server.pid),
      },
    }
  } finally {
    await clients.stop()
    await server.stop()
  }
}

/** Waits for all of it, and for no more: a frame too many is as wrong as one too few. */
async function heardBy(clients: TalkingProcess, expected: number): Promise<Heard> {
  const deadlineMs = performance.now() + allHeardWithinMs
  while (Number(await clients.ask('count')) < expected && performance.now() < deadlineMs) await Bun.sleep(50)
  const heard = JSON.parse(await clients.ask('report')) as Heard
  if (heard.delivered !== expected || heard.closed > 0)
    throw new Error(`${heard.delivered} of ${expected} frames came, and ${heard.closed} clients were cut off`)
  return heard
}
