import { z } from 'zod'

/** The weekly mail about a workspace, as one of its members gets it or does not. */

/** `GET /api/v1/digest`. */
export const digestSchema = z.object({
  /** Whether they want it. */
  enabled: z.boolean(),
  /** Where it goes; null where their account has no address. */
  email: z.string().nullable(),
  /** By whose clocks it comes: that of the workspace. */
  timeZone: z.string(),
  /** When it comes next; null where it does not. */
  nextAt: z.iso.datetime().nullable(),
})

/** `PATCH /api/v1/digest`. */
export const changeDigestSchema = z.object({ enabled: z.boolean() }).strict()

/** `POST /api/v1/digest/test`: what the mail server made of it. */
export const digestTestSchema = z.object({
  outcome: z.enum(['accepted', 'retry', 'refused']),
  reason: z.string(),
  answer: z.string(),
})
