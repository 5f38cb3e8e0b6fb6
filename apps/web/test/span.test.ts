import { describe, expect, test } from 'bun:test'
import { boundsOf, customSpan, readSpan, type Span, shiftSpan, writeSpan } from '../src/monitor/span.ts'

const HOUR_MS = 3_600_000
const nowMs = Date.parse('2026-11-24T12:00:00.000Z')
const between = (from: string, to: string): Span => ({
  kind: 'custom',
  fromMs: Date.parse(`2026-11-24T${from}Z`),
  toMs: Date.parse(`2026-11-24T${to}Z`),
})
const read = (search: string) => readSpan(new URLSearchParams(search), '24h')

describe('the stretch of time in the address', () => {
  const cases: [string, Span][] = [
    ['', { kind: 'range', range: '24h' }],
    ['range=7d', { kind: 'range', range: '7d' }],
    ['range=year', { kind: 'range', range: '24h' }],
    ['from=2026-11-24T10:00:00Z&to=2026-11-24T11:00:00Z&range=7d', between('10:00:00', '11:00:00')],
    ['from=2026-11-24T11:00:00Z&to=2026-11-24T10:00:00Z', { kind: 'range', range: '24h' }],
    ['from=2026-11-24T11:00:00Z&range=1h', { kind: 'range', range: '1h' }],
    ['from=2020-11-24T11:00:00Z&to=2026-11-24T10:00:00Z', { kind: 'range', range: '24h' }],
  ]
  test.each(cases)('is read from "%s"', (search, span) => {
    expect(read(search)).toEqual(span)
  })

  test('is written in place of another, and leaves the rest alone', () => {
    expect(writeSpan('?by=region&range=7d', between('10:00:00', '11:00:00'), '24h')).toBe(
      '?by=region&from=2026-11-24T10%3A00%3A00Z&to=2026-11-24T11%3A00%3A00Z',
    )
    expect(writeSpan('?from=a&to=b', { kind: 'range', range: '24h' }, '24h')).toBe('')
  })

  test('is none where the API would refuse it', () => {
    expect(customSpan(nowMs, nowMs + 1_000)).toBeUndefined()
    expect(customSpan(nowMs - 91 * 24 * HOUR_MS, nowMs)).toBeUndefined()
    expect(customSpan(Number.NaN, nowMs)).toBeUndefined()
  })
})

describe('a step in time', () => {
  test('back is the stretch before, of the same length', () => {
    expect(shiftSpan({ kind: 'range', range: '1h' }, -1, nowMs)).toEqual(between('10:00:00', '11:00:00'))
    expect(shiftSpan(between('10:00:00', '11:00:00'), -1, nowMs)).toEqual(between('09:00:00', '10:00:00'))
  })

  test('forward never leads into the future, and comes back to the range up to now', () => {
    expect(shiftSpan(between('09:00:00', '10:00:00'), 1, nowMs)).toEqual(between('10:00:00', '11:00:00'))
    expect(shiftSpan(between('10:30:00', '11:30:00'), 1, nowMs)).toEqual({ kind: 'range', range: '1h' })
    expect(boundsOf(shiftSpan(between('10:00:00', '11:30:00'), 1, nowMs), nowMs)).toEqual({
      fromMs: nowMs - 1.5 * HOUR_MS,
      toMs: nowMs,
    })
    expect(shiftSpan({ kind: 'range', range: '1h' }, 1, nowMs)).toEqual({ kind: 'range', range: '1h' })
  })
})
