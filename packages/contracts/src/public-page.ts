import { componentStates, impacts, indicators, phases } from '@repo/domain/status-page'
import { z } from 'zod'
import { pageLanguages, pageThemeSchema } from './status-pages.ts'

/**
 * All that outsiders ever get of a status page. Every object is strict and names what it has: whatever a monitor, an incident or a
 * window has beside it cannot come here. Ids are those of the page's own components, never a monitor's.
 */

const at = z.iso.datetime()

/** A day in seconds. `[up, degraded, down, unknown, maintenance]`; null where nothing was said, which is drawn grey. */
export const publicDaySchema = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]).nullable()
export type PublicDay = z.output<typeof publicDaySchema>

const leaf = {
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  state: z.enum(componentStates),
  /** What it was before nothing was known of it any more; the same as `state` where that is known, `unknown` where it never was. */
  lastKnown: z.enum(componentStates),
  /** Since when it is in this state; null where that is not known. */
  since: at.nullable(),
  /** Ninety days, the oldest first, the last of them today; null where it shows no uptime. */
  days: z.array(publicDaySchema).nullable(),
  /** Of these days together, in per cent, rounded down at three decimals; null where nothing is known. */
  uptimePercent: z.number().nullable(),
  /** The median of each hour of the last day in milliseconds, the oldest first; null where it shows none. */
  responseMs: z.array(z.number().nullable()).nullable(),
}
export const publicPartSchema = z.object(leaf).strict()
export type PublicPart = z.output<typeof publicPartSchema>
export const publicComponentSchema = z.object({ ...leaf, parts: z.array(publicPartSchema) }).strict()
export type PublicComponent = z.output<typeof publicComponentSchema>

export const publicUpdateSchema = z.object({ id: z.uuid(), phase: z.enum(phases), body: z.string(), at }).strict()

export type PublicUpdate = z.output<typeof publicUpdateSchema>

export const publicIncidentSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    impact: z.enum(impacts),
    phase: z.enum(phases),
    beganAt: at,
    resolvedAt: at.nullable(),
    componentIds: z.array(z.uuid()),
    /** The newest first. */
    updates: z.array(publicUpdateSchema),
  })
  .strict()
export type PublicIncident = z.output<typeof publicIncidentSchema>

export const maintenanceStates = ['scheduled', 'in_progress', 'completed', 'cancelled'] as const

export const publicMaintenanceSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    body: z.string(),
    state: z.enum(maintenanceStates),
    startsAt: at,
    endsAt: at,
    componentIds: z.array(z.uuid()),
  })
  .strict()
export type PublicMaintenance = z.output<typeof publicMaintenanceSchema>

/** As subscribers are told of it. */
export const toldMaintenanceSchema = publicMaintenanceSchema.extend({
  /** Of what is put off, or lasts otherwise: when it was to be. */
  movedFrom: z.object({ startsAt: at, endsAt: at }).strict().optional(),
})
export type ToldMaintenance = z.output<typeof toldMaintenanceSchema>

export const publicAnnouncementSchema = z.object({ id: z.uuid(), title: z.string(), body: z.string(), at }).strict()

export const publicPageSchema = z
  .object({
    slug: z.string(),
    /** Its name of its own, where that was verified. */
    domain: z.string().nullable(),
    title: z.string(),
    description: z.string(),
    language: z.enum(pageLanguages),
    timeZone: z.string(),
    theme: pageThemeSchema,
    homepage: z.string().nullable(),
    contact: z.string().nullable(),
    isListed: z.boolean(),
    /** Of the bytes of its logo, for its address: another image has another one. Null where there is none. */
    logo: z.string().nullable(),
    indicator: z.enum(indicators),
    /** The last of the days: `2026-06-01`. */
    today: z.string(),
    sections: z.array(
      z
        .object({ id: z.uuid(), name: z.string(), isFolded: z.boolean(), components: z.array(publicComponentSchema) })
        .strict(),
    ),
    /** Those that last, and those of the last ninety days; the newest first. */
    incidents: z.array(publicIncidentSchema),
    /** Those that last or are planned, the next one first, and those of the last ninety days. */
    maintenances: z.array(publicMaintenanceSchema),
    announcements: z.array(publicAnnouncementSchema),
  })
  .strict()
export type PublicPage = z.output<typeof publicPageSchema>
