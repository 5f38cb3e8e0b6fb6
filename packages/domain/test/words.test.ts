import { describe, expect, test } from 'bun:test'
import { InvalidInput } from '../src/errors.ts'
import { parseMonitorId, parseUserId, parseWorkspaceId } from '../src/ids.ts'
import { notCarriedOut, passingMessage } from '../src/outcome.ts'
import { parseRegion } from '../src/region.ts'

describe('an identifier', () => {
  const good = '019e8a5c-1f00-7000-8000-0000000000aa'

  test('is a UUID in its one spelling', () => {
    expect([parseMonitorId(good), parseWorkspaceId(good), parseUserId(good)]).toEqual([good, good, good] as never)
  })

  test.each([
    [''],
    ['019E8A5C-1F00-7000-8000-0000000000AA'],
    ['019e8a5c1f00700080000000000000aa'],
    ['{019e8a5c-1f00-7000-8000-0000000000aa}'],
    [` ${good}`],
    [`${good}\n`],
    [`${good}0`],
    ["' or 1=1 --"],
  ])('is not %p', (text) => expect(() => parseMonitorId(text)).toThrow(InvalidInput))

  test('that is none is quoted in the error up to forty characters', () => {
    expect(() => parseUserId('x'.repeat(5_000))).toThrow(new InvalidInput(`not a user id: ${'x'.repeat(40)}`))
  })
})

describe('the name of a region', () => {
  test.each([['local'], ['eu-central-1'], ['7'], ['a'.repeat(32)]])('may be %p', (text) => {
    expect(parseRegion(text) as string).toBe(text)
  })

  test.each([[''], ['EU'], ['eu_1'], ['-eu'], ['eu-'], ['eu:1'], ['eu 1'], ['eu\n'], ['é'], ['a'.repeat(33)]])(
    'may not be %p',
    (text) => expect(() => parseRegion(text)).toThrow(InvalidInput),
  )
})

describe('an outcome', () => {
  test.each([
    [200, 12_345, 'answered 200 in 12 ms'],
    [204, 0, 'answered 204 in 1 ms'],
    [null, 1_500, 'answered in 2 ms'],
  ])('of a passing check with status %p after %i µs says: %s', (status, total, message) => {
    expect(passingMessage(status, total)).toBe(message)
  })

  test.each(['EXPIRED', 'LOST', 'PROBE_ERROR'] as const)(
    'of a check that was not carried out (%s) is unknown',
    (code) => {
      expect(notCarriedOut(code, 'why')).toMatchObject({ verdict: 'unknown', code, message: 'why', address: null })
    },
  )
})
