import { statuses } from '@repo/domain/status'
import { z } from 'zod'
import { createMonitorSchema, monitorName, tag } from './monitors.ts'
import { isPlainText } from './plain-text.ts'

/** Many monitors at once. */

export const bulkLimit = 1_000

/** Which monitors: by their ids, or all that a filter finds. */
const chosen = {
  ids: z.array(z.uuid()).min(1).max(bulkLimit).optional(),
  filter: z
    .object({
      status: z.enum(statuses).optional(),
      tag: tag.optional(),
      text: z.string().trim().min(1).max(200).refine(isPlainText, 'has control characters').optional(),
    })
    .strict()
    .refine((filter) => Object.keys(filter).length > 0, 'a filter says at least one thing')
    .optional(),
}
const isEither = ({ ids, filter }: { ids?: unknown; filter?: unknown }) =>
  (ids === undefined) !== (filter === undefined)
const either = 'either ids or a filter'
const bulkTags = z.array(tag).min(1).max(20)

/** `POST /api/v1/monitors/bulk`: all of it, or nothing. */
export const bulkSchema = z.discriminatedUnion('action', [
  z
    .object({ action: z.literal('pause'), ...chosen })
    .strict()
    .refine(isEither, either),
  z
    .object({ action: z.literal('resume'), ...chosen })
    .strict()
    .refine(isEither, either),
  z
    .object({ action: z.literal('delete'), ...chosen })
    .strict()
    .refine(isEither, either),
  z
    .object({ action: z.literal('tag'), tags: bulkTags, ...chosen })
    .strict()
    .refine(isEither, either),
  z
    .object({ action: z.literal('untag'), tags: bulkTags, ...chosen })
    .strict()
    .refine(isEither, either),
  z.object({ action: z.literal('create'), monitors: z.array(createMonitorSchema).min(1).max(bulkLimit) }).strict(),
])
export type Bulk = z.output<typeof bulkSchema>

/** `unchanged`: it was so already. `absent`: there is no such monitor. */
export const bulkResults = [
  'created',
  'paused',
  'resumed',
  'deleted',
  'tagged',
  'untagged',
  'unchanged',
  'absent',
] as const
export const bulkAnswerSchema = z.object({ items: z.array(z.object({ id: z.string(), result: z.enum(bulkResults) })) })

/** `POST /api/v1/monitors/:id/clone`. Without a name it is called a copy. */
export const cloneSchema = z.object({ name: monitorName.optional() }).strict()
