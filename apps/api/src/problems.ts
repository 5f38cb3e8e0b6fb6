import type { Problem, ProblemCode } from '@repo/contracts/problem'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ZodError } from 'zod'

/** An answer that is not the one that was asked for, and why. Its detail is safe to show to whoever asked. */
export class AppError extends Error {
  override readonly name = 'AppError'

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly errors?: readonly { field: string; message: string }[],
  ) {
    super(detail ?? code)
  }
}

const answers: Record<ProblemCode, { status: number; title: string }> = {
  invalid_body: { status: 400, title: 'The request body is not valid' },
  invalid_parameter: { status: 400, title: 'A parameter is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  wrong_credentials: { status: 401, title: 'User name or password is wrong' },
  forbidden_origin: { status: 403, title: 'This request comes from another site' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This method is not supported here' },
  username_taken: { status: 409, title: 'This user name is taken' },
  already_watched: { status: 409, title: 'This website is already watched' },
  not_checked: { status: 409, title: 'This monitor is not checked at the moment' },
  too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body must be JSON' },
  upgrade_required: { status: 426, title: 'This address speaks WebSocket' },
  internal: { status: 500, title: 'Something on our side failed' },
  unavailable: { status: 503, title: 'Not available at the moment' },
}

/** An RFC 9457 problem document as an answer. */
export function problemResponse(error: AppError): Response {
  const { status, title } = answers[error.code]
  const problem: Problem = { type: 'about:blank', title, status, code: error.code }
  if (error.detail) problem.detail = error.detail
  if (error.errors) problem.errors = [...error.errors]
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(problem), { status, headers })
}

/** The one place where errors become answers. What is not meant for the caller is logged and answered as `internal`. */
export function translateErrors(log: (error: Error, context: Context) => void) {
  return (error: Error, context: Context): Response => {
    if (error instanceof AppError) return problemResponse(error)
    if (error instanceof HTTPException && error.status === 413) return problemResponse(new AppError('too_large'))
    if (error instanceof HTTPException && error.status < 500)
      return problemResponse(new AppError('invalid_body', error.message))
    log(error, context)
    return problemResponse(new AppError(isOutage(error) ? 'unavailable' : 'internal'))
  }
}

export function invalid(code: 'invalid_body' | 'invalid_parameter', error: ZodError): AppError {
  const errors = error.issues.flatMap(fieldErrors)
  const first = errors[0]
  const detail = first && (first.field ? `${first.field}: ${first.message}` : first.message)
  return new AppError(code, detail, errors)
}

function fieldErrors(issue: ZodError['issues'][number]): { field: string; message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: issue.path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is not known here' }))
}

const outageCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P03', '53300'])

/** The database is away: a passing state that the caller may wait for. */
function isOutage(error: unknown): boolean {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message?: string }
  if (code !== undefined && outageCodes.has(code)) return true
  if (message?.includes('timeout exceeded when trying to connect') || message?.includes('Connection terminated'))
    return true
  return cause !== undefined && cause !== null && isOutage(cause)
}
