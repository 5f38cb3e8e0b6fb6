import { describe, expect, test } from 'bun:test'
import { type RowSlot, takeOver } from '../src/monitors/row-slots.ts'

const drawn = (
  keys: string,
  before: readonly RowSlot[] = [],
  more: { focusedKey?: string; isInOrder?: boolean } = {},
) => takeOver(before, { keys: [...keys], focusedKey: more.focusedKey, isInOrder: more.isInOrder ?? false })
/** As `key` and slot, in the order of the document. */
const text = (rows: readonly RowSlot[]) => rows.map(({ key, slot }) => `${key}${slot}`).join(' ')

describe('the slots of the rows that are drawn', () => {
  test('are each its own at first', () => {
    expect(text(drawn('abcd'))).toBe('a0 b1 c2 d3')
  })

  test('that leave are taken over where they stand by those that come', () => {
    expect(text(drawn('cdef', drawn('abcd')))).toBe('e0 f1 c2 d3')
  })

  test('are in the order of the rows as soon as it matters, and none is another row’s for that', () => {
    const moved = drawn('cdef', drawn('abcd'))
    expect(text(drawn('cdef', moved, { isInOrder: true }))).toBe('c2 d3 e0 f1')
    expect(text(drawn('defg', drawn('abcd'), { isInOrder: true }))).toBe('d3 e0 f1 g2')
  })

  test('stay with their rows where the rows change places', () => {
    expect(text(drawn('dbca', drawn('abcd'), { isInOrder: true }))).toBe('d3 b1 c2 a0')
  })

  test('are left to nobody by the row that has the focus', () => {
    expect(text(drawn('cdef', drawn('abcd'), { focusedKey: 'a' }))).toBe('e1 c2 d3 f4')
    expect(text(drawn('bcde', drawn('abcd'), { focusedKey: 'c' }))).toBe('e0 b1 c2 d3')
  })

  test('are more and fewer as the rows are', () => {
    const more = drawn('abcdef', drawn('cd'))
    expect(text(more)).toBe('c0 d1 a2 b3 e4 f5')
    expect(text(drawn('ef', more))).toBe('e4 f5')
    expect(drawn('', more)).toEqual([])
  })

  test('are the same ones however often the same rows are drawn', () => {
    const rows = drawn('cdef', drawn('abcd'))
    expect(drawn('cdef', rows)).toEqual(rows)
  })
})
