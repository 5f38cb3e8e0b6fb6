import { describe, expect, test } from 'bun:test'
import type { Problem, ProblemCode } from '@repo/contracts/problem'
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
