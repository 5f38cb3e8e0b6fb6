import { expect, test } from 'bun:test'
import { instantText } from '../src/shell/time.tsx'

const nowMs = new Date(2026, 10, 29, 14, 40, 9).getTime()

test.each([
  ['of today', new Date(2026, 10, 29, 9, 3, 22), '09:03:22'],
  ['of another day', new Date(2026, 8, 3, 9, 3, 22), '3 Sept, 09:03:22'],
  ['of another year', new Date(2025, 10, 29, 9, 3, 22), '29 Nov 2025, 09:03:22'],
  ['that is to come', new Date(2099, 0, 1), '1 Jan 2099, 00:00:00'],
])('an instant %s says no more than it takes to know which it is', (_which, at, text) => {
  expect(instantText(at.getTime(), nowMs)).toBe(text)
})
