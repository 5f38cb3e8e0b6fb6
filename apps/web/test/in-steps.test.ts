import { describe, expect, test } from 'bun:test'
import { inSteps } from '../src/monitors/in-steps.ts'

const drawn = (startIndex: number, endIndex: number, count = 1_000) => inSteps({ startIndex, endIndex, count })

describe('the rows that are drawn', () => {
  test('are those in sight and some on either side', () => {
    const rows = drawn(100, 116)
    expect(rows[0]).toBeLessThan(100)
    expect(rows.at(-1)).toBeGreaterThan(116)
    expect(rows).toEqual(Array.from({ length: rows.length }, (_, place) => (rows[0] ?? 0) + place))
  })

  test('are the same ones until the list has been scrolled by a step', () => {
    const ranges = new Set(Array.from({ length: 80 }, (_, row) => JSON.stringify(drawn(100 + row, 115 + row))))
    expect(ranges.size).toBeLessThan(25)
  })

  test.each([
    ['at the top', 0, 16],
    ['at the end', 990, 999],
  ])('stay within the list %s', (_where, startIndex, endIndex) => {
    const rows = drawn(startIndex, endIndex)
    expect(rows.filter((row) => row < 0 || row >= 1_000)).toEqual([])
    expect(rows).toContain(startIndex)
    expect(rows).toContain(endIndex)
  })

  test('are none where there is none', () => {
    expect(drawn(0, 0, 0)).toEqual([])
  })
})
