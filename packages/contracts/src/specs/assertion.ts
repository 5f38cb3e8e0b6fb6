import { z } from 'zod'
import { header, pattern, severity } from './fields.ts'

/** What an answer must be like, as data. Each one may weigh `down` (the default) or `degraded`. */

const text = z.string().min(1).max(1_024)
const comparison = z.enum(['equals', 'not-equals', 'less', 'at-most', 'greater', 'at-least'])
const phase = z.enum(['dns', 'connect', 'tls', 'firstByte', 'transfer', 'total'])

const headerName = header.shape.name.or(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, 'is not a header name'))

export const assertionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), expected: z.string().max(200), severity }).strict(),
  z
    .object({
      kind: z.literal('header'),
      name: headerName,
      is: z.enum(['present', 'absent', 'equals', 'contains', 'not-contains', 'matches']),
      /** A text, or with `matches` a pattern; not used by `present` and `absent`. */
      value: text.optional(),
      severity,
    })
    .strict(),
  z
    .object({
      kind: z.literal('body'),
      is: z.enum(['contains', 'not-contains', 'equals']),
      value: text,
      ignoreCase: z.boolean().optional(),
      severity,
    })
    .strict(),
  z.object({ kind: z.literal('pattern'), is: z.enum(['matches', 'not-matches']), value: pattern, severity }).strict(),
  z
    .object({
      kind: z.literal('json'),
      /** A JSON pointer (RFC 6901: `/items/0/id`) or a path that names one value (RFC 9535: `$.items[0].id`). */
      at: z
        .string()
        .max(1_024)
        .regex(/^(\/|\$|$)/, 'is not a JSON pointer or path'),
      is: z.enum([...comparison.options, 'present', 'absent', 'contains', 'matches']),
      value: z.union([z.string().max(1_024), z.number(), z.boolean(), z.null()]).optional(),
      severity,
    })
    .strict(),
  z.object({ kind: z.literal('time'), phase, atMostMs: z.number().int().min(1).max(60_000), severity }).strict(),
  z
    .object({ kind: z.literal('size'), is: comparison, bytes: z.number().int().min(0).max(2_097_152), severity })
    .strict(),
  z.object({ kind: z.literal('certificate'), atLeastDays: z.number().int().min(0).max(825), severity }).strict(),
])
export type Assertion = z.output<typeof assertionSchema>

export const assertions = z.array(assertionSchema).max(32)
