import type { FieldProblemCode, Problem, ProblemCode } from '@repo/contracts/problem'
import { WorkspaceDeleted } from '@repo/db/in-workspace'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ZodError } from 'zod'

/** An answer that is not the one that was asked for, and why. Its detail is safe to show to whoever asked. */
export class AppError extends Error {
  override readonly name = 'AppError'

  readonly errors: readonly FieldError[] | undefined
  /** What the answer has beside its own headers. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    more: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail ?? code)
    this.errors = more.errors
    this.headers = more.headers ?? {}
  }
}

export interface FieldError {
  readonly field: string
  readonly message: string
  readonly code?: FieldProblemCode
}

const answers: Record<ProblemCode, { status: number; title: string }> = {
  invalid_body: { status: 400, title: 'The request body is not valid' },
  invalid_parameter: { status: 400, title: 'A parameter is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  wrong_credentials: { status: 401, title: 'User name or password is wrong' },
  second_factor_required: { status: 401, title: 'A second factor is required' },
  wrong_code: { status: 401, title: 'This code is wrong, was used already, or is over' },
  forbidden_origin: { status: 403, title: 'This request comes from another site' },
  insufficient_role: { status: 403, title: 'Your role in this workspace does not allow this' },
  insufficient_scope: { status: 403, title: 'The scopes of this API key do not allow this' },
  session_required: { status: 403, title: 'This is for people who signed in, not for API keys' },
  sign_up_closed: { status: 403, title: 'This instance takes no new people just like that' },
  limit_reached: { status: 403, title: 'A limit of this workspace is reached' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This method is not supported here' },
  too_slow: { status: 408, title: 'The request took too long to come' },
  username_taken: { status: 409, title: 'This user name is taken' },
  name_taken: { status: 409, title: 'You have something of this name already' },
  not_published: { status: 409, title: 'The public does not see this page' },
  slug_taken: { status: 409, title: 'Another status page has this address' },
  password_needed: { status: 409, title: 'A page that asks for a password needs one' },
  already_published: { status: 409, title: 'This was published, and stays as people have read it' },
  already_drafted: { status: 409, title: 'The page has something about this incident already' },
  already_watched: { status: 409, title: 'This website is already watched' },
  already_member: { status: 409, title: 'This person is a member already' },
  last_owner: { status: 409, title: 'A workspace needs an owner' },
  second_factor_set: { status: 409, title: 'There is a second factor already' },
  identity_taken: { status: 409, title: 'This login belongs to another account' },
  identity_set: { status: 409, title: 'Your account has a login of this organisation already' },
  last_way_in: { status: 409, title: 'Nothing else would open your account any more' },
  not_checked: { status: 409, title: 'This monitor is not checked at the moment' },
  incident_open: { status: 409, title: 'This monitor has an open incident' },
  incident_ended: { status: 409, title: 'This incident has ended' },
  incident_merged: { status: 409, title: 'This incident is a part of another' },
  not_newest: { status: 409, title: 'This monitor had another incident since' },
  dependency_cycle: { status: 409, title: 'A monitor would hang on itself' },
  request_running: { status: 409, title: 'A request with this idempotency key is being carried out' },
  gone: { status: 410, title: 'This link was used, was taken back, or is over' },
  changed_meanwhile: { status: 412, title: 'This was changed by somebody else meanwhile' },
  too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body is of a type that is not taken here' },
  unknown_host: { status: 421, title: 'This instance is not known by this name' },
  key_reused: { status: 422, title: 'This idempotency key was used for another request' },
  not_probed: { status: 422, title: 'There is nobody to ask: this monitor tells of itself' },
  upgrade_required: { status: 426, title: 'This address speaks WebSocket' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something on our side failed' },
  not_configured: { status: 501, title: 'This instance is not set up for this' },
  unavailable: { status: 503, title: 'Not available at the moment' },
}

/** An RFC 9457 problem document as an answer. */
export function problemResponse(error: AppError): Response {
  const { status, title } = answers[error.code]
  const problem: Problem = { type: 'about:blank', title, status, code: error.code }
  if (error.detail) problem.detail = error.detail
  if (error.errors) problem.errors = [...error.errors]
  const headers = new Headers({ ...error.headers, 'content-type': 'application/problem+json' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(problem), { status, headers })
}

/** The one place where errors become answers. What is not meant for the caller is logged and answered as `internal`. */
export function translateErrors(log: (error: Error, context: Context) => void) {
  return (error: Error, context: Context): Response => {
    if (error instanceof AppError) return problemResponse(error)
    if (error instanceof WorkspaceDeleted) return problemResponse(new AppError('not_found'))
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
  return new AppError(code, detail, { errors })
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
