import { describe, expect, test } from 'bun:test'
import {
  type Day,
  dateBefore,
  dayText,
  decodeDays,
  durationText,
  encodeRuns,
  runsOf,
  uptimeOf,
} from '../src/day-text.ts'
import { wordsOf } from '../src/words.ts'

const saying = (language: 'en' | 'de' | 'fr' | 'es' | 'ja') => ({
  locale: wordsOf(language).locale,
  words: wordsOf(language).days,
})

describe('a day', () => {
  const cases: [string, Day, string][] = [
    ['that was well', [86_400, 0, 0, 0, 0], 'Thursday 3 September: 100 %'],
    ['with an outage', [86_340, 0, 60, 0, 0], 'Thursday 3 September: 99.93 %, down for 1 min'],
    [
      'with all there is',
      [40_000, 120, 60, 30, 3_600],
      'Thursday 3 September: 99.85 %, down for 1 min, degraded for 2 min, maintenance for 1 h, unknown for 30 s',
    ],
    ['of which nothing is known', null, 'Thursday 3 September: no data'],
    ['in which nothing was said', [0, 0, 0, 0, 0], 'Thursday 3 September: no data'],
    ['that was all maintenance', [0, 0, 0, 0, 86_400], 'Thursday 3 September: maintenance for 1 d'],
  ]
  test.each(cases)('%s', (_what, day, text) => {
    expect(dayText('2026-09-03', day, saying('en'))).toBe(text)
  })

  test.each([
    ['de', 'Donnerstag, 3. September: 99,93 %, 1 min ausgefallen'],
    ['fr', 'jeudi 3 septembre\u00a0: 99,93\u00a0%, en panne pendant 1 min'],
    ['es', 'jueves, 3 de septiembre: 99,93 %, caído durante 1 min'],
    ['ja', '9月3日木曜日：99.93%、停止 1 分'],
  ] as const)('in %s', (language, text) => {
    expect(dayText('2026-09-03', [86_340, 0, 60, 0, 0], saying(language))).toBe(text)
  })

  test.each([
    ['a hundred only where nothing was down', [86_399, 0, 1, 0, 0], 99.998],
    ['degraded is up', [0, 100, 0, 0, 0], 100],
    ['what is unknown and maintenance count for nothing', [9, 0, 1, 500, 700], 90],
    ['none where nothing is known', [0, 0, 0, 100, 0], null],
  ] as const)('has an uptime: %s', (_what, day, percent) => {
    expect(uptimeOf(day)).toBe(percent)
  })
})

test.each([
  [0, '0 s'],
  [41, '41 s'],
  [252, '4 min 12 s'],
  [3_600, '1 h'],
  [3_601, '1 h'],
  [7_500, '2 h 5 min'],
  [273_600, '3 d 4 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds, wordsOf('en').days.units)).toBe(text)
})

test('the day before a month is the last of the one before', () => {
  expect([dateBefore('2026-03-01', 1), dateBefore('2026-11-29', 89)]).toEqual(['2026-02-28', '2026-09-01'])
})

describe('days in an attribute', () => {
  const whole: Day = [86_400, 0, 0, 0, 0]
  test('say once what is the same day after day', () => {
    expect(encodeRuns(runsOf([null, null, whole, [...whole], [86_000, 0, 400, 0, 0], whole]))).toBe(
      '*2;86400*2;86000,0,400;86400',
    )
  })

  test('are the same when they are read again', () => {
    const days: Day[] = [null, whole, whole, [1, 2, 3, 4, 5], null, [0, 0, 0, 0, 0], [0, 0, 0, 0, 7], whole]
    expect(decodeDays(encodeRuns(runsOf(days)))).toEqual(days)
  })
})
