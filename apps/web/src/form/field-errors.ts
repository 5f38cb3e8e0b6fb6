import { fieldText } from '../api/problem-words.ts'
import { failureText, isCode, RequestFailed } from '../api/request.ts'

/** What is wrong, by the name of the field; `form` is what no field is to blame for. */
export type FieldErrors = Readonly<Record<string, string>>

/** A refusal whose field only the form itself knows. */
export class WrongAtField extends Error {
  override readonly name = 'WrongAtField'
  constructor(
    readonly field: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** A refusal, at the fields that it names and the form has. */
export function fieldErrorsOf(error: unknown, fields: readonly string[]): FieldErrors {
  if (error instanceof WrongAtField) return { [error.field]: error.message }
  const named = error instanceof RequestFailed ? (error.problem?.errors ?? []) : []
  const own = named
    .filter(({ field }) => fields.includes(field))
    .map(({ field, message }) => [field, capital(fieldText(message))])
  if (own.length > 0) return Object.fromEntries(own)
  if (isCode(error, 'username_taken') && fields.includes('username')) return { username: failureText(error) }
  if (isCode(error, 'wrong_code') && fields.includes('code')) return { code: failureText(error) }
  if (isCode(error, 'too_many_requests') && fields.includes('code')) return { code: failureText(error) }
  return { form: failureText(error) }
}

/** Each of the fields that a form cannot do without, and what to say where it is empty. */
export function missingFields(
  values: Readonly<Record<string, string>>,
  needed: Readonly<Record<string, string>>,
): FieldErrors {
  return Object.fromEntries(Object.entries(needed).filter(([field]) => (values[field] ?? '').trim() === ''))
}

export function capital(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
}
