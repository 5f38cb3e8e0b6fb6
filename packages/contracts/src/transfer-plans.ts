import { dependencyLimits } from '@repo/domain/dependency'
import { maintenanceLimits } from '@repo/domain/maintenance'
import { groupLimits } from '@repo/domain/monitor-group'
import { z } from 'zod'
import { groupRuleSchema } from './groups.ts'
import { scheduleSchema, windowAnnouncementSchema } from './maintenance.ts'
import { monitorName, tag } from './monitors.ts'

/** What of a workspace refers to its monitors, in a document where those have no ids: by their places in it, from 0. */

/** Monitors that a document may hold, and each may hang on others. */
export const importLimit = 10_000

const place = z.number().int().min(0).max(9_999)

export const plansShape = {
  maintenance: z
    .array(
      z
        .object({
          name: monitorName,
          schedule: scheduleSchema,
          announcement: windowAnnouncementSchema.nullable().optional(),
          appliesTo: z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('all') }).strict(),
            z.object({ kind: z.literal('tags'), tags: z.array(tag).min(1).max(20) }).strict(),
            z.object({ kind: z.literal('monitors'), monitors: z.array(place).max(1_000) }).strict(),
          ]),
        })
        .strict(),
    )
    .max(maintenanceLimits.windows)
    .default([]),
  groups: z
    .array(
      z
        .object({
          name: monitorName,
          rule: groupRuleSchema,
          members: z
            .array(z.object({ monitor: place, weight: z.number().int().min(1).max(groupLimits.weight) }).strict())
            .max(groupLimits.members),
        })
        .strict(),
    )
    .max(groupLimits.groups)
    .default([]),
  dependencies: z
    .array(z.object({ monitor: place, parents: z.array(place).max(dependencyLimits.parents) }).strict())
    .max(importLimit)
    .default([]),
}
const plansSchema = z.object(plansShape)
export type Plans = z.output<typeof plansSchema>

/** The places that plans name, each with the field in which it stands. */
export function placesIn({ maintenance, groups, dependencies }: Plans): { field: string; place: number }[] {
  return [
    ...maintenance.flatMap(({ appliesTo }, at) =>
      appliesTo.kind === 'monitors'
        ? appliesTo.monitors.map((place) => ({ field: `maintenance.${at}.appliesTo.monitors`, place }))
        : [],
    ),
    ...groups.flatMap(({ members }, at) =>
      members.map(({ monitor }) => ({ field: `groups.${at}.members`, place: monitor })),
    ),
    ...dependencies.flatMap(({ monitor, parents }, at) =>
      [monitor, ...parents].map((place) => ({ field: `dependencies.${at}`, place })),
    ),
  ]
}
