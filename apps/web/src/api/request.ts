import type { Problem, ProblemCode } from '@repo/contracts/problem'
import { t } from '@repo/ui/words'
import { firstReads } from './first-reads.ts'
import { problemText } from './problem-words.ts'

/** An answer other than success; `problem` is what the API said, if it was the API that answered. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  /** By which the request is found in the logs. */
  requestId: string | undefined
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
    /** After so long another try makes sense, where the server said so. */
    readonly retryAfterSeconds?: number | undefined,
  ) {
    super(problem?.detail ?? problem?.title ?? t('the server answered {status}', { status }))
  }
}

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  /** What is sent as it is, by its own type, in place of JSON. */
  file?: Blob
  signal?: AbortSignal | undefined
  /** The version that was seen: another one is not changed. */
  ifMatch?: number
  /** However often a request with it comes, it is carried out once. */
  idempotencyKey?: string
}

/** One call to the API of the page's own origin, as JSON both ways. */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  if ((options.method ?? 'GET') !== 'GET' || !isFollowed(path)) return (await exchange<Answer>(path, options)).answer
  const end = firstReads.begin()
  let position: string | null | undefined
  try {
    const { answer, headers } = await exchange<Answer>(path, options)
    position = headers.get('live-position')
    return answer
  } finally {
    end(position)
  }
}

async function exchange<Answer>(
  path: string,
  { method = 'GET', body, file, signal, ifMatch, idempotencyKey }: RequestOptions,
): Promise<{ answer: Answer; headers: Headers }> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(file === undefined ? {} : { 'content-type': file.type }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(file === undefined ? {} : { body: file }),
    ...(signal ? { signal } : {}),
  })
  if (!response.ok) throw await failureOf(response)
  // Some answers are said by their status alone: 204, and many a 202 where the work begins after it.
  const isEmpty = response.status === 204 || (response.status === 202 && !isJson(response))
  const answer = (isEmpty ? undefined : await response.json()) as Answer
  return { answer, headers: response.headers }
}

/** Whether the live channel tells of what is read there. */
function isFollowed(path: string): boolean {
  return path.startsWith('/api/v1/monitors') || path.startsWith('/api/v1/incidents')
}

async function failureOf(response: Response): Promise<RequestFailed> {
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const failed = new RequestFailed(
    response.status,
    await readProblem(response),
    Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : undefined,
  )
  failed.requestId = response.headers.get('x-request-id') ?? undefined
  return failed
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!isJson(response)) return undefined
  return (await response.json().catch(() => undefined)) as Problem | undefined
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('json') === true
}

/** A failure in words for a person. A refused connection has no answer to quote. */
export function failureText(error: unknown): string {
  if (error instanceof RequestFailed)
    return sentence(isCode(error, 'too_many_requests') ? tooManyText(error) : refusalText(error))
  if (error instanceof TypeError) return t('The server cannot be reached.')
  return sentence(error instanceof Error ? error.message : String(error))
}

/** In the language of the screens, where the API said why. */
function refusalText({ problem, message }: RequestFailed): string {
  return (problem && problemText(problem)) ?? message
}

function tooManyText({ retryAfterSeconds }: RequestFailed): string {
  if (retryAfterSeconds === undefined) return t('too many tries: wait before the next one')
  if (retryAfterSeconds < 60)
    return t('too many tries: the next one is possible in {count, plural, one {# second} other {# seconds}}', {
      count: retryAfterSeconds,
    })
  return t('too many tries: the next one is possible in {count, plural, one {# minute} other {# minutes}}', {
    count: Math.ceil(retryAfterSeconds / 60),
  })
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

export function isCode(error: unknown, code: ProblemCode): boolean {
  return error instanceof RequestFailed && error.problem?.code === code
}

/** The session is over. A wrong password has the same status, and is no reason to leave. */
export function isSignedOut(error: unknown): boolean {
  if (!isStatus(error, 401)) return false
  return !isCode(error, 'wrong_credentials') && !isCode(error, 'wrong_code') && !isCode(error, 'second_factor_required')
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof RequestFailed && error.status === status
}
