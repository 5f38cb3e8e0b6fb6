// biome-ignore-all lint/complexity/noExcessiveLinesPerFunction: a suite is a list of sentences, however long.
import { describe, expect, test } from 'bun:test'
import { Refused } from '../src/stream.ts'
import { readAll, relayOf } from './describe-relay.ts'
import { GROUP, type MakeStream, subscriptionOf } from './describe-stream.ts'
import { eventually, run } from './eventually.ts'
import { ILLEGIBLE, type Letter, makeLetters, UNWRITABLE } from './letter.ts'

const silent = () => {}

export function describeDead(makeStream: MakeStream): void {
  async function makePair(onAlarm: (alarm: string) => void = silent) {
    return { source: await makeStream(onAlarm), target: await makeStream(onAlarm) }
  }

  const failAt = (number: number) => async (letter: Letter) => {
    if (letter.number === number) throw new Error('never')
    return [letter]
  }

  describe('a message that is rejected time and again', () => {
    test('is set aside at its third rejection, and holds up none of its neighbours', async () => {
      const alarms: string[] = []
      const { source, target } = await makePair((alarm) => alarms.push(alarm))
      await source.publish(makeLetters(100))
      const calls: number[] = []
      const handle = (letter: Letter) => {
        calls.push(letter.number)
        return failAt(40)(letter)
      }
      const relay = run((signal) => source.relay(relayOf(target, 'a', { reclaimAfterMs: 60 }), handle, signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(calls.filter((number) => number === 40)).toHaveLength(3)
      expect(calls).toHaveLength(102)
      expect(await readAll(target, 99)).not.toContain(40)
      expect((await source.depth(GROUP)).dead).toBe(1)
      expect(alarms.at(-1)).toContain('was rejected 3 times, at last with: never')
    })

    test('leaves in the target what its burial returns', async () => {
      const { source, target } = await makePair()
      await source.publish(makeLetters(3))
      const bury = ({ number }: Letter, reason: string): Letter[] => [{ number: number + 1_000, lines: [reason] }]
      const subscription = { ...relayOf(target, 'a', { reclaimAfterMs: 30 }), bury }
      const relay = run((signal) => source.relay(subscription, failAt(1), signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(await readAll(target, 3)).toEqual([0, 2, 1_001])
    })

    test('is set aside also when its burial fails', async () => {
      const alarms: string[] = []
      const { source, target } = await makePair((alarm) => alarms.push(alarm))
      await source.publish(makeLetters(2))
      const bury = (): Letter[] => [{ number: 1, lines: [UNWRITABLE] }]
      const subscription = { ...relayOf(target, 'a', { reclaimAfterMs: 30 }), bury }
      const relay = run((signal) => source.relay(subscription, failAt(1), signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(await readAll(target, 1)).toEqual([0])
      expect(alarms.at(-1)).toContain('unwritable')
    })
  })

  describe('messages that a handler of batches refuses', () => {
    test('are set aside with their reasons, and everything is acknowledged', async () => {
      const alarms: string[] = []
      const stream = await makeStream((alarm) => alarms.push(alarm))
      await stream.publish(makeLetters(10))
      const kept: number[] = []
      const handle = async (batch: readonly Letter[]) => {
        const odd = batch.filter(({ number }) => number % 2 === 1)
        kept.push(...batch.filter((letter) => !odd.includes(letter)).map(({ number }) => number))
        throw new Refused(odd.map((message) => ({ message, reason: `is odd: ${message.number}` })))
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a'), handle, signal))
      await eventually('the stream is empty', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(kept).toEqual([0, 2, 4, 6, 8])
      expect((await stream.depth(GROUP)).dead).toBe(5)
      expect(alarms).toHaveLength(1)
      expect(alarms[0]).toContain('5 messages')
      expect(alarms[0]).toContain('is odd: 1')
    })

    test('of another batch make the whole of this one come again', async () => {
      const stream = await makeStream(silent)
      await stream.publish(makeLetters(2))
      let calls = 0
      const handle = async () => {
        calls += 1
        if (calls === 1) throw new Refused([{ message: makeLetters(1)[0], reason: 'is a stranger' }])
      }
      const reader = run((signal) => stream.consume(subscriptionOf('a'), handle, signal))
      await eventually('the stream is empty', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()

      expect(calls).toBe(2)
      expect((await stream.depth(GROUP)).dead).toBe(0)
    })
  })

  describe('a message that cannot be read', () => {
    test('is set aside alone: its neighbours are handled once', async () => {
      const { source, target } = await makePair()
      await source.publish([...makeLetters(20), { number: 20, lines: [ILLEGIBLE] }, ...makeLetters(20, 21)])
      const relay = run((signal) => source.relay(relayOf(target, 'a'), async (letter) => [letter], signal))
      await eventually('the source is empty', async () => (await source.depth(GROUP)).length === 0)
      await relay.stop()

      expect(await readAll(target, 40)).toEqual([...makeLetters(20), ...makeLetters(20, 21)].map((one) => one.number))
      expect((await source.depth(GROUP)).dead).toBe(1)
    })
  })
}
