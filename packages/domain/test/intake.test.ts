import { describe, expect, test } from 'bun:test'
import { type Intake, judgeSilence } from '../src/intake.ts'
import { noonMs } from '../testing/make.ts'

const at = (seconds: number) => noonMs + seconds * 1_000
const took = (from: number, through: number, isLiving = false): Intake => ({
  beganAtMs: at(from),
  throughMs: at(through),
  isLiving,
})
/** Expected at noon, and waited for five minutes. */
const silence = { expectedMs: at(0), dueMs: at(300) }

describe('a silence', () => {
  const cases: [string, Intake[], ReturnType<typeof judgeSilence>][] = [
    ['is one where somebody took pings all the time', [took(-900, 301, true)], 'silent'],
    ['is one where two took turns', [took(-900, 100), took(50, 301, true)], 'silent'],
    ['is one where the process was restarted meanwhile', [took(-900, 100), took(110, 301, true)], 'silent'],
    ['is one where one of two was away', [took(-900, 301, true), took(-900, 20), took(200, 301, true)], 'silent'],
    ['is waited for while pings may be on their way', [took(-900, 299, true)], 'wait'],
    ['is waited for while one of two may have some', [took(-900, 301, true), took(-900, 299, true)], 'wait'],
    ['is not waited for where whoever had some is gone', [took(-900, 301, true), took(-900, 299)], 'silent'],
    ['means nothing where nobody ever took pings', [], 'unwatched'],
    ['means nothing where nobody took them in the end', [took(-900, 299)], 'unwatched'],
    ['means nothing where somebody came back only in the end', [took(295, 301, true)], 'unwatched'],
    ['means nothing where the restart was at the end', [took(-900, 294), took(296, 301, true)], 'unwatched'],
    ['means nothing where we were away when it was expected', [took(-900, -60), took(60, 301, true)], 'unwatched'],
    [
      'means nothing where many breaks are a long one',
      [took(-9, 50), took(60, 100), took(110, 301, true)],
      'unwatched',
    ],
  ]
  test.each(cases)('%s', (_sentence, intakes, expected) => expect(judgeSilence(silence, intakes)).toBe(expected))

  test('of a short grace is heard within it', () => {
    expect(judgeSilence({ expectedMs: at(299), dueMs: at(300) }, [took(298, 301, true)])).toBe('silent')
  })
})
