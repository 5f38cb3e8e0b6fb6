// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: a suite is a list of sentences, however long.
import { describe, expect, test } from 'bun:test'
import { GROUP, type MakeStream, subscriptionOf } from './describe-stream.ts'
import { eventually, run } from './eventually.ts'
import { ILLEGIBLE, type Letter, makeLetters } from './letter.ts'

const silent = () => {}

export function describeConsume(makeStream: MakeStream): void {
  describe('consume', () => {
    test('hands out batches that are never larger than asked for', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(25))
      const sizes: number[] = []
      const subscription = subscriptionOf('a', { batchSize: 10 })
      const reader = run((signal) => stream.consume(subscription, async (b) => void sizes.push(b.length), signal))
      await eventually('all are acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(sizes).toEqual([10, 10, 5])
    })

    test('receives what is published while it waits', async () => {
      const stream = await makeStream(silent)
      const received: Letter[] = []
      const reader = run((signal) => stream.consume(subscriptionOf('a'), async (b) => void received.push(...b), signal))
      for (const letter of makeLetters(3)) {
        await stream.publish([letter])
        await eventually('it is received', () => received.length === letter.number + 1)
      }
      await reader.stop()
    })

    test('acknowledges a batch only when its handler has returned', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(1))
      const gate = Promise.withResolvers<void>()
      const reader = run((signal) => stream.consume(subscriptionOf('a'), () => gate.promise, signal))
      await eventually('it is taken', async () => (await stream.depth(GROUP)).pending === 1)
      gate.resolve()
      await eventually('it is acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()
    })

    test('brings the same batch again when its handler rejects, and nothing else before it', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(4))
      const calls: number[][] = []
      const handle = async (batch: readonly Letter[]) => {
        calls.push(batch.map(({ number }) => number))
        if (calls.length < 3) throw new Error('not yet')
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a', { batchSize: 2 }), handle, signal))
      await eventually('all are acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(calls).toEqual([
        [0, 1],
        [0, 1],
        [0, 1],
        [2, 3],
      ])
    })

    test('tells why a batch is rejected, once and not with every attempt', async () => {
      const alarms: string[] = []
      const stream = await makeStream((alarm) => alarms.push(alarm))
      await stream.publish(makeLetters(1))
      let attempts = 0
      const handle = async () => {
        attempts += 1
        if (attempts < 4) throw new Error('the database is away')
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a'), handle, signal))
      await eventually('it is acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(alarms).toHaveLength(1)
      expect(alarms[0]).toContain('the database is away')
    })

    test('gives each message to one of several consumers', async () => {
      const stream = await makeStream(silent)
      const received: number[] = []
      const read = (consumer: string) =>
        run((signal) =>
          stream.consume(
            subscriptionOf(consumer, { batchSize: 7 }),
            async (b) => void received.push(...b.map(({ number }) => number)),
            signal,
          ),
        )
      const readers = ['a', 'b', 'c'].map(read)
      await stream.publish(makeLetters(200))
      await eventually('all are acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await Promise.all(readers.map((reader) => reader.stop()))

      expect(received.toSorted((a, b) => a - b)).toEqual(makeLetters(200).map(({ number }) => number))
    })

    test('ends after the handler in flight, whose batch is acknowledged', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(1))
      const gate = Promise.withResolvers<void>()
      let started = false
      const handle = () => {
        started = true
        return gate.promise
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a'), handle, signal))
      await eventually('it is at work', () => started)

      let ended = false
      const ending = reader.stop().then(() => {
        ended = true
      })
      await Bun.sleep(20)
      expect(ended).toBe(false)
      gate.resolve()
      await ending
      expect((await stream.depth(GROUP)).length).toBe(0)
    })

    test('ends at once while it waits for messages', async () => {
      const stream = await makeStream(silent)
      let read = false
      const handle = async () => {
        read = true
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a'), handle, signal))
      await stream.publish(makeLetters(1))
      await eventually('it reads', () => read)
      await Bun.sleep(50)
      const stoppedAtMs = performance.now()
      await reader.stop()
      // Far less than what a read may block, far more than what an abort takes.
      expect(performance.now() - stoppedAtMs).toBeLessThan(600)
    })

    test('gives back what it could not finish, and another consumer gets it at once', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(3))
      let refusals = 0
      const refuse = async () => {
        refusals += 1
        throw new Error('never')
      }
      const first = run((signal) => stream.consume(subscriptionOf('a'), refuse, signal))
      await eventually('it was tried', () => refusals > 0)
      await first.stop()

      const received: Letter[] = []
      const second = run((signal) => stream.consume(subscriptionOf('b'), async (b) => void received.push(...b), signal))
      await eventually('the other has it', () => received.length === 3)
      await second.stop()
      expect(received).toEqual(makeLetters(3))
    })

    test('sets aside a message that cannot be read, tells of it, and goes on with its neighbours', async () => {
      const alarms: string[] = []
      const stream = await makeStream((alarm) => alarms.push(alarm))
      await stream.publish([...makeLetters(1), { number: 1, lines: [ILLEGIBLE] }, ...makeLetters(1, 2)])
      const received: number[] = []
      const reader = run((signal) =>
        stream.consume(subscriptionOf('a'), async (b) => void received.push(...b.map(({ number }) => number)), signal),
      )
      await eventually('the stream is empty', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(received).toEqual([0, 2])
      expect(alarms).toHaveLength(1)
      expect(alarms[0]).toContain('illegible')
    })

    test('collects what comes within its pace into one batch', async () => {
      const stream = await makeStream(silent)
      const sizes: number[] = []
      const subscription = subscriptionOf('a', { paceMs: 300 })
      const reader = run((signal) => stream.consume(subscription, async (b) => void sizes.push(b.length), signal))
      await stream.publish(makeLetters(1))
      await eventually('the first comes at once', () => sizes.length === 1)
      await stream.publish(makeLetters(1))
      await stream.publish(makeLetters(1))
      await eventually('the others come', () => sizes.length === 2)
      await reader.stop()

      expect(sizes).toEqual([1, 2])
    })

    test('refuses a second group, which would miss what the first has acknowledged', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(1))
      const reader = run((signal) => stream.consume(subscriptionOf('a'), async () => {}, signal))
      await eventually('the first group reads', async () => (await stream.depth(GROUP)).length === 0)

      const other = { ...subscriptionOf('b'), group: 'others' }
      await expect(stream.consume(other, async () => {}, new AbortController().signal)).rejects.toThrow('it takes one')
      await reader.stop()
    })
  })
}
