import { createMiddleware } from 'hono/factory'
import { AppError } from '../problems.ts'
import type { Asked } from './guard.ts'

const deadlineMs = 10_000

/**
 * Reads the whole body of a request before anybody parses it: no more than `maxBytes` of it are ever held, however much it
 * says it has, and who sends it a byte at a time is cut off.
 *
 * @throws AppError `too_large` or `too_slow`.
 */
export const wholeBodies = ({ maxBytes, withinMs = deadlineMs }: { maxBytes: number; withinMs?: number }) =>
  createMiddleware<Asked>(async (context, next) => {
    const { raw } = context.req
    if (raw.body === null) return next()
    const declared = Number(raw.headers.get('content-length') ?? 0)
    if (declared > maxBytes) throw new AppError('too_large')
    const body = await readWhole(raw.body, { maxBytes, withinMs })
    context.req.raw = new Request(raw, { body })
    await next()
  })

async function readWhole(
  stream: ReadableStream<Uint8Array>,
  { maxBytes, withinMs }: { maxBytes: number; withinMs: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    reader.cancel().catch(() => {})
  }, withinMs)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (isLate) throw new AppError('too_slow', `the body did not come within ${withinMs / 1_000} s`)
      if (done) return concatenate(chunks, length)
      length += value.byteLength
      if (length > maxBytes) {
        reader.cancel().catch(() => {})
        throw new AppError('too_large')
      }
      chunks.push(value)
    }
  } finally {
    clearTimeout(timer)
  }
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}
