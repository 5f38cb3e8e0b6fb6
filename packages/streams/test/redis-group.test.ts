import { describe, expect, test } from 'bun:test'
import type { Redis } from 'ioredis'
import { openRedis } from '../src/connect.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { ILLEGIBLE, type Letter, letterCodec, makeLetters } from '../testing/letter.ts'
import { startRedis, uniqueKey } from '../testing/redis-server.ts'
import { numbersIn, redis, streamOf } from './redis-letters.ts'

describe('a stream that vanishes', () => {
  const vanish: [string, (connection: Redis) => Promise<unknown>][] = [
    ['with everything else', (connection) => connection.flushall()],
    ['with its group', (connection) => connection.del('letters')],
    ['as its group alone', (connection) => connection.xgroup('DESTROY', 'letters', GROUP)],
  ]
  test.each(vanish)('%s is created anew by its consumer, who tells of it', async (_how, destroy) => {
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

    await destroy(connection.redis)
    await stream.publish(makeLetters(1, 1))
    await eventually('the next is received', () => received.length === 2)
    await reader.stop()
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toContain('the group of letters was gone')
  })

  test('while its messages are at work does not make them come twice', async () => {
    const [source, target] = [uniqueKey('source'), uniqueKey('target')]
    await streamOf(source).publish(makeLetters(10))
    const gate = Promise.withResolvers<void>()
    const calls: number[] = []
    const handle = async (letter: Letter) => {
      calls.push(letter.number)
      await gate.promise
      return [letter]
    }
    const alarms: string[] = []
    const stream = streamOf(source, { onAlarm: (alarm) => alarms.push(alarm) })
    const subscription = { ...subscriptionOf('a'), target: streamOf(target), concurrency: 20 }
    const relay = run((signal) => stream.relay(subscription, handle, signal))
    await eventually('all are at work', () => calls.length === 10)
    await redis.xgroup('DESTROY', source, GROUP)
    await eventually('the group is there again', async () => alarms.length === 1 && (await pendingIn(source)) === 1)
    gate.resolve()
    await eventually('the source is empty', async () => (await redis.xlen(source)) === 0)
    await relay.stop()
    expect(calls).toHaveLength(10)
  })
})

async function pendingIn(key: string): Promise<number> {
  return (await streamOf(key).depth(GROUP)).pending
}

describe('what another consumer left', () => {
  test('is found behind everything that is still at work, in one scan', async () => {
    const key = uniqueKey('letters')
    const step = redis.pipeline()
    for (const letter of makeLetters(2_000)) step.xadd(key, '*', 'm', letterCodec.encode(letter))
    await step.exec()
    await redis.xgroup('CREATE', key, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'other', 'COUNT', 2_000, 'STREAMS', key, '>')
    const [[lastId] = ['']] = await redis.xrevrange(key, '+', '-', 'COUNT', 1)
    await redis.xclaim(key, GROUP, 'other', 0, lastId, 'IDLE', 600_000, 'JUSTID')

    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => streamOf(key).consume(subscriptionOf('a', { batchSize: 1 }), collect, signal))
    await eventually('it is received', () => received.length > 0, 900)
    await reader.stop()
    expect(received).toEqual([1_999])
    expect(await pendingIn(key)).toBe(1_999)
  })

  test('and what was deleted meanwhile is told of, and counted', async () => {
    const key = uniqueKey('letters')
    for (const letter of makeLetters(5)) await streamOf(key).publish([letter])
    await redis.xgroup('CREATE', key, GROUP, '0')
    const read = (await redis.xreadgroup('GROUP', GROUP, 'other', 'COUNT', 5, 'STREAMS', key, '>')) as [
      [string, [string, string[]][]],
    ]
    const ids = read[0][1].map(([id]) => id)
    await redis.xdel(key, ...ids.slice(0, 3))

    const alarms: string[] = []
    const stream = streamOf(key, { onAlarm: (alarm) => alarms.push(alarm) })
    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => stream.consume(subscriptionOf('a', { reclaimAfterMs: 60 }), collect, signal))
    await eventually('the others are received', () => received.length === 2)
    await eventually('they are acknowledged', async () => (await redis.xlen(key)) === 0)
    await reader.stop()
    expect(alarms[0]).toMatch(/^\d entries of .* vanished while they were pending$/)
    expect(await stream.depth(GROUP)).toMatchObject({ lost: 3, pending: 0 })
  })

  test('and what was deleted of its own is told of too', async () => {
    const key = uniqueKey('letters')
    await streamOf(key).publish(makeLetters(5))
    await redis.xgroup('CREATE', key, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'a', 'COUNT', 5, 'STREAMS', key, '>')
    const [[id] = ['']] = await redis.xrange(key, '-', '+')
    await redis.xdel(key, id)
    const alarms: string[] = []
    const stream = streamOf(key, { onAlarm: (alarm) => alarms.push(alarm) })
    const reader = run((signal) => stream.consume(subscriptionOf('a'), async () => {}, signal))
    await eventually('it is told of', () => alarms.length === 1)
    await eventually('it is forgotten', async () => (await pendingIn(key)) === 0)
    await reader.stop()
    expect((await stream.depth(GROUP)).lost).toBe(1)
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
    for (let life = 1; life < 3; life += 1) await redis.xautoclaim(key, GROUP, `life ${life}`, 0, '0-0')

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
    expect(alarms[0]).toContain('delivered 3 times and never finished')
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

  test('is not reduced by young messages of a group that has stopped, taken or not', async () => {
    const key = uniqueKey('letters')
    const nowMs = Date.now()
    const addAt = (ms: number, from: number) => {
      const step = redis.pipeline()
      for (const letter of makeLetters(500, from))
        step.xadd(key, `${ms}-${letter.number}`, 'm', letterCodec.encode(letter))
      return step.exec()
    }
    await addAt(nowMs - 3_600_000, 0)
    await addAt(nowMs - 30_000, 500)
    await redis.xgroup('CREATE', key, GROUP, '0')
    // Of the young ones some are pending with a consumer that is no more, and some were never delivered.
    await redis.xreadgroup('GROUP', GROUP, 'gone', 'COUNT', 750, 'STREAMS', key, '>')
    await streamOf(key, { maxAgeMs: 60_000 }).publish(makeLetters(1, 1_000))

    const left = await numbersIn(redis, key)
    expect(left.length).toBeLessThan(700)
    expect(left.filter((number) => number >= 500)).toEqual(makeLetters(501, 500).map(({ number }) => number))
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

  test('has hardly any consumers left over from a thousand crashes', async () => {
    const key = uniqueKey('letters')
    await redis.xgroup('CREATE', key, GROUP, '0', 'MKSTREAM')
    for (let life = 0; life < 1_000; life += 1) {
      if (life % 50 === 0) await streamOf(key).publish(makeLetters(1, life))
      await redis.xgroup('CREATECONSUMER', key, GROUP, `life ${life}`)
      await redis.xreadgroup('GROUP', GROUP, `life ${life}`, 'COUNT', 1, 'STREAMS', key, '>')
    }
    expect(await redis.xinfo('CONSUMERS', key, GROUP)).toHaveLength(1_000)

    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const subscription = subscriptionOf('the last', { reclaimAfterMs: 300 })
    const reader = run((signal) => streamOf(key).consume(subscription, collect, signal))
    await eventually('what they had taken is received', () => received.length === 20)
    const left = async () => ((await redis.xinfo('CONSUMERS', key, GROUP)) as unknown[]).length
    await eventually('they are forgotten', async () => (await left()) < 10, 20_000)
    await reader.stop()
  }, 40_000)
})
