import { beginRequest, finishRequest, forgetRequest } from '@repo/db/queries/idempotency'
import { createMiddleware } from 'hono/factory'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { Asked } from './guard.ts'

/**
 * Carries out a request with an `Idempotency-Key` once (draft-ietf-httpapi-idempotency-key-header-07): a second one with
 * the same key and the same body gets the first one's answer, for 24 hours. What failed on our side is not kept, and
 * may be tried again.
 *
 * @throws AppError `request_running`, `key_reused`, or `invalid_parameter` for a key that is none.
 */
export const idempotent = ({ sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>) =>
  createMiddleware<Asked>(async (context, next) => {
    const key = context.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!/^[\x21-\x7e]{1,200}$/.test(key))
      throw new AppError('invalid_parameter', 'Idempotency-Key: takes 1 to 200 printable characters')
    const { workspaceId, id: principalId } = context.get('principal')
    const request = { workspaceId, principalId, key, nowMs: clock.nowMs() }
    const requestHash = await hashOf(context.req.raw)
    const begun = await beginRequest(sql, { ...request, requestHash })
    if (begun.kind === 'running') throw new AppError('request_running')
    if (begun.kind === 'mismatch') throw new AppError('key_reused')
    if (begun.kind === 'answered') {
      context.res = new Response(begun.answer.body, {
        status: begun.answer.status,
        headers: { ...begun.answer.headers, 'idempotency-replayed': 'true' },
      })
      return
    }
    try {
      await next()
    } catch (error) {
      await forgetRequest(sql, request)
      throw error
    }
    const { status } = context.res
    if (status >= 300) return forgetRequest(sql, request)
    const headers = Object.fromEntries(kept.flatMap((name) => [[name, context.res.headers.get(name)]]).filter(isSet))
    await finishRequest(sql, request, { status, headers, body: await context.res.clone().text() })
  })

const kept = ['content-type', 'location', 'etag']

const isSet = (pair: (string | null | undefined)[]): pair is [string, string] => typeof pair[1] === 'string'

async function hashOf(request: Request): Promise<Buffer> {
  const body = await request.clone().arrayBuffer()
  const { pathname, search } = new URL(request.url)
  return Buffer.from(
    new Bun.CryptoHasher('sha256').update(`${request.method} ${pathname}${search}\n`).update(body).digest(),
  )
}
