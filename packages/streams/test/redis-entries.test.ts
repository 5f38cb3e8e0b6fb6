import { afterAll, describe, expect, test } from 'bun:test'
import { streamLimits } from '../src/limits.ts'
import { pack, unpack } from '../src/redis/envelope.ts'
import { createRedisStream } from '../src/redis.ts'
import type { Alarm } from '../src/stream.ts'
import { readAll, relayOf } from '../testing/describe-relay.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { type Letter, letterCodec, makeLetters } from '../testing/letter.ts'
import { openSharedRedis, uniqueKey } from '../testing/redis-server.ts'

const { redis, close } = await openSharedRedis()
afterAll(close)

const streamOf = (name: string, onAlarm: Alarm = () => {}) =>
  createRedisStream({ redis, name, codec: letterCodec, onAlarm })

function makePair(onAlarm?: Alarm) {
  const [sourceKey, targetKey] = [uniqueKey('source'), uniqueKey('target')]
  return { sourceKey, targetKey, source: streamOf(sourceKey, onAlarm), target: streamOf(targetKey) }
}

async function entriesOf(key: string) {
  const entries = await redis.xrange(key, '-', '+')
  return entries.map(([id, fields]) => {
    const { texts, deliveredBefore } = unpack(fields)
    return { id, deliveredBefore, numbers: texts.map((text) => letterCodec.decode(text).number) }
  })
}

const numbersFrom = (first: number, count: number) => makeLetters(count, first).map(({ number }) => number)
const isEmpty = async (key: string) => (await redis.xlen(key)) === 0

/** Rejects when it is told to stop, and not before. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
}

describe('an entry', () => {
  test('carries consecutive messages, as many as it may', async () => {
    const key = uniqueKey('letters')
    await streamOf(key).publish(makeLetters(120))
    expect((await entriesOf(key)).map(({ numbers }) => numbers)).toEqual([
      numbersFrom(0, 50),
      numbersFrom(50, 50),
      numbersFrom(100, 20),
    ])
  })

  test('is bounded in bytes; what is larger by itself travels alone', () => {
    const sizes = [100_000, 100_000, 100_000, 300_000, 10, 10].map((size) => 'x'.repeat(size))
    expect(pack(sizes).map((fields) => unpack(fields).texts.map((text) => text.length))).toEqual([
      [100_000, 100_000],
      [100_000],
      [300_000],
      [10, 10],
    ])
    const wide = 'ü'.repeat(streamLimits.bytesPerEntry / 4)
    expect(pack([wide, wide, wide])).toHaveLength(2)
  })

  test('gives back every text as it was, with line ends and without characters too', () => {
    const texts = ['a', 'b', 'c\nd', '', 'e', '\n', 'f']
    expect(pack(texts).flatMap((fields) => unpack(fields).texts)).toEqual(texts)
    expect(pack(texts, { deliveredBefore: 2 }).map((fields) => unpack(fields).deliveredBefore)).toEqual([
      2, 2, 2, 2, 2, 2,
    ])
  })

  test('of a former version, with one message, is read like any other', async () => {
    const { sourceKey, source, target } = makePair()
    for (const letter of makeLetters(3)) await redis.xadd(sourceKey, '*', 'm', letterCodec.encode(letter))
    await source.publish(makeLetters(3, 3))
    const relay = run((signal) => source.relay(relayOf(target, 'a'), async (letter) => [letter], signal))
    expect(await readAll(target, 6)).toEqual(numbersFrom(0, 6))
    await relay.stop()
  })

  test('that is not one of ours is set aside', async () => {
    const key = uniqueKey('letters')
    await redis.xadd(key, '*', 'x', 'y', 'n', 'many')
    const reader = run((signal) => streamOf(key).consume(subscriptionOf('a'), async () => {}, signal))
    await eventually('the stream is empty', () => isEmpty(key))
    await reader.stop()
    expect((await streamOf(key).depth(GROUP)).dead).toBe(1)
  })
})

describe('an entry of many messages that is relayed', () => {
  test('is acknowledged with the last of them, while the results of the others are there already', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(20))
    const gate = Promise.withResolvers<void>()
    const handle = async (letter: Letter) => {
      if (letter.number === 7) await gate.promise
      return [letter]
    }
    const relay = run((signal) => source.relay(relayOf(target, 'a', { concurrency: 20 }), handle, signal))
    expect(await readAll(target, 19)).not.toContain(7)
    expect(await source.depth(GROUP)).toMatchObject({ length: 1, pending: 1 })

    gate.resolve()
    expect(await readAll(target, 1)).toEqual([7])
    await eventually('it is acknowledged', () => isEmpty(sourceKey))
    await relay.stop()
  })

  test('puts what finished together into one entry of the target', async () => {
    const { sourceKey, source, target, targetKey } = makePair()
    await source.publish(makeLetters(50))
    const relay = run((signal) => source.relay(relayOf(target, 'a', { concurrency: 50 }), async (one) => [one], signal))
    await eventually('it is acknowledged', () => isEmpty(sourceKey))
    await relay.stop()
    expect((await entriesOf(targetKey)).map(({ numbers }) => numbers)).toEqual([numbersFrom(0, 50)])
  })

  test('leaves at a clean stop a new entry of what is not finished, and counts nothing', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(10))
    const [before] = await entriesOf(sourceKey)
    let started = 0
    const handle = async (letter: Letter, signal: AbortSignal) => {
      started += 1
      return letter.number < 4 ? [letter] : hang(signal)
    }
    const relay = run((signal) => source.relay(relayOf(target, 'a', { drainMs: 50 }), handle, signal))
    await eventually('all are at work', () => started === 10)
    expect(await readAll(target, 4)).toEqual(numbersFrom(0, 4))
    await relay.stop()

    const after = await entriesOf(sourceKey)
    expect(after).toEqual([{ id: expect.any(String), deliveredBefore: 0, numbers: numbersFrom(4, 6) }])
    expect(after[0]?.id).not.toBe(before?.id)
    expect(await source.depth(GROUP)).toMatchObject({ length: 1, pending: 0 })
    expect(await redis.xinfo('CONSUMERS', sourceKey, GROUP)).toEqual([])
  })

  test('is not put back by a consumer that was frozen for so long that another has finished it', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(10))
    const handle = async (letter: Letter, signal: AbortSignal) => (letter.number < 4 ? [letter] : hang(signal))
    const relay = run((signal) => source.relay(relayOf(target, 'a', { drainMs: 0 }), handle, signal))
    expect(await readAll(target, 4)).toEqual(numbersFrom(0, 4))
    const [entry] = await entriesOf(sourceKey)
    await redis
      .multi()
      .xack(sourceKey, GROUP, entry?.id ?? '')
      .xdel(sourceKey, entry?.id ?? '')
      .exec()
    await relay.stop()
    expect(await entriesOf(sourceKey)).toEqual([])
  })

  test('stays as it is at a clean stop where nothing of it is finished', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(10))
    const before = await entriesOf(sourceKey)
    let started = 0
    const handle = (_letter: Letter, signal: AbortSignal) => {
      started += 1
      return hang(signal)
    }
    const relay = run((signal) => source.relay(relayOf(target, 'a', { drainMs: 0, concurrency: 3 }), handle, signal))
    await eventually('it is at work', () => started === 3)
    await relay.stop()
    expect(await entriesOf(sourceKey)).toEqual(before)
  })

  test('loses one that is rejected to an entry of its own, in which its deliveries are counted', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(10))
    const gate = Promise.withResolvers<void>()
    let rejections = 0
    const handle = async (letter: Letter) => {
      if (letter.number === 3) {
        rejections += 1
        throw new Error('not now')
      }
      if (letter.number === 9) await gate.promise
      return [letter]
    }
    const relay = run((signal) => source.relay(relayOf(target, 'a'), handle, signal))
    await eventually('it was rejected twice', () => rejections === 2)
    expect((await entriesOf(sourceKey)).at(-1)).toMatchObject({ deliveredBefore: 1, numbers: [3] })
    gate.resolve()
    await relay.stop()
    expect(await entriesOf(sourceKey)).toMatchObject([{ deliveredBefore: 1, numbers: [3] }])
  })

  test('is delivered anew as a whole after a crash', async () => {
    const { sourceKey, source, target } = makePair()
    await source.publish(makeLetters(10))
    await redis.xgroup('CREATE', sourceKey, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'crashed', 'COUNT', 1, 'STREAMS', sourceKey, '>')
    const relay = run((signal) =>
      source.relay(relayOf(target, 'b', { reclaimAfterMs: 50 }), async (letter) => [letter], signal),
    )
    expect(await readAll(target, 10)).toEqual(numbersFrom(0, 10))
    await relay.stop()
  })

  test('is taken apart when two consumers died of it, so that only the culprit is set aside', async () => {
    const alarms: string[] = []
    const { sourceKey, source, target } = makePair((alarm) => alarms.push(alarm))
    await source.publish(makeLetters(10))
    await redis.xgroup('CREATE', sourceKey, GROUP, '0')
    await redis.xreadgroup('GROUP', GROUP, 'life 0', 'COUNT', 1, 'STREAMS', sourceKey, '>')
    await redis.xautoclaim(sourceKey, GROUP, 'life 1', 0, '0-0')

    const bury = (letter: Letter, reason: string): Letter[] => [{ number: letter.number + 1_000, lines: [reason] }]
    const handle = async (letter: Letter, signal: AbortSignal) => (letter.number === 4 ? hang(signal) : [letter])
    const subscription = { ...relayOf(target, 'life 2', { reclaimAfterMs: 60, drainMs: 0 }), bury }
    const third = run((signal) => source.relay(subscription, handle, signal))
    expect(await readAll(target, 9)).not.toContain(4)
    const [left] = await entriesOf(sourceKey)
    expect(left).toMatchObject({ deliveredBefore: 2, numbers: [4] })

    // Whoever has it next dies of it too: the one after that does not try it any more.
    await third.stop()
    await redis.xclaim(sourceKey, GROUP, 'life 3', 0, left?.id ?? '', 'IDLE', 100_000)
    const fourth = run((signal) => source.relay({ ...subscription, consumer: 'life 4' }, handle, signal))
    expect(await readAll(target, 1)).toEqual([1_004])
    await eventually('it is acknowledged', () => isEmpty(sourceKey))
    await fourth.stop()
    expect((await source.depth(GROUP)).dead).toBe(1)
    expect(alarms.at(-1)).toContain('delivered 3 times and never finished')
  })
})

describe('an entry of many messages that is consumed', () => {
  test('is acknowledged when the last of its batches is', async () => {
    const key = uniqueKey('letters')
    const stream = streamOf(key)
    await stream.publish(makeLetters(50))
    const sizes: number[] = []
    const gate = Promise.withResolvers<void>()
    const handle = async (batch: readonly Letter[]) => {
      sizes.push(batch.length)
      if (sizes.length === 3) await gate.promise
    }
    const reader = run((signal) => stream.consume(subscriptionOf('a', { batchSize: 20 }), handle, signal))
    await eventually('the last batch is at work', () => sizes.length === 3)
    expect((await stream.depth(GROUP)).length).toBe(1)
    gate.resolve()
    await eventually('it is acknowledged', () => isEmpty(key))
    await reader.stop()
    expect(sizes).toEqual([20, 20, 10])
  })

  test('fills batches out of entries of any size', async () => {
    const key = uniqueKey('letters')
    const stream = streamOf(key)
    for (const letter of makeLetters(700)) await stream.publish([letter])
    await stream.publish(makeLetters(700, 700))
    const sizes: number[] = []
    const received: number[] = []
    const handle = async (batch: readonly Letter[]) => {
      sizes.push(batch.length)
      received.push(...batch.map(({ number }) => number))
    }
    const reader = run((signal) => stream.consume(subscriptionOf('a', { batchSize: 500 }), handle, signal))
    await eventually('the stream is empty', () => isEmpty(key))
    await reader.stop()
    expect(received).toEqual(numbersFrom(0, 1_400))
    expect(sizes).toEqual([500, 500, 400])
  })
})
