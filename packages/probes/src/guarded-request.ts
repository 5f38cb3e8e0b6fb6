import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import type { OutcomeCode } from '@repo/domain/outcome'
import { type Failure, isFailure } from './engine/failure.ts'
import { ProbeRun } from './engine/run.ts'
import { HttpProbe } from './http/http-probe.ts'
import type { HeaderLine } from './http/request.ts'
import type { ProbeDeps } from './probe-deps.ts'

export interface GuardedRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers: readonly HeaderLine[]
  readonly body: string | Uint8Array | null
  readonly timeoutMs: number
}

export type GuardedAnswer =
  /** `body` is the first 64 KiB of it; `field` gives the first value of a field. */
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly body: string
      field(name: string): string | undefined
    }
  /** Nobody answered, or not so that it could be understood; `message` names no part of the URL but its host. */
  | { readonly kind: 'failed'; readonly code: OutcomeCode; readonly message: string }

export type SendGuarded = (request: GuardedRequest, signal: AbortSignal) => Promise<GuardedAnswer>

const unanswered = { code: 'PROBE_ERROR', message: 'the request could not be carried out' } as const
const said = ({ code, text }: Failure) => ({ code, message: text })
const keptBytes = 65_536
const anyStatus = [{ from: 100, to: 999 }]

/**
 * Sends requests whose addresses a person chose, as checks are sent: each address of the host is judged before it is connected to,
 * certificates are verified, no redirect is followed, no proxy of the environment is asked, and all of it ends by its deadline.
 *
 * @throws the reason of the signal, once that aborts, and nothing else.
 */
export function createGuardedRequests(deps: ProbeDeps): SendGuarded {
  return async ({ timeoutMs, ...asked }, signal) => {
    signal.throwIfAborted()
    const parsed = httpSpecSchema.safeParse({ kind: 'http', url: asked.url, timeoutMs, maxRedirects: 0 })
    if (!parsed.success) return { kind: 'failed', code: 'BLOCKED_SCHEME', message: 'the address is no URL of the web' }
    const spec: HttpSpec = {
      ...parsed.data,
      expectedStatus: anyStatus,
      method: asked.method,
      headers: [...asked.headers],
      ...(typeof asked.body === 'string' && { body: asked.body }),
    }
    const probe = new HttpProbe(spec, deps, new ProbeRun(timeoutMs, signal))
    probe.keptBytes = keptBytes
    if (asked.body instanceof Uint8Array) probe.sendBytes(asked.body)
    try {
      const failure = await probe.followHops()
      if (probe.wasCutShort) signal.throwIfAborted()
      // With a status it was heard and answered, whatever became of the rest of the answer.
      if (probe.status === null) return { kind: 'failed', ...(failure ? said(failure) : unanswered) }
      const body = await probe.answerBody()
      const fields = probe.fields()
      return {
        kind: 'answered',
        status: probe.status,
        body: isFailure(body) ? '' : body.text,
        field: (name) => fields.first(name) ?? undefined,
      }
    } catch {
      signal.throwIfAborted()
      return { kind: 'failed', ...unanswered }
    } finally {
      probe.run.finish()
    }
  }
}
