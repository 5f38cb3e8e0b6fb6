import { describe, expect, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openRedis } from '../src/connect.ts'
import { createReader } from '../src/redis/reader.ts'
import { createRedisStream } from '../src/redis.ts'
import { createRedisLiveBus } from '../src/redis-live-bus.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { type Letter, letterCodec, makeLetters } from '../testing/letter.ts'
import { openLink } from '../testing/link.ts'
import { sharedRedis, startRedis, uniqueKey } from '../testing/redis-server.ts'
import { numbersIn, redis, streamOf } from './redis-letters.ts'

/** Every number that is in neither stream: what got lost on the way. */
async function missing(connection: Redis, keys: readonly string[], count: number): Promise<number[]> {
  // Read in the order of the way: what moves in between is then seen twice, and never missed.
  const seen = new Set<number>()
  for (const key of keys) for (const number of await numbersIn(connection, key)) seen.add(number)
  return makeLetters(count)
    .map(({ number }) => number)
    .filter((number) => !seen.has(number))
}

describe('a consumer process that is killed', () => {
  test('loses nothing, acknowledges nothing without its output, and another finishes its work', async () => {
    const [source, target] = [uniqueKey('source'), uniqueKey('target')]
    const count = 2_000
    await streamOf(source).publish(makeLetters(count))

    for (let kill = 0; kill < 3; kill += 1) {
      const child = await startRelaying(source, target, `${kill}`)
      const before = (await numbersIn(redis, target)).length
      const isAtWork = async () => (await numbersIn(redis, target)).length > before + 100
      await eventually('it is in the middle of its work', isAtWork)
      child.kill('SIGKILL')
      await child.exited
      expect(await missing(redis, [source, target], count)).toEqual([])
      expect((await redis.xlen(source)) > 0).toBe(true)
    }

    const last = await startRelaying(source, target, 'last')
    await eventually('the source is empty', async () => (await redis.xlen(source)) === 0)
    last.kill('SIGKILL')
    await last.exited
    expect(await missing(redis, [target], count)).toEqual([])
    expect(await redis.exists(`${source}:dead`)).toBe(0)
  }, 60_000)
})

async function startRelaying(source: string, target: string, consumer: string): Promise<Bun.Subprocess> {
  const { url } = await sharedRedis()
  const script = new URL('relaying-process.ts', import.meta.url).pathname
  return Bun.spawn([process.execPath, script, url, source, target, consumer], { stdout: 'inherit', stderr: 'inherit' })
}

describe('a target that refuses the outputs', () => {
  test('leaves their messages unacknowledged until it takes them', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const alarms: string[] = []
    const source = streamOf('source', { redis: connection.redis, onAlarm: (alarm) => alarms.push(alarm) })
    const target = streamOf('target', { redis: connection.redis })
    await source.publish(makeLetters(20))
    const gate = Promise.withResolvers<void>()
    let started = 0
    const handle = async (letter: Letter) => {
      started += 1
      await gate.promise
      return [letter]
    }
    const relay = run((signal) => source.relay({ ...subscriptionOf('a'), target, concurrency: 20 }, handle, signal))
    await eventually('all are at work', () => started === 20)

    await connection.redis.config('SET', 'maxmemory', '1')
    gate.resolve()
    await eventually('the refusal is told of', () => alarms.length > 0)
    expect(alarms[0]).toContain('OOM')
    expect(await numbersIn(connection.redis, 'source')).toHaveLength(20)

    await connection.redis.config('SET', 'maxmemory', '0')
    await eventually('all are handed over', async () => (await connection.redis.xlen('source')) === 0)
    await relay.stop()
    expect(await numbersIn(connection.redis, 'target')).toEqual(makeLetters(20).map(({ number }) => number))
  })

  test('because it is no stream, leaves them unacknowledged and says so', async () => {
    const [source, target] = [uniqueKey('source'), uniqueKey('target')]
    const alarms: string[] = []
    await redis.set(target, 'a string')
    await streamOf(source).publish(makeLetters(1))
    const subscription = { ...subscriptionOf('a', {}), target: streamOf(target), concurrency: 1, drainMs: 0 }
    const stream = streamOf(source, { onAlarm: (alarm) => alarms.push(alarm) })
    const relay = run((signal) => stream.relay(subscription, async (letter) => [letter], signal))
    await eventually('it is told of', () => alarms.length > 0)
    await relay.stop()

    expect(alarms[0]).toContain('is a string and not a stream')
    expect(await redis.xlen(source)).toBe(1)
  })
})

describe('a server that is full of messages', () => {
  test('is emptied by who handles them: what frees memory needs none', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url, { onError: () => {} })
    const stream = createRedisStream({ redis: connection.redis, name: 'letters', codec: letterCodec })
    const taken: Letter[] = []
    const away = Promise.withResolvers<void>()
    const handle = async (batch: readonly Letter[]) => {
      await away.promise
      taken.push(...batch)
    }
    const { stop } = run((signal) => stream.consume(subscriptionOf('one'), handle, signal))
    await stream.publish(makeLetters(500))
    await eventually('they are being handled', async () => (await stream.depth(GROUP)).pending > 0)
    await connection.redis.config('SET', 'maxmemory', '1')
    away.resolve()
    await eventually('it is empty', async () => (await connection.redis.xlen('letters')) === 0)
    expect(taken).toHaveLength(500)
    await stop()
  })
})

describe('a consumer that comes back under its name', () => {
  test('gets at once what its former life left unfinished', async () => {
    const key = uniqueKey('letters')
    await streamOf(key).publish(makeLetters(3))
    await redis.xgroup('CREATE', key, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'a', 'COUNT', 2, 'STREAMS', key, '>')

    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => streamOf(key).consume(subscriptionOf('a'), collect, signal))
    await eventually('all are received', () => received.length === 3)
    await reader.stop()
    expect(received).toEqual([0, 1, 2])
  })
})

describe('a server that is killed and comes back with its data', () => {
  test('makes neither consume nor relay end, and loses nothing that was acknowledged to the publisher', async () => {
    await using server = await startRedis({ appendOnly: true })
    await using connection = await openRedis(server.url)
    const source = streamOf('source', { redis: connection.redis })
    const target = streamOf('target', { redis: connection.redis })
    const received = new Set<number>()
    const published: number[] = []

    const relay = run((signal) =>
      source.relay(
        { ...subscriptionOf('a', { reclaimAfterMs: 500 }), target, concurrency: 50 },
        async (letter) => {
          await Bun.sleep(10)
          return [letter]
        },
        signal,
      ),
    )
    const reader = run((signal) =>
      target.consume(
        subscriptionOf('b', { reclaimAfterMs: 500 }),
        async (batch) => {
          for (const { number } of batch) received.add(number)
        },
        signal,
      ),
    )
    const publisher = run(async (signal) => {
      for (let first = 0; !signal.aborted; first += 10) {
        const letters = makeLetters(10, first)
        const accepted = await source.publish(letters).then(
          () => true,
          () => false,
        )
        if (accepted) published.push(...letters.map(({ number }) => number))
        await Bun.sleep(2)
      }
    })

    for (let restart = 0; restart < 3; restart += 1) {
      const before = received.size
      await eventually('messages arrive', () => received.size > before + 200)
      await server.kill()
      await server.restart()
    }
    const before = received.size
    await eventually('messages arrive again', () => received.size > before + 200)
    await publisher.stop()
    await eventually('everything has arrived', () => published.every((number) => received.has(number)))
    await Promise.all([relay.stop(), reader.stop()])
  }, 60_000)
})

describe('a connection that carries nothing any more and is not closed', () => {
  test('is given up: by who reads, by who writes and by who listens', async () => {
    await using server = await startRedis()
    await using link = await openLink(server.port)
    await using connection = await openRedis(`redis://127.0.0.1:${link.port}`, { onError: () => {} })
    const stream = streamOf('letters', { redis: connection.redis })
    const bus = createRedisLiveBus({ redis: connection.redis, channel: 'news', codec: letterCodec })
    const [received, heard]: [number[], number[]] = [[], []]
    const ending = new AbortController()
    await bus.subscribe(({ number }) => heard.push(number), ending.signal)
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => stream.consume(subscriptionOf('a'), collect, signal))
    await stream.publish(makeLetters(1))
    await eventually('it reads', () => received.length === 1)

    link.silence()
    const silentAtMs = performance.now()
    await stream.publish(makeLetters(1, 1))
    await eventually('it reads again', () => received.includes(1), 15_000)
    await eventually(
      'it listens again',
      async () => {
        await bus.publish({ number: 1, lines: [] })
        return heard.length > 0
      },
      15_000,
    )
    expect(performance.now() - silentAtMs).toBeLessThan(15_000)
    ending.abort()
    await reader.stop()
  }, 60_000)

  test('is given up by a reader a little after its read should have ended', async () => {
    await using server = await startRedis()
    await using link = await openLink(server.port)
    await using connection = await openRedis(`redis://127.0.0.1:${link.port}`, { onError: () => {} })
    const reader = createReader(connection.redis)
    const { signal } = new AbortController()
    await reader.read((one) => one.ping(), signal)
    link.silence()
    const silentAtMs = performance.now()
    await expect(reader.read((one) => one.xread('BLOCK', 1_000, 'STREAMS', 'letters', '$'), signal)).rejects.toThrow()
    expect(performance.now() - silentAtMs).toBeWithin(5_000, 7_500)
    expect(await reader.read((one) => one.ping(), signal)).toBe('PONG')
    reader.close()
  }, 30_000)

  test('keeps nobody from a clean stop', async () => {
    await using server = await startRedis()
    await using link = await openLink(server.port)
    await using connection = await openRedis(`redis://127.0.0.1:${link.port}`, { onError: () => {} })
    const stream = streamOf('letters', { redis: connection.redis })
    const target = streamOf('target', { redis: connection.redis })
    await stream.publish(makeLetters(10))
    let started = 0
    const handle = (_letter: Letter, signal: AbortSignal) => {
      started += 1
      return new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    const subscription = { ...subscriptionOf('a'), target, concurrency: 20, drainMs: 100 }
    const relay = run((signal) => stream.relay(subscription, handle, signal))
    await eventually('all are at work', () => started === 10)
    await using admin = await openRedis(server.url)
    const isBlocked = async () => (await admin.redis.info('clients')).includes('blocked_clients:1')
    await eventually('the reader waits for more', isBlocked)
    link.silence()
    const silentAtMs = performance.now()
    await relay.stop()
    expect(performance.now() - silentAtMs).toBeLessThan(5_000)
  }, 60_000)
})

describe('a server that becomes a replica', () => {
  test('is left by who reads and by who writes, for whoever stands at its place', async () => {
    await using former = await startRedis()
    await using next = await startRedis()
    await using link = await openLink(former.port)
    await using connection = await openRedis(`redis://127.0.0.1:${link.port}`, { onError: () => {} })
    await using admin = await openRedis(former.url)
    const stream = streamOf('letters', { redis: connection.redis })
    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => stream.consume(subscriptionOf('a'), collect, signal))
    await stream.publish(makeLetters(1))
    await eventually('it reads', () => received.length === 1)

    link.leadTo(next.port)
    await admin.redis.replicaof('127.0.0.1', next.port)
    const demotedAtMs = performance.now()
    await eventually('it writes and reads elsewhere', async () => {
      await stream.publish(makeLetters(1, 1)).catch(() => {})
      return received.includes(1)
    })
    expect(performance.now() - demotedAtMs).toBeLessThan(15_000)
    await reader.stop()
  }, 30_000)
})
