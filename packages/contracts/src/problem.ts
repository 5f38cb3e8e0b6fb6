import { z } from 'zod'

/** Stable codes of the API's errors; what each means is in docs/api.md. */
export const problemCodes = [
  'invalid_body',
  'invalid_parameter',
  'unauthenticated',
  'wrong_credentials',
  'forbidden_origin',
  'not_found',
  'username_taken',
  'already_watched',
  'not_checked',
  'too_large',
  'unsupported_media_type',
  'method_not_allowed',
  'upgrade_required',
  'unavailable',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** RFC 9457 problem details, with a stable `code` and, for invalid input, what is wrong with which field. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(problemCodes),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})
export type Problem = z.output<typeof problemSchema>
