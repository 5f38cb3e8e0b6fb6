import { describe, expect, test } from 'bun:test'
import { chartWindow, defaultRange, parseRange } from '../src/monitor/ranges.ts'

const to = '2026-11-24T12:00:00.000Z'
const nowMs = Date.parse(to)
const series = { range: '24h', from: '2026-11-23T12:00:00.000Z', to, bucketSeconds: 300 } as const
const hoursAgo = (hours: number) => new Date(nowMs - hours * 3_600_000).toISOString()

describe('the range of a chart', () => {
  test('is an hour for a young monitor and a day for an old one', () => {
    expect(defaultRange(hoursAgo(1), nowMs)).toBe('1h')
    expect(defaultRange(hoursAgo(3), nowMs)).toBe('24h')
  })

  test('is what the address says, if that is a range', () => {
    expect(parseRange('7d', '24h')).toBe('7d')
    expect(parseRange('toString', '24h')).toBe('24h')
  })

  test('begins with the monitor, but is never of a few buckets only', () => {
    const fromOf = (createdAt: string) => new Date(chartWindow(series, createdAt).fromMs).toISOString()
    expect(fromOf(hoursAgo(48))).toBe(series.from)
    expect(fromOf(hoursAgo(6))).toBe('2026-11-24T06:00:00.000Z')
    expect(fromOf(hoursAgo(0.1))).toBe('2026-11-24T11:00:00.000Z')
  })

  test('of two instants is just what lies between them', () => {
    expect(chartWindow({ ...series, range: null }, hoursAgo(6)).fromMs).toBe(Date.parse(series.from))
  })
})
