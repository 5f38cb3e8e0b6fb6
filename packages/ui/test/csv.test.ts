import { expect, test } from 'bun:test'
import { csvText } from '../src/csv.ts'
import { csvOf } from '../src/figure.tsx'

test('CSV carries out nothing: what begins like a formula is a text, and numbers stay numbers', () => {
  expect(csvText([['=1+1', ' @SUM(A1)', '-5', -5, null, 'a "b", c']])).toBe(`'=1+1,' @SUM(A1),'-5,-5,,"a ""b"", c"\r\n`)
})

test('a figure gives just its numbers, under names for machines', () => {
  const columns = [
    { name: 'From', csvName: 'from', text: () => '12:00', csv: () => '2026-06-01T12:00:00.000Z' },
    { name: 'p95', csvName: 'p95_ms', text: (ms: number) => `${ms} ms`, csv: (ms: number) => ms },
  ]
  expect(csvOf(columns, [12.5])).toBe('from,p95_ms\r\n2026-06-01T12:00:00.000Z,12.5\r\n')
})
