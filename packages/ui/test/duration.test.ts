import { describe, expect, test } from 'bun:test'
import { agoText, countdownText, intervalText, lastedText, latencyText, shareText } from '../src/duration.ts'

describe('a duration in words', () => {
  test.each([
    [null, '–'],
    [0.842, '0.84 ms'],
    [4.25, '4.3 ms'],
    [188.4, '188 ms'],
    [1_840, '1.84 s'],
    [10_000, '10.0 s'],
  ])('latency %p is %s', (ms, text) => expect(latencyText(ms)).toBe(text))

  test.each([
    [5, '5 s'],
    [60, '1 min'],
    [90, '1 min 30 s'],
    [5_400, '1 h 30 min'],
    [86_400, '24 h'],
  ])('every %p s is %s', (seconds, text) => expect(intervalText(seconds)).toBe(text))

  test.each([
    [400, 'now'],
    [4_200, '4 s ago'],
    [125_000, '2 min ago'],
    [7_300_000, '2 h ago'],
    [260_000_000, '3 d ago'],
  ])('%p ms back is %s', (ms, text) => expect(agoText(ms)).toBe(text))

  test.each([
    [41_000, '41 s'],
    [252_000, '4 min 12 s'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
  ])('lasting %p ms is %s', (ms, text) => expect(lastedText(ms)).toBe(text))

  test.each([
    [16_200, '0:17'],
    [-5, '0:00'],
    [725_000, '12:05'],
    [3_600_000, '1:00:00'],
  ])('%p ms to go is %s', (ms, text) => expect(countdownText(ms)).toBe(text))
})

describe('a share', () => {
  test('is a hundred only if nothing is missing', () => {
    expect(shareText(100, 100)).toBe('100 %')
    expect(shareText(999_999, 1_000_000)).toBe('99.999 %')
    expect(shareText(67, 84)).toBe('79.7 %')
    expect(shareText(9_999_999, 10_000_000)).toBe('99.999 %')
  })

  test('of nothing is not known', () => expect(shareText(0, 0)).toBe('–'))
})
