import { describe, expect, test } from 'bun:test'
import { InvalidInput } from '../src/errors.ts'
import { isAtLeast, parseRole, roles } from '../src/role.ts'

describe('a role', () => {
  test('may do what every one before it may, and nothing of those after it', () => {
    expect(roles.map((role) => roles.filter((wanted) => isAtLeast(role, wanted)))).toEqual([
      ['viewer'],
      ['viewer', 'member'],
      ['viewer', 'member', 'admin'],
      ['viewer', 'member', 'admin', 'owner'],
    ])
  })

  test.each([['root'], ['Owner'], [''], ['owner '], ['constructor']])('is not %p', (text) => {
    expect(() => parseRole(text)).toThrow(InvalidInput)
  })
})
