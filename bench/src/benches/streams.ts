import { checkCodec, checkResultCodec } from '@repo/contracts/check-message'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import type { Check, CheckResult } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { openRedis } from '@repo/streams/connect'
import { createMemoryStream, trustedCodec } from '@repo/streams/memory'
import { createRedisStream } from '@repo/streams/redis'
import type { Stream } from '@repo/streams/stream'
import { startRedis } from '@repo/streams/testing'
import { cpuMicrosOf } from '../process-family.ts'
import type { Comparison, Contender } from '../run.ts'
import { makeResult } from '../sample-result.ts'

const batchSize = 1_000
const region = parseRegion('bench')
const spec = httpSpecSchema.parse({ kind: 'http', url: 'https://example.com/' })

/** The way of a check without its probe: published, handed over as a result, stored by nobody; one process on each end. */
export const streamsBench: Comparison = {
  name: 'streams',
  summary: 'publish, hand over in one step, consume: over Redis and in memory, against bare pipelined XADDs',
  reference: 'bare XADD, pipelined',
  async open() {
    const server = await startRedis()
    const { redis, close } = await openRedis(server.url)
    let stored = 0
    const over = {
      redis: createConveyor({
        checks: createRedisStream({ redis, name: 'bench:checks', codec: checkCodec }),
        results: createRedisStream({ redis, name: 'bench:results', codec: checkResultCodec }),
      }),
      memory: createConveyor({
        checks: createMemoryStream<Check<CheckSpec>>({ codec: trustedCodec(), capacity: 100_000 }),
        results: createMemoryStream<CheckResult>({ codec: trustedCodec(), capacity: 100_000 }),
      }),
    }
    const text = checkCodec.encode(makeCheck(1))
    async function addBare(): Promise<void> {
      const pipeline = redis.pipeline()
      for (let index = 0; index < batchSize; index += 1) pipeline.xadd('bench:bare', '*', 'm', text)
      await pipeline.exec()
    }
    const contenders: Contender[] = [
      { name: 'bare XADD, pipelined', work: (deadlineMs) => repeat(deadlineMs, addBare) },
      { name: 'Redis: publish, relay, consume', work: (deadlineMs) => repeat(deadlineMs, over.redis.carryBatch) },
      { name: 'memory: publish, relay, consume', work: (deadlineMs) => repeat(deadlineMs, over.memory.carryBatch) },
    ]
    return {
      contenders,
      async countDone() {
        // Counted by the server, and not kept: memory is not what is measured.
        stored += await redis.xlen('bench:bare')
        await redis.del('bench:bare')
        return stored + over.redis.count() + over.memory.count()
      },
      otherCpuMicros: async () => cpuMicrosOf(server.pid),
      async close() {
        await Promise.all([over.redis.stop(), over.memory.stop()])
        await close()
        await server.stop()
      },
    }
  },
}

interface Ends {
  readonly checks: Stream<Check<CheckSpec>>
  readonly results: Stream<CheckResult>
}

/** Both ends of the way, running; `carryBatch` resolves when all of its checks have come out as results. */
function createConveyor({ checks, results }: Ends) {
  const ending = new AbortController()
  let published = 0
  let arrived = 0
  let arrive = () => {}
  const relaying = checks.relay(
    { group: region, consumer: 'bench', target: results, batchSize: 200, concurrency: 2_000, reclaimAfterMs: 60_000 },
    async (check) => [makeResult(check)],
    ending.signal,
  )
  const consuming = results.consume(
    { group: 'dbpushers', consumer: 'bench', batchSize: 1_000, reclaimAfterMs: 60_000 },
    async (batch) => {
      arrived += batch.length
      arrive()
    },
    ending.signal,
  )
  return {
    count: () => arrived,
    async carryBatch() {
      const first = published + 1
      published += batchSize
      await checks.publish(Array.from({ length: batchSize }, (_, index) => makeCheck(first + index)))
      while (arrived < published) {
        await new Promise<void>((resolve) => {
          arrive = resolve
        })
      }
    },
    async stop() {
      ending.abort()
      await Promise.all([relaying, consuming])
    },
  }
}

function makeCheck(key: number): Check<CheckSpec> {
  const scheduledAtMs = 1_800_000_000_000 + key
  const monitorId = parseMonitorId('01a20c30-150a-75c7-8c94-b88887f32e49')
  return {
    monitorId,
    monitorKey: (key % 100_000) + 1,
    region,
    scheduledAtMs,
    expiresAtMs: scheduledAtMs + 30_000,
    spec,
  }
}

async function repeat(deadlineMs: number, carryBatch: () => Promise<void>): Promise<number> {
  let count = 0
  while (performance.now() < deadlineMs) {
    await carryBatch()
    count += batchSize
  }
  return count
}
