import type { AlertDelayJson, AskDelay } from '@repo/contracts/alert-delay'
import type { CreateMonitor } from '@repo/contracts/monitors'
import type { Problem } from '@repo/contracts/problem'
import type { TestRunLine } from '@repo/contracts/test-run'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { RequestFailed, request } from './request.ts'

/** How fast an alert would come of what is in a form. */
export const alertDelayQuery = (asked: AskDelay) =>
  queryOptions({
    queryKey: ['alert-delay', asked],
    queryFn: ({ signal }) =>
      request<AlertDelayJson>('/api/v1/monitors/alert-delay', { method: 'POST', body: asked, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })

export type TestRunAsked = Pick<CreateMonitor, 'spec' | 'regions'>

/** Has regions look at something that is not saved yet, and hears each as it comes. */
export async function followTestRun(
  asked: TestRunAsked,
  hear: (line: TestRunLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch('/api/v1/monitors/test', {
    method: 'POST',
    headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
    body: JSON.stringify(asked),
    signal,
  })
  if (!response.ok || !response.body) throw await failureOf(response)
  let rest = ''
  for await (const text of readTexts(response.body)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line) hear(JSON.parse(line) as TestRunLine)
  }
}

async function* readTexts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

async function failureOf(response: Response): Promise<RequestFailed> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  const retryAfter = response.headers.get('retry-after')
  const failed = new RequestFailed(response.status, problem, retryAfter === null ? undefined : Number(retryAfter))
  failed.requestId = response.headers.get('x-request-id') ?? undefined
  return failed
}
