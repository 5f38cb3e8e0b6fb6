import { describe, expect, test } from 'bun:test'
import { matches } from '../src/pattern.ts'

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

  test.each(['(', '[a', '(?=lookahead)', '\\1', 'a**'])('%p is none of RE2', (pattern) => {
    expect(matches(pattern, 'a')).toBeUndefined()
  })

  // The built-in engine needs longer than the age of the universe for the first of these.
  test.each(['(a+)+$', '(.*)*x', '(a|aa)+$', '\\/*$', '(a?){50}a{50}$'])(
    '%p takes no time that explodes',
    (pattern) => {
      const text = `${'a'.repeat(65_536)}!`
      const startedAtMs = performance.now()
      matches(pattern, text)
      expect(performance.now() - startedAtMs).toBeLessThan(2_000)
    },
  )
})
