import { describe, expect, test } from 'bun:test'
import { rangeBetween, withStep } from '../src/monitors/use-selection.ts'

const rows = ['a', 'b', 'c', 'd', 'e']

describe('selecting', () => {
  const cases: [string, string[], Parameters<typeof withStep>[2], string[]][] = [
    ['a row adds it', ['a'], { id: 'c', anchor: 'a', extend: false }, ['a', 'c']],
    ['a selected row takes it off', ['a', 'c'], { id: 'c', anchor: 'a', extend: false }, ['a']],
    ['with Shift adds all between', ['b'], { id: 'd', anchor: 'b', extend: true }, ['b', 'c', 'd']],
    ['with Shift goes upwards too', ['d'], { id: 'b', anchor: 'd', extend: true }, ['b', 'c', 'd']],
    ['with Shift keeps what is in between', ['b', 'c'], { id: 'e', anchor: 'b', extend: true }, ['b', 'c', 'd', 'e']],
    ['with Shift but nothing before adds the one', [], { id: 'c', anchor: undefined, extend: true }, ['c']],
  ]
  test.each(cases)('%s', (_sentence, selected, step, expected) =>
    expect([...withStep(new Set(selected), rows, step)].toSorted()).toEqual(expected),
  )

  test('from a row that has left the list is of the one alone', () => {
    expect(rangeBetween(rows, 'gone', 'c')).toEqual(['c'])
  })
})
