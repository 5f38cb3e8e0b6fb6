import { describe, expect, test } from 'bun:test'
import { matchEnd, matches, patternProblem } from '../src/pattern.ts'

const LONG_TEXT = `${'a'.repeat(65_536)}!`

describe('a pattern', () => {
  test.each([
    ['v\\d+', 'build v12', true],
    ['^ok$', 'ok', true],
    ['(?i)welcome', 'WELCOME', true],
    ['größe', 'die größe', true],
    ['^ok$', 'not ok', false],
  ])('%p in %p is %p', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
    expect(matches(pattern, text), 'and the second time').toBe(expected)
  })

  test.each([
    ['b+', 'abbbc', 4],
    ['(?m)^220 .*\\n', '220-a\n220 b\nrest', 12],
    ['x', 'abc', -1],
    ['', 'abc', 0],
    ['(', 'abc', undefined],
  ])('%p in %p ends at %p', (pattern, text, end) => {
    expect(matchEnd(pattern, text)).toBe(end as number)
  })

  test.each(['(', '[a', '(?=lookahead)', '\\1', 'a**', '(?<=a{1000})(b{1000}){2}', '(a{0,1000}){0,1}$'])(
    '%p is none of RE2, or too large',
    (pattern) => {
      expect(matches(pattern, 'a')).toBeUndefined()
    },
  )

  // The built-in engine needs longer than the age of the universe for the first of these.
  test.each(['(a+)+$', '(.*)*x', '(a|aa)+$', '\\/*$', '(a?){50}a{50}$', '([a-z]+)*b', '(a|a?)+[xy]'])(
    '%p takes no time that explodes',
    (pattern) => {
      matches(pattern, 'a')
      const [shortest] = [1, 2, 3]
        .map(() => {
          const startedAtMs = performance.now()
          matches(pattern, LONG_TEXT)
          return performance.now() - startedAtMs
        })
        .sort((a, b) => a - b)
      expect(shortest).toBeLessThan(50)
    },
  )

  test('is forgotten after many others, and known again', () => {
    for (let index = 0; index < 2_000; index += 1) expect(matches(`^a{${index % 900}}b${index}`, 'x')).toBe(false)
    expect(matches('v\\d+', 'v1')).toBe(true)
  })
})

describe('what is wrong with a pattern', () => {
  test.each([
    ['ab(c', 'is no pattern of RE2: missing closing ) at character 3'],
    ['(a)b)', 'is no pattern of RE2: unexpected ) at character 5'],
    ['\\(([)](', 'is no pattern of RE2: missing closing ) at character 7'],
    ['x[b', 'is no pattern of RE2: missing closing ] at character 2, [b'],
    ['ab**', 'is no pattern of RE2: invalid nested repetition operator at character 3, **'],
    ['x(?=y)', 'is no pattern of RE2: invalid or unsupported Perl syntax at character 2, (?='],
    ['(a)\\1', 'is no pattern of RE2: invalid escape sequence at character 4, \\1'],
    ['ab\\', 'is no pattern of RE2: trailing backslash at character 3'],
    ['(?<n>a)(?<n>b)', 'is no pattern of RE2: duplicate capture group name at character 11, n'],
    [
      '(a{1000}){1000}',
      'is no pattern of RE2: a repeat count that is no range, or above 1000 in all at character 10, {1000}',
    ],
    ['(a?){500}(b?){500}', 'would take too long to look for: it repeats too much, or too many ways lead to a match'],
  ])('%p %s', (pattern, problem) => {
    expect(patternProblem(pattern)).toBe(problem)
    expect(matches(pattern, 'a'), 'and no check looks for it').toBeUndefined()
  })

  // Of which other engines despair: here each takes time in proportion to the page.
  test.each(['(a+)+$', '(.*)*x', 'v\\d+', ''])('%p is good', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined()
  })
})
