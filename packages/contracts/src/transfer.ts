import { z } from 'zod'
import { roleSchema } from './accounts.ts'
import { createMonitorSchema } from './monitors.ts'
import { policySchema } from './policy.ts'
import { changedSpecSchema, shownSpecSchema } from './spec-schemas.ts'
import { importLimit, placesIn, plansShape } from './transfer-plans.ts'

/** A workspace as one document: written without secrets, and read again by the schemas of what people write. */

export const transferFormat = 1
const format = z.literal(transferFormat, { error: `this instance reads format ${transferFormat} alone` })

const exportedMonitorSchema = z.object({
  name: z.string(),
  /** With `{ "set": true }` in place of each secret. */
  spec: shownSpecSchema,
  intervalSeconds: z.number().int(),
  regions: z.array(z.string()),
  tags: z.array(z.string()),
  policy: policySchema,
  mutedRegions: z.array(z.string()),
  paused: z.boolean(),
})
export type ExportedMonitor = z.output<typeof exportedMonitorSchema>

/** `GET /api/v1/workspace/export`. Members and keys are there to be read; they are never imported. */
export const exportSchema = z.object({
  format,
  exportedAt: z.iso.datetime(),
  workspace: z.object({ name: z.string() }),
  tags: z.array(z.string()),
  monitors: z.array(exportedMonitorSchema),
  ...plansShape,
  members: z.array(z.object({ username: z.string(), role: roleSchema })),
  keys: z.array(
    z.object({
      name: z.string(),
      prefix: z.string(),
      scopes: z.array(z.string()),
      createdBy: z.string(),
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime().nullable(),
    }),
  ),
})
export type Exported = z.output<typeof exportSchema>

const importedMonitorSchema = createMonitorSchema.extend({
  spec: changedSpecSchema,
  paused: z.boolean().default(false),
})
export type ImportedMonitor = z.output<typeof importedMonitorSchema>

/**
 * `POST /api/v1/workspace/import?dryRun=true`: an export, or a part of one. All of it is made, or nothing. With `skipExisting`
 * a monitor of which the workspace has one of the same name and target is passed over, and a window or a group of a name that
 * it has.
 */
export const importSchema = z
  .object({
    format,
    skipExisting: z.boolean().default(false),
    monitors: z.array(importedMonitorSchema).max(importLimit),
    ...plansShape,
    exportedAt: z.unknown().optional(),
    workspace: z.unknown().optional(),
    tags: z.unknown().optional(),
    members: z.unknown().optional(),
    keys: z.unknown().optional(),
  })
  .strict()
  .superRefine((document, context) => {
    for (const { field, place } of placesIn(document))
      if (place >= document.monitors.length)
        context.addIssue({
          code: 'custom',
          path: field.split('.'),
          message: `there is no monitor ${place} in the document`,
        })
  })

export const importAnswerSchema = z.object({
  dryRun: z.boolean(),
  created: z.number().int(),
  skipped: z.number().int(),
  /** Windows and groups that were made beside the monitors. */
  maintenance: z.number().int(),
  groups: z.number().int(),
  /** Those that were made paused, for secrets of theirs were not in the document: set them, and resume. */
  incomplete: z.array(z.object({ id: z.string(), name: z.string(), fields: z.array(z.string()) })),
})
