import { z } from 'zod'

/** What the operator of an instance sees and sets: all workspaces by how much they have, and how much they may have. */

const limit = (min: number) => z.number().int().min(min).max(100_000_000).nullable()

/** null is the default of the instance. */
export const instanceLimitsSchema = z
  .object({
    monitors: limit(0),
    members: limit(1),
    checksPerMinute: limit(0),
    intervalFloorSeconds: z.number().int().min(1).max(86_400).nullable(),
  })
  .strict()

export const instanceWorkspacePageSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: z.iso.datetime(),
      monitors: z.number().int(),
      members: z.number().int(),
      limits: instanceLimitsSchema,
    }),
  ),
  nextCursor: z.string().nullable(),
})
