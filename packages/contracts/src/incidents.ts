import { resolutions } from '@repo/domain/incident'
import { outcomeCodes } from '@repo/domain/outcome'
import { z } from 'zod'
import { tag } from './monitors.ts'
import { isPlainText } from './plain-text.ts'

/** Incidents, what happened in them, and what people do with them. */

const person = z.object({ id: z.string(), name: z.string() })

export const severities = ['down', 'degraded'] as const

export const incidentSchema = z.object({
  id: z.string(),
  monitor: z.object({ id: z.string(), name: z.string() }),
  severity: z.enum(severities),
  /** The first failing check, and when enough regions had agreed. */
  beganAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  /** Null while it lasts. */
  endedAt: z.iso.datetime().nullable(),
  resolution: z.enum(resolutions).nullable(),
  /** So far, where it lasts. */
  durationSeconds: z.number(),
  cause: z.object({ code: z.enum(outcomeCodes), message: z.string(), region: z.string().nullable() }),
  acknowledged: z.object({ at: z.iso.datetime(), by: person }).nullable(),
  assignee: person.nullable(),
  /** The storm that it is a part of. */
  stormId: z.string().nullable(),
  /** Whose outage it follows from, and why nobody is told of it. */
  parentId: z.string().nullable(),
  silentBecause: z.enum(['maintenance', 'parent']).nullable(),
  mergedInto: z.string().nullable(),
  version: z.number().int(),
})
export type Incident = z.output<typeof incidentSchema>

const yesOrNo = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional()

/** Which incidents are meant: of the list, of its counts and of what is exported. */
export const incidentFilterSchema = z.object({
  /** Only those that last, or only those that are over. */
  open: yesOrNo,
  acknowledged: yesOrNo,
  monitorId: z.uuid().optional(),
  severity: z.enum(severities).optional(),
  stormId: z.uuid().optional(),
  code: z.enum(outcomeCodes).optional(),
  /** Where the look was that best explains it. */
  region: z.string().min(1).max(200).refine(isPlainText, 'has control characters').optional(),
  /** Of its monitor. */
  tag: tag.optional(),
  /** That began between the two. Those that last are there whenever they began, as far as `from` goes. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
})

/** Beyond so many of one state incidents are neither counted nor exported. */
export const incidentsCounted = 100_000

/** `GET /api/v1/incidents/counts`: of those that last, and which of them are acknowledged; of those that are over. */
export const incidentCountsSchema = z.object({
  open: z.number().int(),
  acknowledged: z.number().int(),
  resolved: z.number().int(),
})
export type IncidentCounts = z.output<typeof incidentCountsSchema>

/** `GET /api/v1/incidents?limit=1…200&cursor=…`, and what the filter has; newest first. */
export const incidentPageSchema = z.object({ items: z.array(incidentSchema), nextCursor: z.string().nullable() })
export type IncidentPage = z.output<typeof incidentPageSchema>

/**
 * What happened in it, in the order in which it was written down. Its kinds so far: first_failure, region_failing,
 * region_passing, evidence, opened, severity, status, told, resolved, storm; and of people: acknowledged, unacknowledged, assigned,
 * comment, postmortem, reopened, merged. A kind that is not known is to be passed over.
 */
export const entrySchema = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  kind: z.string(),
  body: z.record(z.string(), z.unknown()),
  /** Who did it; null where it was us. */
  actor: person.nullable(),
})
export type Entry = z.output<typeof entrySchema>

/** `GET /api/v1/incidents/:id/timeline?limit=1…200&cursor=…`, oldest first. */
export const timelineSchema = z.object({ items: z.array(entrySchema), nextCursor: z.string().nullable() })

/** Markdown as it was written, and as HTML that can be shown as it is. */
export const writtenSchema = z.object({ text: z.string(), html: z.string() })

/** `GET /api/v1/incidents/:id`: with the first page of its timeline. */
export const incidentDetailSchema = incidentSchema.extend({
  postmortem: writtenSchema.nullable(),
  timeline: timelineSchema,
})
export type IncidentDetail = z.output<typeof incidentDetailSchema>

/** Several lines of markdown. */
const markdown = z
  .string()
  .max(10_000)
  .refine((text) => isPlainText(text.replace(/[\t\r\n]/g, ' ')), 'has control characters')

/** `PUT /api/v1/incidents/:id/assignee`: a member of the workspace, or nobody. */
export const assignSchema = z.object({ userId: z.uuid().nullable() }).strict()

/** `POST /api/v1/incidents/:id/comments`. */
export const commentSchema = z.object({ text: markdown.refine((text) => text.trim() !== '', 'says nothing') }).strict()

/** `PUT /api/v1/incidents/:id/postmortem`: an empty one is none. */
export const postmortemSchema = z.object({ text: markdown }).strict()

/** `POST /api/v1/incidents/:id/merge`. */
export const mergeSchema = z.object({ into: z.uuid() }).strict()
