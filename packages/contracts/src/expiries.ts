import { z } from 'zod'

/** What ends soon of what looks tell of: certificates and registrations of domains. */

export const expiryKinds = ['certificate', 'domain'] as const
export const expiryLimits = { withinDays: { default: 14, max: 365 }, endedDays: 7 } as const

/** `GET /api/v1/expiries?withinDays=14&limit=1…200&cursor=…`: what ends first is first; what ended in the last week is there too. */
export const expiriesSchema = z.object({
  items: z.array(
    z.object({
      monitor: z.object({ id: z.string(), name: z.string() }),
      kind: z.enum(expiryKinds),
      expiresAt: z.iso.datetime(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
export type Expiries = z.output<typeof expiriesSchema>
