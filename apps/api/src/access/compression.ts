import { gzipSync } from 'bun'
import { createMiddleware } from 'hono/factory'
import type { Asked } from './guard.ts'

/** Below this a compressed answer is hardly shorter, and takes longer. */
const worthBytes = 2_048

/** Compresses whole JSON answers for who can read that. What is streamed goes out as it comes. */
export const compressedAnswers = createMiddleware<Asked>(async (context, next) => {
  await next()
  const { res } = context
  if (res.body === null || res.headers.has('content-encoding')) return
  if (!/^application\/json\b/.test(res.headers.get('content-type') ?? '')) return
  res.headers.append('vary', 'accept-encoding')
  if (!/\bgzip\b/.test(context.req.header('accept-encoding') ?? '')) return
  const plain = await res.arrayBuffer()
  const isWorth = plain.byteLength >= worthBytes
  const headers = new Headers(res.headers)
  if (isWorth) headers.set('content-encoding', 'gzip')
  context.res = undefined
  context.res = new Response(isWorth ? gzipSync(new Uint8Array(plain), { level: 3 }) : plain, {
    status: res.status,
    headers,
  })
})
