import { describe, expect, test } from 'bun:test'
import { atRest, type Turning, Wheel } from '../src/wheel.ts'

interface Item extends Turning {
  readonly name: string
}
const makeItem = (name: string): Item => ({ name, ...atRest })
const namesOf = (items: readonly Item[]) => items.map((item) => item.name).sort()

describe('a timing wheel', () => {
  const cases: [string, [string, number][], number, string[]][] = [
    ['gives what is due', [['a', 1_500]], 1_500, ['a']],
    ['keeps what is due a millisecond later in the same second', [['a', 1_501]], 1_500, []],
    [
      'gives what was due long ago',
      [
        ['a', 1_001],
        ['b', 500],
      ],
      60_000,
      ['a', 'b'],
    ],
    ['gives what was due before it began', [['a', -5_000]], 1_000, ['a']],
    [
      'keeps what is due later',
      [
        ['a', 1_000],
        ['b', 2_000],
        ['c', 90_000],
      ],
      1_999,
      ['a'],
    ],
  ]
  test.each(cases)('%s', (_sentence, entries, throughMs, names) => {
    const wheel = new Wheel<Item>(1_000)
    for (const [name, atMs] of entries) wheel.set(makeItem(name), atMs)
    expect(namesOf(wheel.takeDue(throughMs))).toEqual(names)
    expect(wheel.size).toBe(entries.length - names.length)
  })

  test('gives an item once until it is put back', () => {
    const wheel = new Wheel<Item>(0)
    const item = makeItem('a')
    wheel.set(item, 100)
    expect(wheel.takeDue(200)).toEqual([item])
    expect(wheel.takeDue(300)).toEqual([])
    wheel.set(item, 400)
    expect(wheel.takeDue(500)).toEqual([item])
  })

  test('gives an item that was moved at its new time alone', () => {
    const wheel = new Wheel<Item>(0)
    const item = makeItem('a')
    wheel.set(item, 1_000)
    wheel.set(item, 3_000)
    expect(wheel.takeDue(2_000)).toEqual([])
    wheel.set(item, 2_500)
    expect(wheel.takeDue(9_000)).toEqual([item])
    expect(wheel.size).toBe(0)
  })

  test('forgets an item that was removed, also when it comes back', () => {
    const wheel = new Wheel<Item>(0)
    const item = makeItem('a')
    wheel.set(item, 1_000)
    wheel.delete(item)
    expect(wheel.takeDue(2_000)).toEqual([])
    wheel.set(item, 3_000)
    wheel.delete(item)
    wheel.set(item, 4_000)
    expect(wheel.takeDue(3_500)).toEqual([])
    expect(wheel.takeDue(4_000)).toEqual([item])
  })

  test('puts up with a clock that goes back', () => {
    const wheel = new Wheel<Item>(10_000)
    wheel.set(makeItem('a'), 10_500)
    expect(wheel.takeDue(5_000)).toEqual([])
    expect(namesOf(wheel.takeDue(10_500))).toEqual(['a'])
  })

  test('gives every item exactly when a plain list would, whatever is set, moved and removed', () => {
    const wheel = new Wheel<Item>(0)
    const items = Array.from({ length: 50 }, (_, index) => makeItem(`${index}`))
    const plain = new Map<Item, number>()
    const random = pseudoRandom(7)
    for (let nowMs = 0; nowMs < 60_000; nowMs += random(700)) {
      for (let count = random(8); count > 0; count -= 1) {
        const item = items[random(items.length)]
        if (!item) throw new Error('there is one')
        if (random(5) === 0) {
          wheel.delete(item)
          plain.delete(item)
        } else {
          const atMs = nowMs - 500 + random(5_000)
          wheel.set(item, atMs)
          plain.set(item, atMs)
        }
      }
      const due = [...plain].filter(([, atMs]) => atMs <= nowMs).map(([item]) => item)
      for (const item of due) plain.delete(item)
      expect(namesOf(wheel.takeDue(nowMs))).toEqual(namesOf(due))
      expect(wheel.size).toBe(plain.size)
    }
  })

  function pseudoRandom(seed: number): (below: number) => number {
    let state = seed
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }
})
