import { z } from 'zod'
import { isPlainText } from './plain-text.ts'

/** Filters of the list of monitors by a name: each member's own, in one workspace. */
export const viewLimits = { count: 30, nameLength: 60, searchLength: 1_000 } as const

const name = z
  .string()
  .trim()
  .min(1, 'a name is required')
  .max(viewLimits.nameLength, `a name has at most ${viewLimits.nameLength} characters`)
  .refine(isPlainText, 'a name has no control characters')
/** The query of the list's address, without its question mark. */
const search = z
  .string()
  .max(viewLimits.searchLength, `a view has at most ${viewLimits.searchLength} characters`)
  .regex(/^[!-~]*$/, 'a view is the query of an address')

/** `POST /api/v1/views`. */
export const createViewSchema = z.object({ name, search }).strict()
/** `PATCH /api/v1/views/:id`. */
export const changeViewSchema = z.object({ name }).strict()
export const viewSchema = z.object({ id: z.string(), name: z.string(), search: z.string() })
export type View = z.output<typeof viewSchema>
/** `GET /api/v1/views`, by name. */
export const viewListSchema = z.object({ items: z.array(viewSchema) })
export type ViewList = z.output<typeof viewListSchema>
