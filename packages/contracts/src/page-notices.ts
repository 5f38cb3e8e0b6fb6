import { componentStates, impacts, phases } from '@repo/domain/status-page'
import { z } from 'zod'
import { monitorName } from './monitors.ts'
import { isPlainText } from './plain-text.ts'
import { statusPageLimits } from './status-pages.ts'

/** What is said on a status page beside its content: incidents with their updates, announcements, and what nobody watches. */

export const noticeLimits = {
  /** Of a page, whether or not they are published. */
  incidents: 5_000,
  /** An incident is written of so long after it began at most. */
  beganWithinMs: 366 * 86_400_000,
  announcements: 500,
  /** Of an incident. */
  updates: 200,
  textLength: 10_000,
} as const

/** Markdown. */
const noticeText = z
  .string()
  .trim()
  .min(1, 'says nothing')
  .max(noticeLimits.textLength, `at most ${noticeLimits.textLength} characters`)
  .refine((text) => isPlainText(text.replaceAll(/[\n\r\t]/g, ' ')), 'no control characters')

const instant = z.iso.datetime({ offset: true })

/** What is said of components: a page shows each of them as bad as that, where it is not worse already. */
const touched = z
  .array(z.object({ componentId: z.uuid(), state: z.enum(componentStates) }).strict())
  .max(statusPageLimits.components)
  .refine(
    (list) => new Set(list.map(({ componentId }) => componentId)).size === list.length,
    'a component is named twice',
  )
export type TouchedComponents = z.output<typeof touched>

/** `POST /api/v1/status-pages/:id/incidents`. Without `publish` it is a draft, which outsiders do not see. */
export const createPageIncidentSchema = z
  .object({
    title: monitorName,
    impact: z.enum(impacts).default('minor'),
    components: touched.default([]),
    /** Now, where nobody says when; never later. */
    beganAt: instant.optional(),
    /** The first update. */
    phase: z.enum(phases).default('investigating'),
    body: noticeText,
    publish: z.boolean().default(false),
  })
  .strict()

/** `PATCH …/incidents/:incidentId`: what is left out stays as it is; components are set as a whole. */
export const changePageIncidentSchema = z
  .object({
    title: monitorName.optional(),
    impact: z.enum(impacts).optional(),
    components: touched.optional(),
    beganAt: instant.optional(),
  })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

/** `POST …/incidents/:incidentId/updates`. One that says `resolved` ends the incident once it is published. */
export const createPageUpdateSchema = z
  .object({ phase: z.enum(phases), body: noticeText, publish: z.boolean().default(false) })
  .strict()

/** `PATCH …/updates/:updateId`, as long as outsiders do not see it. */
export const changePageUpdateSchema = z
  .object({ phase: z.enum(phases).optional(), body: noticeText.optional() })
  .strict()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

const at = z.iso.datetime()

export const pageIncidentSchema = z.object({
  id: z.string(),
  title: z.string(),
  impact: z.enum(impacts),
  /** What was published of it last; of a draft that of its making. */
  phase: z.enum(phases),
  beganAt: at,
  /** Null of a draft. */
  publishedAt: at.nullable(),
  resolvedAt: at.nullable(),
  /** When a person last wrote on it; null where we drafted it and go on with it ourselves. */
  writtenAt: at.nullable(),
  components: touched,
  /** The incidents of monitors that it is about. */
  incidentIds: z.array(z.string()),
  /** The newest first. */
  updates: z.array(
    z.object({
      id: z.string(),
      phase: z.enum(phases),
      body: z.string(),
      at,
      publishedAt: at.nullable(),
      /** Null where we wrote it. */
      authorName: z.string().nullable(),
    }),
  ),
  version: z.number().int(),
  createdAt: at,
  updatedAt: at,
})
export type PageIncident = z.output<typeof pageIncidentSchema>

/** `GET …/updates/:updateId/mail`: what subscribers by mail get of an update, as text; the links that are one person's end in `…`. */
export const pageMailSchema = z.object({ subject: z.string(), text: z.string() })
export type PageMail = z.output<typeof pageMailSchema>

/** `GET …/incidents?limit=1…200&cursor=…`, the newest first. */
export const pageIncidentPageSchema = z.object({
  items: z.array(pageIncidentSchema),
  nextCursor: z.string().nullable(),
})

/** `PUT …/components/:componentId/state`, of one that nobody watches. */
export const setComponentStateSchema = z.object({ state: z.enum(componentStates) }).strict()

const componentStateSchema = z.object({ componentId: z.string(), state: z.enum(componentStates), since: at })

/** `GET …/components`: of those of which nothing was said yet there is nothing. */
export const componentStatesSchema = z.object({ items: z.array(componentStateSchema) })

/** `POST …/announcements`; `PUT …/announcements/:announcementId` says all of it anew. */
export const announcementFieldsSchema = z
  .object({
    title: monitorName,
    body: noticeText,
    /** From now on, where it is left out. */
    from: instant.optional(),
    /** Null where it is said until somebody takes it away. */
    until: instant.nullable().default(null),
  })
  .strict()

export const announcementSchema = z.object({
  id: z.string(),
  title: z.string(),
  body: z.string(),
  from: at,
  until: at.nullable(),
  createdAt: at,
  updatedAt: at,
})
export type Announcement = z.output<typeof announcementSchema>

/** In the order in which they were made. */
export const announcementPageSchema = z.object({
  items: z.array(announcementSchema),
  nextCursor: z.string().nullable(),
})
