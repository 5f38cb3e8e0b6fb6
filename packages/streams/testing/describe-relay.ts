// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: a suite is a list of sentences, however long.
import { describe, expect, test } from 'bun:test'
import type { RelaySubscription, Stream } from '../src/stream.ts'
import { GROUP, type MakeStream, subscriptionOf } from './describe-stream.ts'
import { eventually, run } from './eventually.ts'
import { type Letter, makeLetters } from './letter.ts'

const silent = () => {}

type Changes = Partial<RelaySubscription<Letter>>

export function relayOf(target: Stream<Letter>, consumer: string, changes: Changes = {}): RelaySubscription<Letter> {
  return { ...subscriptionOf(consumer), target, concurrency: 10, ...changes }
}

const answer = (letter: Letter): Letter[] => [{ number: letter.number + 1_000, lines: letter.lines }]

/** Never ends by itself, as a probe of a silent host; stops when it is told to. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
}

export async function readAll(stream: Stream<Letter>, count: number): Promise<number[]> {
  const received: number[] = []
  const reader = run((signal) =>
    stream.consume(subscriptionOf('z'), async (b) => void received.push(...b.map(({ number }) => number)), signal),
  )
  await eventually(`${count} messages are received`, () => received.length >= count)
  await reader.stop()
  return received.toSorted((a, b) => a - b)
}

export function describeRelay(makeStream: MakeStream): void {
  async function makePair(onAlarm: (alarm: string) => void = silent) {
    return { source: await makeStream(onAlarm), target: await makeStream(onAlarm) }
  }

  describe('relay', () => {
    test('adds what the handler returns to the target and acknowledges the message', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(30))
      const relay = run((signal) => source.relay(relayOf(target, 'a'), async (letter) => answer(letter), signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(await readAll(target, 30)).toEqual(makeLetters(30, 1_000).map(({ number }) => number))
    })

    test('hands over none, one or several messages for one', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(4))
      const repeat = async ({ number }: Letter) => makeLetters(number, 10 * number)
      const relay = run((signal) => source.relay(relayOf(target, 'a'), repeat, signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(await readAll(target, 6)).toEqual([10, 20, 21, 30, 31, 32])
    })

    test('handles as many messages at once as it may, and no more', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(20))
      const gate = Promise.withResolvers<void>()
      let [now, most] = [0, 0]
      const handle = async (letter: Letter) => {
        now += 1
        most = Math.max(most, now)
        await gate.promise
        now -= 1
        return answer(letter)
      }
      const relay = run((signal) => source.relay(relayOf(target, 'a', { concurrency: 5 }), handle, signal))
      await eventually('five are at work', () => now === 5)
      gate.resolve()
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(most).toBe(5)
    })

    test('a slow message does not hold up those behind it', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(20))
      const handle = async (letter: Letter, signal: AbortSignal) =>
        letter.number === 0 ? hang(signal) : answer(letter)
      const subscription = relayOf(target, 'a', { concurrency: 2, drainMs: 0 })
      const relay = run((signal) => source.relay(subscription, handle, signal))
      await eventually('only the slow one is left', async () => (await source.depth(GROUP)).length === 1)
      await relay.stop()
    })

    test('brings a message again when its handler rejects, and its neighbours only once', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(3))
      const calls: number[] = []
      const handle = async (letter: Letter) => {
        calls.push(letter.number)
        if (letter.number === 1 && calls.length < 4) throw new Error('not yet')
        return answer(letter)
      }
      const relay = run((signal) => source.relay(relayOf(target, 'a', { reclaimAfterMs: 60 }), handle, signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(calls).toEqual([0, 1, 2, 1])
      expect(await readAll(target, 3)).toEqual([1_000, 1_001, 1_002])
    })

    test('keeps a message that takes longer than reclaimAfterMs from going to another consumer', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(1))
      const gate = Promise.withResolvers<void>()
      const calls: string[] = []
      const start = (consumer: string) =>
        run((signal) => {
          const handle = async (letter: Letter) => {
            calls.push(consumer)
            await gate.promise
            return answer(letter)
          }
          return source.relay(relayOf(target, consumer, { reclaimAfterMs: 300 }), handle, signal)
        })
      const relays = ['a', 'b', 'c', 'd', 'e', 'f'].map(start)
      await eventually('it is at work', () => calls.length === 1)
      await Bun.sleep(1_000)
      gate.resolve()
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await Promise.all(relays.map((relay) => relay.stop()))

      expect(calls).toHaveLength(1)
    })
  })

  describe('relay, when it is stopped', () => {
    test('lets the handlers in flight end and hands over what they return', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(8))
      const gate = Promise.withResolvers<void>()
      let started = 0
      const handle = async (letter: Letter) => {
        started += 1
        await gate.promise
        return answer(letter)
      }
      const relay = run((signal) => source.relay(relayOf(target, 'a'), handle, signal))
      await eventually('all are at work', () => started === 8)
      const stopped = relay.stop()
      gate.resolve()
      await stopped

      expect(await source.depth(GROUP)).toMatchObject({ length: 0, pending: 0 })
      expect(await readAll(target, 8)).toHaveLength(8)
    })

    test('tells the handlers at the end of the drain, and gives what they leave to another at once', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(8))
      let [started, told] = [0, 0]
      const handle = async (letter: Letter, signal: AbortSignal) => {
        started += 1
        if (letter.number % 2 === 0) return answer(letter)
        signal.addEventListener('abort', () => (told += 1), { once: true })
        return hang(signal)
      }
      const first = run((signal) => source.relay(relayOf(target, 'a', { drainMs: 50 }), handle, signal))
      await eventually('all are at work', () => started === 8)
      await first.stop()
      expect(told).toBe(4)
      expect(await source.depth(GROUP)).toMatchObject({ dead: 0 })

      const second = run((signal) => source.relay(relayOf(target, 'b'), async (letter) => answer(letter), signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await second.stop()
      expect(await readAll(target, 8)).toEqual(makeLetters(8, 1_000).map(({ number }) => number))
    })

    test('does not wait for a handler that will not listen', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(1))
      let started = false
      const handle = () => {
        started = true
        return new Promise<never>(() => {})
      }
      const relay = run((signal) => source.relay(relayOf(target, 'a', { drainMs: 10 }), handle, signal))
      await eventually('it is at work', () => started)
      await relay.stop()
      expect((await source.depth(GROUP)).length).toBe(1)
    })

    test('counts no stop as a failure of the message, however many there are', async () => {
      const alarms: string[] = []
      const { source, target } = await makePair((alarm) => alarms.push(alarm))
      await source.publish(makeLetters(1))
      for (let restart = 0; restart < 8; restart += 1) {
        let started = false
        const handle = (_letter: Letter, signal: AbortSignal) => {
          started = true
          return hang(signal)
        }
        const relay = run((signal) => source.relay(relayOf(target, `${restart % 3}`, { drainMs: 0 }), handle, signal))
        await eventually(`it is at work after restart ${restart}`, () => started)
        await relay.stop()
      }

      expect(alarms).toEqual([])
      expect((await source.depth(GROUP)).length).toBe(1)
    })
  })
}
