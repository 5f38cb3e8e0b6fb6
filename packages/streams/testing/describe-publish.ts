import { describe, expect, test } from 'bun:test'
import { GROUP, type MakeStream, subscriptionOf } from './describe-stream.ts'
import { eventually, run } from './eventually.ts'
import { type Letter, makeLetters, UNWRITABLE } from './letter.ts'

const silent = () => {}

export function describePublish(makeStream: MakeStream): void {
  describe('publish', () => {
    test('keeps the order of the messages, within a call and between calls', async () => {
      const stream = await makeStream(silent)
      const letters = makeLetters(2_500)
      await stream.publish(letters.slice(0, 1_700))
      await stream.publish(letters.slice(1_700))

      const received: Letter[] = []
      const reader = run((signal) => stream.consume(subscriptionOf('a'), async (b) => void received.push(...b), signal))
      await eventually('all are received', () => received.length === letters.length)
      await reader.stop()

      expect(received).toEqual(letters)
    })

    test('of nothing does nothing', async () => {
      const stream = await makeStream(silent)
      await stream.publish([])
      expect(await stream.depth(GROUP)).toEqual({ length: 0, pending: 0, oldestAgeMs: 0, dead: 0, lost: 0 })
    })

    test('rejects when a message cannot be written, and appends none of its batch', async () => {
      const stream = await makeStream(silent)
      const batch = [...makeLetters(2), { number: 2, lines: [UNWRITABLE] }]
      await expect(stream.publish(batch)).rejects.toThrow('unwritable')
      expect((await stream.depth(GROUP)).length).toBe(0)
    })

    test('takes a copy: what the publisher changes afterwards does not change the message', async () => {
      const stream = await makeStream(silent)
      const letter: Letter = { number: 1, lines: ['as it was'] }
      await stream.publish([letter])
      letter.lines.push('as it is now')

      const received: Letter[] = []
      const reader = run((signal) => stream.consume(subscriptionOf('a'), async (b) => void received.push(...b), signal))
      await eventually('it is received', () => received.length === 1)
      await reader.stop()

      expect(received).toEqual([{ number: 1, lines: ['as it was'] }])
      expect(received[0]).not.toBe(letter)
    })
  })

  describe('depth', () => {
    test('counts what nobody has acknowledged, and how old it is', async () => {
      const stream = await makeStream(silent)
      for (const letter of makeLetters(3)) await stream.publish([letter])
      await eventually('time passes', async () => (await stream.depth(GROUP)).oldestAgeMs > 2)
      expect(await stream.depth(GROUP)).toMatchObject({ length: 3, pending: 0 })
    })

    test('tells what is taken apart from what waits', async () => {
      const stream = await makeStream(silent)
      for (const letter of makeLetters(5)) await stream.publish([letter])
      const gate = Promise.withResolvers<void>()
      const reader = run((signal) => stream.consume(subscriptionOf('a', { batchSize: 2 }), () => gate.promise, signal))

      await eventually('a batch is taken', async () => (await stream.depth(GROUP)).pending === 2)
      expect((await stream.depth(GROUP)).length).toBe(5)

      gate.resolve()
      await eventually('all are acknowledged', async () => (await stream.depth(GROUP)).length === 0)
      await reader.stop()
    })
  })
}
