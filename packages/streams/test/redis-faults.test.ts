import { afterAll, describe, expect, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openRedis } from '../src/connect.ts'
import { createRedisStream } from '../src/redis.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { ILLEGIBLE, type Letter, letterCodec, makeLetters } from '../testing/letter.ts'
import { openSharedRedis, sharedRedis, startRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

function streamOf(name: string, changes: { redis?: Redis; onAlarm?: (alarm: string) => void; maxAgeMs?: number } = {}) {
  return createRedisStream({ redis, name, codec: letterCodec, ...changes })
}

async function numbersIn(connection: Redis, key: string): Promise<number[]> {
  const entries = await connection.xrange(key, '-', '+')
  return entries.map(([, fields]) => letterCodec.decode(fields[1] ?? '').number)
}

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

    for (let kill = 0; kill < 4; kill += 1) {
      const child = await startRelaying(source, target, `${kill}`)
      const before = await redis.xlen(target)
      await eventually('it is in the middle of its work', async () => (await redis.xlen(target)) > before + 100)
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
    expect(await connection.redis.xlen('source')).toBe(20)

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

describe('a stream that vanishes', () => {
  test('is created anew by its consumer, who tells of it', async () => {
    await using server = await startRedis()
    await using connection = await openRedis(server.url)
    const alarms: string[] = []
    const stream = streamOf('letters', { redis: connection.redis, onAlarm: (alarm) => alarms.push(alarm) })
    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => stream.consume(subscriptionOf('a'), collect, signal))
    await stream.publish(makeLetters(1))
    await eventually('the first is received', () => received.length === 1)
    expect(alarms).toEqual([])

    await connection.redis.flushall()
    await stream.publish(makeLetters(1, 1))
    await eventually('the next is received', () => received.length === 2)
    await reader.stop()
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toContain('the group of letters was gone')
  })
})

describe('a message that cannot be handled', () => {
  test('is kept in the dead stream with the reason, and is not pending any longer', async () => {
    const key = uniqueKey('letters')
    const illegible: Letter = { number: 7, lines: [ILLEGIBLE] }
    await streamOf(key).publish([illegible])
    const reader = run((signal) => streamOf(key).consume(subscriptionOf('a'), async () => {}, signal))
    await eventually('the stream is empty', async () => (await redis.xlen(key)) === 0)
    await reader.stop()

    const [[, fields]] = (await redis.xrange(`${key}:dead`, '-', '+')) as [[string, string[]]]
    expect(fields.slice(0, 2)).toEqual(['m', letterCodec.encode(illegible)])
    expect(fields.slice(4)).toEqual(['reason', 'cannot be read: illegible'])
  })

  test('is set aside when it was the death of its consumers, whoever comes next', async () => {
    const key = uniqueKey('letters')
    const alarms: string[] = []
    await streamOf(key).publish(makeLetters(1))
    await redis.xgroup('CREATE', key, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'life 0', 'COUNT', 1, 'STREAMS', key, '>')
    for (let life = 1; life < 5; life += 1) await redis.xautoclaim(key, GROUP, `life ${life}`, 0, '0-0')

    let calls = 0
    const stream = streamOf(key, { onAlarm: (alarm) => alarms.push(alarm) })
    const count = async () => {
      calls += 1
    }
    const reader = run((signal) => stream.consume(subscriptionOf('b', { reclaimAfterMs: 30 }), count, signal))
    await eventually('the stream is empty', async () => (await redis.xlen(key)) === 0)
    await reader.stop()

    expect(calls).toBe(0)
    expect(await redis.xlen(`${key}:dead`)).toBe(1)
    expect(alarms[0]).toContain('delivered 5 times and never finished')
  })
})

describe('the size of a stream', () => {
  test('is bounded by the age of its messages where nobody reads them', async () => {
    const key = uniqueKey('letters')
    const alarms: string[] = []
    const hourAgoMs = Date.now() - 3_600_000
    const step = redis.pipeline()
    for (let index = 0; index < 500; index += 1) step.xadd(key, `${hourAgoMs}-${index}`, 'm', 'old')
    await step.exec()
    await streamOf(key, { maxAgeMs: 60_000, onAlarm: (alarm) => alarms.push(alarm) }).publish(makeLetters(1))

    expect(await redis.xlen(key)).toBeLessThan(200)
    expect(alarms[0]).toContain('were dropped')
  })

  test('is not reduced by young messages that are pending', async () => {
    const key = uniqueKey('letters')
    await streamOf(key).publish(makeLetters(300))
    await redis.xgroup('CREATE', key, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'a', 'COUNT', 300, 'STREAMS', key, '>')
    await streamOf(key).publish(makeLetters(1, 300))
    expect(await redis.xlen(key)).toBe(301)
  })

  test('has no consumers left over from clean stops', async () => {
    const key = uniqueKey('letters')
    for (let life = 0; life < 20; life += 1) {
      await streamOf(key).publish(makeLetters(1))
      const reader = run((signal) => streamOf(key).consume(subscriptionOf(`life ${life}`), async () => {}, signal))
      await eventually('the stream is empty', async () => (await redis.xlen(key)) === 0)
      await reader.stop()
    }
    expect(await redis.xinfo('CONSUMERS', key, GROUP)).toEqual([])
  })
})
