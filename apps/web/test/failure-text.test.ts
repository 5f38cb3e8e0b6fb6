import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { type Problem, type ProblemCode, problemCodes } from '@repo/contracts/problem'
import { speak } from '@repo/ui/words'
import german from '../public/messages/de.json'
import { failureText, isSignedOut, RequestFailed } from '../src/api/request.ts'
import { fieldErrorsOf, missingFields } from '../src/form/field-errors.ts'

function refused(status: number, code: ProblemCode, more: Partial<Problem> & { retryAfterSeconds?: number } = {}) {
  const { retryAfterSeconds, ...problem } = more
  return new RequestFailed(
    status,
    { type: 'about:blank', title: 'Refused', status, code, ...problem },
    retryAfterSeconds,
  )
}

describe('a refusal in words', () => {
  test.each([
    [1, 'Too many tries: the next one is possible in 1 second.'],
    [59, 'Too many tries: the next one is possible in 59 seconds.'],
    [60, 'Too many tries: the next one is possible in 1 minute.'],
    [840.5, 'Too many tries: the next one is possible in 15 minutes.'],
  ])('says how long to wait: %d s', (retryAfterSeconds, text) => {
    expect(failureText(refused(429, 'too_many_requests', { retryAfterSeconds }))).toBe(text)
  })

  test('says which role it takes', () => {
    const detail = 'it takes the role admin, and yours is viewer'
    expect(failureText(refused(403, 'insufficient_role', { detail }))).toBe(
      'It takes the role admin, and yours is viewer.',
    )
  })
})

describe('a refusal in another language', () => {
  beforeEach(() => speak('de', german))
  afterEach(() => speak('en', {}))

  test.each(problemCodes)('has words of its own for %s', (code) => {
    const text = failureText(refused(400, code))
    expect(text).not.toMatch(/Refused|undefined/)
    expect(Object.keys(german)).not.toContain(text.slice(0, -1))
  })

  test('says the closer word of the API where it is known in that language, with what differs in it', () => {
    const detail = 'it takes the role admin, and yours is viewer'
    expect(failureText(refused(403, 'insufficient_role', { detail }))).toBe(
      'Dafür braucht es die Rolle admin, und Ihre ist viewer.',
    )
    expect(failureText(refused(403, 'limit_reached', { detail: 'at most 20 channels' }))).toBe('Höchstens 20 Kanäle.')
  })

  test('keeps the closer word of the API, after what its code means, where it is known in English alone', () => {
    const detail = 'at most 7 (wonderful) things'
    expect(failureText(refused(403, 'limit_reached', { detail }))).toBe(
      'Eine Grenze dieses Arbeitsbereichs ist erreicht: at most 7 (wonderful) things.',
    )
  })

  test('of somebody else than the API, or with a code of a newer one, is told as it came', () => {
    expect(failureText(new RequestFailed(404, {} as Problem))).toBe('Der Server antwortete mit 404.')
    expect(failureText(refused(400, 'brand_new' as ProblemCode, { title: 'Brand new' }))).toBe('Brand new.')
  })

  test('stands at the field in its words, and in those of the API where there are none', () => {
    const errors = [
      { field: 'password', message: 'a password has at least 8 characters' },
      { field: 'email', message: 'is most unusual' },
    ]
    expect(fieldErrorsOf(refused(400, 'invalid_body', { errors }), ['password', 'email'])).toEqual({
      password: 'Ein Passwort hat mindestens 8 Zeichen',
      email: 'Is most unusual',
    })
  })
})

describe('the page leaves for the sign-in', () => {
  test.each([
    [refused(401, 'unauthenticated'), true],
    [new RequestFailed(401, undefined), true],
    [refused(401, 'wrong_credentials'), false],
    [refused(401, 'wrong_code'), false],
    [refused(403, 'insufficient_role'), false],
    [new TypeError('fetch failed'), false],
  ])('after %p: %p', (error, leaves) => expect(isSignedOut(error)).toBe(leaves))
})

describe('what is wrong in a form', () => {
  test('stands at the fields that the form has', () => {
    const error = refused(400, 'invalid_body', { errors: [{ field: 'password', message: 'is too short' }] })
    expect(fieldErrorsOf(error, ['username', 'password'])).toEqual({ password: 'Is too short' })
    expect(fieldErrorsOf(error, ['email'])).toEqual({ form: 'Refused.' })
  })

  test('is the code, where it is wrong or was tried too often', () => {
    expect(Object.keys(fieldErrorsOf(refused(401, 'wrong_code'), ['code']))).toEqual(['code'])
    expect(Object.keys(fieldErrorsOf(refused(429, 'too_many_requests'), ['code']))).toEqual(['code'])
    expect(Object.keys(fieldErrorsOf(refused(429, 'too_many_requests'), ['username']))).toEqual(['form'])
  })

  test('is what is empty and needed', () => {
    expect(
      missingFields({ name: '  ', code: '1' }, { name: 'A name is required.', code: 'A code is required.' }),
    ).toEqual({
      name: 'A name is required.',
    })
  })
})
