import { afterEach, describe, expect, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openRedis } from '../src/connect.ts'
import { createRedisStream } from '../src/redis.ts'
import { createRedisLease } from '../src/redis-lease.ts'
import { createRedisLiveBus } from '../src/redis-live-bus.ts'
import { relayOf } from '../testing/describe-relay.ts'
import { subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { type Letter, letterCodec, makeLetters } from '../testing/letter.ts'
import { startRedis } from '../testing/redis-server.ts'
import { startSentinels } from '../testing/sentinels.ts'

const resources: AsyncDisposable[] = []
afterEach(async () => {
  while (resources.length > 0) await resources.pop()?.[Symbol.asyncDispose]()
}, 20_000)

function use<Resource extends AsyncDisposable>(resource: Resource): Resource {
  resources.push(resource)
  return resource
}

async function startTrio(options: { password?: string } = {}) {
  const master = use(await startRedis())
  const replica = use(await startRedis({ replicaOf: master.port }))
  const sentinels = use(await startSentinels({ master, replicas: 1, ...options }))
  return { master, replica, sentinels }
}

/** A pipeline at work over a connection: published numbers, what of them has come out, and what was heard. */
function startPipeline(redis: Redis) {
  const streamOf = (name: string) => createRedisStream({ redis, name, codec: letterCodec })
  const [source, target] = [streamOf('source'), streamOf('target')]
  const bus = createRedisLiveBus({ redis, channel: 'news', codec: letterCodec })
  const received = new Set<number>()
  const heard = new Set<number>()
  let published = 0

  const services = [
    run((signal) => source.relay(relayOf(target, 'a', { reclaimAfterMs: 1_000 }), async (letter) => [letter], signal)),
    run((signal) => target.consume(subscriptionOf('b', { reclaimAfterMs: 1_000 }), collect, signal)),
    run((signal) => bus.subscribe(({ number }) => heard.add(number), signal)),
    run(publishOn),
  ]

  async function collect(batch: readonly Letter[]): Promise<void> {
    for (const { number } of batch) received.add(number)
  }

  async function publishOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const letters = makeLetters(5, published)
      published += 5
      // What is not taken is published again, as the publisher of checks does.
      while (
        !signal.aborted &&
        !(await source.publish(letters).then(
          () => true,
          () => false,
        ))
      )
        await Bun.sleep(20)
      await bus.publish({ number: published, lines: [] }).catch(() => {})
      await Bun.sleep(5)
    }
  }

  return {
    received,
    heard,
    newest: () => published,
    stop: () => Promise.all(services.map((service) => service.stop())),
  }
}

const arrivesAnew = (pipeline: ReturnType<typeof startPipeline>) => {
  const from = pipeline.newest()
  return eventually('new messages arrive', () => [...pipeline.received].some((number) => number > from + 20), 15_000)
}

async function isReplica(url: string): Promise<boolean> {
  const opening = openRedis(url).then(({ close }) => close())
  return await opening.then(
    () => false,
    (error: Error) => error.message.includes('it is a replica'),
  )
}

describe('Redis behind Sentinels', () => {
  test('is used at its master, and at the next one when that is killed', async () => {
    const { master, replica, sentinels } = await startTrio()
    const { redis } = use(await openRedis(sentinels.url, { onError: () => {} }))
    const lease = createRedisLease(redis, { name: 'leader', holder: 'a', ttlMs: 60_000 })
    expect(await lease.hold()).toMatchObject({ held: true })
    const pipeline = startPipeline(redis)
    await arrivesAnew(pipeline)

    await master.kill()
    const killedAtMs = performance.now()
    await arrivesAnew(pipeline)
    expect(performance.now() - killedAtMs).toBeLessThan(15_000)
    expect(await sentinels.masterPort()).toBe(replica.port)
    expect(await lease.hold()).toMatchObject({ held: true })
    const before = pipeline.heard.size
    await eventually('the listener hears the new master', () => pipeline.heard.size > before + 5)
    await pipeline.stop()
  }, 60_000)

  test('is left at once when its master becomes a replica', async () => {
    const { master, replica, sentinels } = await startTrio()
    const { redis } = use(await openRedis(sentinels.url, { onError: () => {} }))
    const pipeline = startPipeline(redis)
    await arrivesAnew(pipeline)

    await sentinels.failOver()
    await eventually('the other is the master', async () => (await sentinels.masterPort()) === replica.port, 15_000)
    await eventually('the former one is a replica', () => isReplica(master.url), 15_000)
    const demotedAtMs = performance.now()
    await arrivesAnew(pipeline)
    expect(performance.now() - demotedAtMs).toBeLessThan(15_000)
    await pipeline.stop()
  }, 60_000)

  test('is left when its master is frozen and answers nothing', async () => {
    const { master, replica, sentinels } = await startTrio()
    const { redis } = use(await openRedis(sentinels.url, { onError: () => {} }))
    const pipeline = startPipeline(redis)
    await arrivesAnew(pipeline)

    process.kill(master.pid, 'SIGSTOP')
    const frozenAtMs = performance.now()
    try {
      await arrivesAnew(pipeline)
      expect(performance.now() - frozenAtMs).toBeLessThan(15_000)
      expect(await sentinels.masterPort()).toBe(replica.port)
    } finally {
      process.kill(master.pid, 'SIGCONT')
    }
    await pipeline.stop()
  }, 60_000)

  test('is found through Sentinels that want a password, which no error shows', async () => {
    const { sentinels } = await startTrio({ password: 'sesame' })
    const { redis } = use(await openRedis(sentinels.url, { sentinelPassword: 'sesame' }))
    expect(await redis.ping()).toBe('PONG')

    const refusal = await openRedis(sentinels.url, { sentinelPassword: 'simsalabim' }).catch((error: Error) => error)
    expect(Bun.inspect(refusal, { depth: 20 })).toContain('WRONGPASS')
    expect(Bun.inspect(refusal, { depth: 20 })).not.toContain('simsalabim')
  }, 60_000)

  test('is reached over TLS, as its Sentinels are', async () => {
    const master = use(await startRedis({ tls: true }))
    const sentinels = use(await startSentinels({ master, replicas: 0 }))
    if (!master.tls) throw new Error('it was asked for')
    expect(sentinels.url).toStartWith('rediss+sentinel://')
    const { redis } = use(await openRedis(sentinels.url, { tls: master.tls }))
    expect(await redis.ping()).toBe('PONG')
    const { caFile: _, ...unknown } = master.tls
    await expect(openRedis(sentinels.url, { tls: unknown })).rejects.toThrow('cannot use Redis')
  }, 60_000)

  test('is not waited for where no Sentinel answers, or none knows the master', async () => {
    const sentinels = use(await startSentinels({ master: use(await startRedis()), replicas: 0 }))
    // One after the other: what is rejected while the other is waited for has nobody yet who hears of it.
    await expect(openRedis('redis+sentinel://127.0.0.1:1/mymaster')).rejects.toThrow('All sentinels are unreachable')
    await expect(openRedis(sentinels.url.replace('mymaster', 'nobody'))).rejects.toThrow('No such master')
  }, 60_000)
})
