import { describe, expect, test } from 'bun:test'
import type { z } from 'zod'
import { signInSchema, signUpSchema } from '../src/first-api.ts'
import { changeMonitorSchema, createMonitorSchema } from '../src/monitors.ts'

const problemsOf = (schema: z.ZodType, body: unknown) =>
  schema.safeParse(body).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('a sign-up', () => {
  const person = { username: 'ada', password: 'a long secret' }

  test.each([
    ['name and password alone', person],
    ['an e-mail address and a phone number', { ...person, email: 'ada@example.com', phone: '+49 (30) 123-456' }],
    ['a name in any script', { ...person, username: 'Ζωή 李' }],
    ['a field of a newer client', { ...person, theme: 'dark' }],
  ])('may have %s', (_what, body) => expect(problemsOf(signUpSchema, body)).toEqual([]))

  test.each([
    ['no name', { password: 'a long secret' }, 'username: a user name is required'],
    ['a blank name', { ...person, username: '  ' }, 'username: a user name is required'],
    [
      'a name that is too long',
      { ...person, username: 'x'.repeat(65) },
      'username: a user name has at most 64 characters',
    ],
    ['a NUL in its name', { ...person, username: 'a\0b' }, 'username: a user name has no control characters'],
    ['no password', { username: 'ada' }, 'password: a password is required'],
    ['a short password', { ...person, password: '1234567' }, 'password: a password has at least 8 characters'],
    [
      'an endless password',
      { ...person, password: 'x'.repeat(1_025) },
      'password: a password has at most 1024 characters',
    ],
    ['an address that is none', { ...person, email: 'ada' }, 'email: not an e-mail address'],
    ['a phone number that is none', { ...person, phone: 'call me' }, 'phone: not a phone number'],
  ])('is refused with %s', (_what, body, problem) => expect(problemsOf(signUpSchema, body)).toContain(problem))

  test('takes a name without the blanks around it, and a password with them', () => {
    expect(signUpSchema.parse({ username: ' ada ', password: ' 12345678 ' })).toEqual({
      username: 'ada',
      password: ' 12345678 ',
    })
  })

  test('of old with a short password can still sign in', () => {
    expect(problemsOf(signInSchema, { username: 'ada', password: '1' })).toEqual([])
  })
})

describe('a new monitor', () => {
  const spec = { kind: 'http', url: 'https://example.com' }

  test('is checked every minute where nobody says otherwise', () => {
    expect(createMonitorSchema.parse({ spec }).intervalSeconds).toBe(60)
  })

  test.each([
    ['no specification', {}, 'spec'],
    ['a blank name', { spec, name: ' ' }, 'name'],
    ['a name that is too long', { spec, name: 'x'.repeat(201) }, 'name'],
    ['a NUL in its name', { spec, name: 'a\0b' }, 'name'],
    ['half a character in its name', { spec, name: 'a\ud800b' }, 'name'],
    ['an interval of nothing', { spec, intervalSeconds: 0 }, 'intervalSeconds'],
    ['an interval beyond a day', { spec, intervalSeconds: 86_401 }, 'intervalSeconds'],
    ['half a second', { spec, intervalSeconds: 1.5 }, 'intervalSeconds'],
    ['no region', { spec, regions: [] }, 'regions'],
    ['a region twice', { spec, regions: ['eu', 'eu'] }, 'regions'],
    ['a region that is none', { spec, regions: ['eu', 'US'] }, 'regions.1'],
    ['a wrong URL', { spec: { kind: 'http', url: 'x' } }, 'spec.url'],
    ['a field that it does not know', { spec, interval: 5 }, ''],
  ])('is refused with %s', (_what, body, field) => {
    expect(createMonitorSchema.safeParse(body).error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
  })

  test('is changed by at least one field', () => {
    expect(problemsOf(changeMonitorSchema, {})).toEqual([': nothing to change'])
    expect(problemsOf(changeMonitorSchema, { intervalSeconds: 1 })).toEqual([])
  })
})
