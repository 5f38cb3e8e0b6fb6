import type { Problem } from '@repo/contracts/problem'

/** An answer other than success; `problem` is what the API said, if it was the API that answered. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
  ) {
    super(problem?.detail ?? problem?.title ?? `the server answered ${status}`)
  }
}

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  signal?: AbortSignal | undefined
}

/** One call to the API of the page's own origin, as JSON both ways. */
export async function request<Answer>(
  path: string,
  { method = 'GET', body, signal }: RequestOptions = {},
): Promise<Answer> {
  const response = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  if (!response.ok) throw new RequestFailed(response.status, await readProblem(response))
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!response.headers.get('content-type')?.includes('json')) return undefined
  return (await response.json().catch(() => undefined)) as Problem | undefined
}

/** A failure in words for a person. A refused connection has no answer to quote. */
export function failureText(error: unknown): string {
  if (error instanceof RequestFailed) return sentence(error.message)
  if (error instanceof TypeError) return 'The server cannot be reached.'
  return sentence(error instanceof Error ? error.message : String(error))
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof RequestFailed && error.status === status
}
