import { AppError } from './problems.ts'

/** That one field of what was sent cannot be. */
export function fieldError(field: string, message: string): AppError {
  return new AppError('invalid_body', `${field}: ${message}`, { errors: [{ field, message }] })
}
