import { OpenAPIHono } from '@hono/zod-openapi'
import { problemSchema } from '@repo/contracts/problem'
import { z } from 'zod'
import type { Asked } from '../access/guard.ts'
import { invalid } from '../problems.ts'

/** A router whose routes are described by their schemas; input that does not fit them is a problem document. */
export function openApiRouter(): OpenAPIHono<Asked> {
  return new OpenAPIHono<Asked>({
    defaultHook: (result) => {
      if (!result.success)
        throw invalid(result.target === 'json' ? 'invalid_body' : 'invalid_parameter', result.error as z.ZodError)
    },
  })
}

export function jsonAnswer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export function jsonRequest<Schema extends z.ZodType>(schema: Schema, { required = true } = {}) {
  return { body: { required, content: { 'application/json': { schema } } } }
}

export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

/** The problems that a route about one thing may answer with, as OpenAPI responses; a guard adds its own. */
export const problems = {
  400: problem('The body or a parameter is not valid'),
  404: problem('Not found, or not yours'),
} as const

/** What creates may be sent twice by whoever did not hear the answer. */
export const idempotencyKey = z.object({ 'idempotency-key': z.string().optional() })
export const keyedProblems = {
  409: problem('A request with this Idempotency-Key is being carried out'),
  422: problem('This Idempotency-Key was used for another request'),
}

/** Changes only what has the version that was seen. */
export const ifMatch = z.object({ 'if-match': z.string().optional() })

/** How much of a list is asked for, and what it goes on after: a cursor that the page before gave. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
}
