import { describe, expect, test } from 'bun:test'
import type { LiveBus } from '../src/live-bus.ts'
import { eventually } from './eventually.ts'
import { ILLEGIBLE, type Letter, makeLetters } from './letter.ts'

/** The specification of the port `LiveBus`: every adapter passes it. */
export function describeLiveBus(adapter: string, makeBus: () => Promise<LiveBus<Letter>>): void {
  describe(`a live bus (${adapter})`, () => {
    test('carries a message to everybody who listens, in order and as a copy', async () => {
      const bus = await makeBus()
      const ending = new AbortController()
      const [first, second]: [Letter[], Letter[]] = [[], []]
      await bus.subscribe((letter) => first.push(letter), ending.signal)
      await bus.subscribe((letter) => second.push(letter), ending.signal)
      const letters = makeLetters(20)
      for (const letter of letters) await bus.publish(letter)
      await eventually('all are heard', () => first.length === 20 && second.length === 20)
      ending.abort()

      expect(first).toEqual(letters)
      expect(second).toEqual(letters)
      expect(first[0]).not.toBe(letters[0])
      expect(first[0]).not.toBe(second[0])
    })

    test('keeps nothing for those who come later', async () => {
      const bus = await makeBus()
      const ending = new AbortController()
      await bus.publish({ number: 1, lines: [] })
      const heard: number[] = []
      await bus.subscribe(({ number }) => heard.push(number), ending.signal)
      await bus.publish({ number: 2, lines: [] })
      await eventually('something is heard', () => heard.length > 0)
      ending.abort()

      expect(heard).toEqual([2])
    })

    test('is silent after the abort', async () => {
      const bus = await makeBus()
      const [ending, other] = [new AbortController(), new AbortController()]
      const [heard, control]: [number[], number[]] = [[], []]
      await bus.subscribe(({ number }) => heard.push(number), ending.signal)
      await bus.subscribe(({ number }) => control.push(number), other.signal)
      ending.abort()
      await bus.publish({ number: 1, lines: [] })
      await eventually('the other hears it', () => control.length === 1)
      other.abort()

      expect(heard).toEqual([])
    })

    test('passes over a message that cannot be read', async () => {
      const bus = await makeBus()
      const ending = new AbortController()
      const heard: number[] = []
      await bus.subscribe(({ number }) => heard.push(number), ending.signal)
      await bus.publish({ number: 1, lines: [ILLEGIBLE] })
      await bus.publish({ number: 2, lines: [] })
      await eventually('the next is heard', () => heard.length > 0)
      ending.abort()

      expect(heard).toEqual([2])
    })
  })
}
