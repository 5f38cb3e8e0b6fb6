import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
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
  refuseOtherType(context.req.header('content-type') ?? '')
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('invalid_body', 'the body is not JSON')
  }
}

/**
 * For routers that read bodies themselves. An image is let through where one is taken: no form
 * of another site can send it there, for none can PUT.
 *
 * @throws AppError `unsupported_media_type` for a body that says it is no JSON.
 */
export const jsonBodiesOnly = createMiddleware(async (context, next) => {
  const type = context.req.header('content-type')
  const isLogo = context.req.method === 'PUT' && context.req.path.endsWith('/logo') && imageTypes.test(type ?? '')
  if (type !== undefined && !isLogo && !['GET', 'HEAD'].includes(context.req.method)) refuseOtherType(type)
  await next()
})

const imageTypes = /^(image\/|multipart\/form-data *;)/i

/** A form of another site can post text, but not as JSON: this refuses it. */
function refuseOtherType(type: string): void {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type))
    throw new AppError('unsupported_media_type', 'send the body as application/json')
}
