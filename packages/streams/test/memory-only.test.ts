import { describe, expect, test } from 'bun:test'
import { createMemoryStream, trustedCodec } from '../src/memory.ts'
import { createLeaseBook, createMemoryLease } from '../src/memory-lease.ts'
import { Fenced } from '../src/stream.ts'
import { GROUP, subscriptionOf } from '../testing/describe-stream.ts'
import { eventually, run } from '../testing/eventually.ts'
import { type Letter, letterCodec, makeLetters } from '../testing/letter.ts'

const streamFor = (capacity: number) => createMemoryStream({ codec: letterCodec, capacity })

describe('a full stream in memory', () => {
  test('makes its publishers wait, in their order, and never holds more than its capacity', async () => {
    const stream = streamFor(10)
    let done = 0
    const publishing = [0, 25, 50].map((first) => stream.publish(makeLetters(25, first)).then(() => (done += 1)))
    await eventually('it is full', async () => (await stream.depth(GROUP)).length === 10)
    expect(done).toBe(0)

    const received: number[] = []
    let longest = 0
    const reader = run((signal) =>
      stream.consume(
        subscriptionOf('a', { batchSize: 4 }),
        async (batch) => {
          received.push(...batch.map(({ number }) => number))
          longest = Math.max(longest, (await stream.depth(GROUP)).length)
        },
        signal,
      ),
    )
    await Promise.all(publishing)
    await eventually('all are received', () => received.length === 75)
    await reader.stop()
    expect(received).toEqual(makeLetters(75).map(({ number }) => number))
    expect(longest).toBeLessThanOrEqual(10)
  })

  test('lets nobody in who has lost his lease while he waited', async () => {
    const stream = streamFor(5)
    const leases = createLeaseBook()
    const leaseOf = (holder: string) => createMemoryLease(leases, { name: 'leader', holder, ttlMs: 60_000 })
    const hold = await leaseOf('a').hold()
    const fence = leaseOf('a').fence(hold.held ? hold.token : 0)
    const publishing = stream.publish(makeLetters(8), { fence })
    const after = stream.publish(makeLetters(2, 8))
    await eventually('it is full', async () => (await stream.depth(GROUP)).length === 5)
    await leaseOf('a').release()
    await leaseOf('b').hold()

    const received: number[] = []
    const collect = async (batch: readonly Letter[]) => void received.push(...batch.map(({ number }) => number))
    const reader = run((signal) => stream.consume(subscriptionOf('a'), collect, signal))
    await expect(publishing).rejects.toThrow(Fenced)
    await after
    await eventually('whoever came after him is let in', () => received.length === 7)
    await reader.stop()
    expect(received).toEqual([0, 1, 2, 3, 4, 8, 9])
  })

  test('makes a relay keep its messages until there is room', async () => {
    const [source, target] = [streamFor(100), streamFor(5)]
    await source.publish(makeLetters(20))
    const relay = run((signal) =>
      source.relay({ ...subscriptionOf('a'), target, concurrency: 20 }, async (letter) => [letter], signal),
    )
    await eventually('the target is full', async () => (await target.depth(GROUP)).length === 5)
    expect((await source.depth(GROUP)).length).toBe(15)

    const received: number[] = []
    const reader = run((signal) =>
      target.consume(
        subscriptionOf('b'),
        async (batch) => void received.push(...batch.map(({ number }) => number)),
        signal,
      ),
    )
    await eventually('all have arrived', () => received.length === 20)
    await Promise.all([relay.stop(), reader.stop()])
    expect((await source.depth(GROUP)).length).toBe(0)
  })

  test('keeps no relay from stopping: what found no room stays in the source', async () => {
    const [source, target] = [streamFor(100), streamFor(5)]
    await source.publish(makeLetters(20))
    const subscription = { ...subscriptionOf('a'), target, concurrency: 20, drainMs: 20 }
    const relay = run((signal) => source.relay(subscription, async (letter) => [letter], signal))
    await eventually('the target is full', async () => (await target.depth(GROUP)).length === 5)
    await relay.stop()
    expect(await source.depth(GROUP)).toMatchObject({ length: 15, pending: 0 })
  })
})

describe('the trusted codec', () => {
  test('copies: neither what the publisher nor what a reader changes shows elsewhere', () => {
    const codec = trustedCodec<Letter>()
    const letter = { number: 1, lines: ['as it was'] }
    const text = codec.encode(letter)
    letter.lines.push('changed')
    codec.decode(text).lines.push('changed')
    expect(codec.decode(text)).toEqual({ number: 1, lines: ['as it was'] })
  })
})
