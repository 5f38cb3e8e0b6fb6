import { OpenAPIHono } from '@hono/zod-openapi'
import { problemSchema } from '@repo/contracts/problem'
import type { z } from 'zod'
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

export function jsonRequest<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } }
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
