import { createMiddleware } from 'hono/factory'
import type { Asked } from './guard.ts'

/** What every answer of the API says to a browser: it is data, nobody's page, and not to be kept. */
export const answerHeaders = createMiddleware<Asked>(async (context, next) => {
  await next()
  const { headers } = context.res
  headers.set('x-request-id', context.get('caller').requestId)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-resource-policy', 'cross-origin')
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (context.get('caller').isSecure) headers.set('strict-transport-security', 'max-age=31536000')
})
