import { expect, test } from 'bun:test'
import { rateOfText, rateText } from '../src/rate.ts'

test.each([
  [0, '0 a minute'],
  [1_240.4, '1,240 a minute'],
  [12.3, '12 a minute'],
  [1.5, '1.5 a minute'],
  [1, '1 a minute'],
  [59.9 / 60, '1 a minute'],
  [0.5, '30 an hour'],
  [2 / 60, '2 an hour'],
  [1 / 60, '1 an hour'],
  [12 / 1_440, '12 a day'],
  [1 / 1_440, '1 a day'],
  [1 / 10_080, 'less than 1 a day'],
])('%p a minute is said as %s', (perMinute, text) => expect(rateText(perMinute)).toBe(text))

test.each([
  [0, '0'],
  [90, '90'],
  [2 / 60, '2 an hour'],
])('%p of 600 a minute is said with each unit once', (used, text) =>
  expect(rateOfText(used, 600)).toEqual([text, '600 a minute']),
)
