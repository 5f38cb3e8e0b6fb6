import { describe, expect, test } from 'bun:test'
import { createFirstReads } from '../src/api/first-reads.ts'

/** Reads, of which the answers that have come name these places, before the channel begins after an id. */
function meet(id: string, ...places: (string | null)[]) {
  const reads = createFirstReads()
  for (const place of places) reads.begin()(place)
  let late = 0
  const isLacking = reads.meet(id, () => {
    late += 1
  })
  return { reads, isLacking, late: () => late }
}

describe('what was read before the live channel began', () => {
  test.each([
    ['at its place', 'e-7', ['e-7', 'e-9'], false],
    ['before it', 'e-7', ['e-7', 'e-6'], true],
    ['at a place of another epoch', 'e-7', ['f-7'], true],
    ['where nobody told of a place', 'e-7', ['e-9', null], true],
    ['not at all', 'e-7', [], false],
  ] as const)('%s', (_, id, places, isLacking) => {
    expect(meet(id, ...places).isLacking).toBe(isLacking)
  })

  test('is told of from the oldest place of it', () => {
    const reads = createFirstReads()
    expect(reads.oldest()).toBeUndefined()
    for (const place of ['e-12', 'e-9', 'e-10']) reads.begin()(place)
    expect(reads.oldest()).toBe('e-9')
    reads.begin()('f-11')
    expect(reads.oldest()).toBeUndefined()
  })

  test.each([
    ['nothing', 'e-6', 0],
    ['something where it does not know what the channel told meanwhile', 'e-5', 1],
    ['something where it names no place', null, 1],
    ['nothing where it is none', undefined, 0],
  ] as const)('and is answered after, lacks %s', (_, position, times) => {
    const reads = createFirstReads()
    const end = reads.begin()
    let told = 0
    expect(reads.meet('e-5', () => (told += 1))).toBe(false)
    reads.hear('e-6')
    end(position)
    expect(told).toBe(times)
  })

  test('and is answered after, is read anew once, after the last of it', () => {
    const reads = createFirstReads()
    const ends = [reads.begin(), reads.begin(), reads.begin()]
    let told = 0
    reads.meet('e-5', () => (told += 1))
    const after = ends.map((end, place) => {
      end(place === 2 ? undefined : 'e-4')
      return told
    })
    expect(after).toEqual([0, 0, 1])
  })

  test('says nothing of what is read later, or of another channel', () => {
    const { reads, late } = meet('e-7', 'e-7')
    reads.begin()(null)
    expect(late()).toBe(0)
    expect(reads.meet('e-7', () => {})).toBe(true)
  })
})
