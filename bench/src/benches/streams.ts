import { checkCodec, checkResultCodec } from '@repo/contracts/check-message'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { httpSpecSchema } from '@repo/contracts/specs/http'
import type { Check, CheckResult } from '@repo/domain/check'
import { parseMonitorId } from '@repo/domain/ids'
import { parseRegion } from '@repo/domain/region'
import { openRedis } from '@repo/streams/connect'
import { streamLimits } from '@repo/streams/limits'
import { createMemoryStream, trustedCodec } from '@repo/streams/memory'
import { createRedisStream } from '@repo/streams/redis'
import type { Stream } from '@repo/streams/stream'
import { startRedis } from '@repo/streams/testing'
import { cpuMicrosOf } from '../process-family.ts'
import type { Comparison, Contender } from '../run.ts'
import { makeResult } from '../sample-result.ts'

const batchSize = 1_000
const batchesAtOnce = 3
const region = parseRegion('bench')
const spec = httpSpecSchema.parse({ kind: 'http', url: 'https://example.com/' })

/** The way of a check without its probe: published, handed over as a result, stored by nobody; one process on each end. */
export const streamsBench: Comparison = {
  name: 'streams',
  summary:
    'a check published, handed over in one step and consumed: over Redis and in memory, against bare pipelined XADDs',
  reference: 'bare XADD, pipelined',
  async open() {
    const server = await startRedis()
    const { redis, close } = await openRedis(server.url)
    let stored = 0
    const overRedis = (name: string, messagesPerEntry: number) =>
      createConveyor({
        checks: createRedisStream({ redis, name: `bench:${name}:checks`, codec: checkCodec, messagesPerEntry }),
        results: createRedisStream({ redis, name: `bench:${name}:results`, codec: checkResultCodec, messagesPerEntry }),
      })
    const over = {
      one: overRedis('one', 1),
      many: overRedis('many', streamLimits.messagesPerEntry),
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
      { name: 'Redis, one check an entry', work: (deadlineMs) => repeat(deadlineMs, over.one.carryBatch) },
      { name: 'Redis, many checks an entry', work: (deadlineMs) => repeat(deadlineMs, over.many.carryBatch) },
      { name: 'memory', work: (deadlineMs) => repeat(deadlineMs, over.memory.carryBatch) },
    ]
    return {
      contenders,
      async countDone() {
        // Counted by the server, and not kept: memory is not what is measured.
        stored += await redis.xlen('bench:bare')
        await redis.del('bench:bare')
        return stored + over.one.count() + over.many.count() + over.memory.count()
      },
      otherCpuMicros: async () => cpuMicrosOf(server.pid),
      async close() {
        await Promise.all([over.one.stop(), over.many.stop(), over.memory.stop()])
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

/** Both ends of the way, running; `carryBatch` resolves when as many results have come out as checks went in by then. */
function createConveyor({ checks, results }: Ends) {
  const ending = new AbortController()
  let published = 0
  let arrived = 0
  let arrival = Promise.withResolvers<void>()
  const relaying = checks.relay(
    { group: region, consumer: 'bench', target: results, batchSize: 200, concurrency: 4_000, reclaimAfterMs: 60_000 },
    async (check) => [makeResult(check)],
    ending.signal,
  )
  const consuming = results.consume(
    { group: 'dbpushers', consumer: 'bench', batchSize: 1_000, reclaimAfterMs: 60_000 },
    async (batch) => {
      arrived += batch.length
      arrival.resolve()
      arrival = Promise.withResolvers()
    },
    ending.signal,
  )
  return {
    count: () => arrived,
    async carryBatch() {
      const first = published + 1
      published += batchSize
      const last = published
      await checks.publish(Array.from({ length: batchSize }, (_, index) => makeCheck(first + index)))
      while (arrived < last) await arrival.promise
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

/** A few batches are on their way at once, as they are where the ends are different processes. */
async function repeat(deadlineMs: number, carryBatch: () => Promise<void>): Promise<number> {
  let count = 0
  const carry = async () => {
    while (performance.now() < deadlineMs) {
      await carryBatch()
      count += batchSize
    }
  }
  await Promise.all(Array.from({ length: batchesAtOnce }, carry))
  return count
}
