import type { Context } from 'hono'
import type { z } from 'zod'
import { AppError, invalid } from './problems.ts'

/**
 * The JSON body of a request, parsed. An empty body counts as `{}`, so that what is missing is named.
 *
 * @throws AppError `unsupported_media_type` or `invalid_body`.
 */
export async function readJson<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readBody(context))
  if (!parsed.success) throw invalid('invalid_body', parsed.error)
  return parsed.data
}

async function readBody(context: Context): Promise<unknown> {
  const text = await context.req.text()
  if (text.trim() === '') return {}
  // A form of another site can post text, but not as JSON: this refuses it.
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new AppError('unsupported_media_type', 'send the body as application/json')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('invalid_body', 'the body is not JSON')
  }
}
