import { dependencyLimits } from '@repo/domain/dependency'
import { statuses } from '@repo/domain/status'
import { z } from 'zod'

/** `PUT /api/v1/monitors/:id/dependencies`: what the monitor hangs on, all of it. */
export const setDependenciesSchema = z
  .object({
    parentIds: z
      .array(z.uuid())
      .max(dependencyLimits.parents, `a monitor hangs on at most ${dependencyLimits.parents} others`)
      .refine((list) => new Set(list).size === list.length, 'a monitor is named twice'),
  })
  .strict()

const relativeSchema = z.object({ id: z.string(), name: z.string(), status: z.enum(statuses) })
export type Relative = z.output<typeof relativeSchema>

/** `GET /api/v1/monitors/:id/dependencies`: what it hangs on, and what hangs on it, each by name. */
export const dependenciesSchema = z.object({ parents: z.array(relativeSchema), children: z.array(relativeSchema) })
export type Dependencies = z.output<typeof dependenciesSchema>
