import { describe, expect, test } from 'bun:test'
import { cronProblem, isTimeZone, nextCronMs } from '../src/cron.ts'

const next = (expression: string, timeZone: string, after: string) =>
  new Date(nextCronMs({ expression, timeZone }, Date.parse(after)) ?? Number.NaN).toISOString()

describe('a schedule by a cron expression', () => {
  test.each([
    ['0 3 * * *', 'UTC', '2026-06-01T02:59:59Z', '2026-06-01T03:00:00.000Z'],
    ['0 3 * * *', 'UTC', '2026-06-01T03:00:00Z', '2026-06-02T03:00:00.000Z'],
    ['*/15 * * * *', 'UTC', '2026-06-01T03:07:00Z', '2026-06-01T03:15:00.000Z'],
    ['0 0 L * *', 'UTC', '2026-02-03T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['0 9 * * MON-FRI', 'UTC', '2026-06-05T10:00:00Z', '2026-06-08T09:00:00.000Z'],
    ['@daily', 'UTC', '2026-06-01T12:00:00Z', '2026-06-02T00:00:00.000Z'],
    ['0 3 * * *', 'Europe/Berlin', '2026-06-01T00:00:00Z', '2026-06-01T01:00:00.000Z'],
    ['0 3 * * *', 'Asia/Kolkata', '2026-06-01T00:00:00Z', '2026-06-01T21:30:00.000Z'],
  ])('%p in %s comes next after %s at %s', (expression, timeZone, after, expected) => {
    expect(next(expression, timeZone, after)).toBe(expected)
  })

  test('comes at the end of the gap where clocks pass over it in spring', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('comes once where clocks pass it twice in autumn', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-24T22:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z')
  })

  test.each(['', '* * * *', '* * * * * *', '61 * * * *', '0 0 30 2 *', 'every day', '@reboot', '2026-01-01T00:00:00'])(
    'is none by %p',
    (expression) => expect(cronProblem({ expression, timeZone: 'UTC' })).toBeString(),
  )

  test('is one by any other', () => expect(cronProblem({ expression: '5 4 * * 0', timeZone: 'UTC' })).toBeUndefined())
})

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Mars/Olympus', false],
  ['', false],
])('%p is a time zone: %p', (name, expected) => expect(isTimeZone(name)).toBe(expected))
