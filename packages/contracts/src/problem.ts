import { z } from 'zod'

/** Stable codes of the API's errors; what each means is in docs/api.md. */
export const problemCodes = [
  'invalid_body',
  'invalid_parameter',
  'unauthenticated',
  'wrong_credentials',
  'second_factor_required',
  'wrong_code',
  'forbidden_origin',
  'insufficient_role',
  'insufficient_scope',
  'session_required',
  'sign_up_closed',
  'limit_reached',
  'not_found',
  'method_not_allowed',
  'username_taken',
  'name_taken',
  'slug_taken',
  'password_needed',
  'already_published',
  'already_drafted',
  'not_published',
  'already_watched',
  'already_member',
  'last_owner',
  'second_factor_set',
  'identity_taken',
  'identity_set',
  'last_way_in',
  'not_checked',
  'incident_open',
  'incident_ended',
  'incident_merged',
  'not_newest',
  'dependency_cycle',
  'too_slow',
  'request_running',
  'gone',
  'changed_meanwhile',
  'too_large',
  'unsupported_media_type',
  'unknown_host',
  'key_reused',
  'not_probed',
  'upgrade_required',
  'too_many_requests',
  'internal',
  'not_configured',
  'unavailable',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** Stable codes of what is wrong with a field, where a program may want to tell it from other things that can be. */
export const fieldProblemCodes = ['forbidden_address', 'invalid_pattern'] as const
export type FieldProblemCode = (typeof fieldProblemCodes)[number]

/** RFC 9457 problem details, with a stable `code` and, for invalid input, what is wrong with which field. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(problemCodes),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ field: z.string(), message: z.string(), code: z.enum(fieldProblemCodes).optional() }))
    .optional(),
})
export type Problem = z.output<typeof problemSchema>
