import { outcomeCodes } from '@repo/domain/outcome'
import { z } from 'zod'

/** What each region says of a monitor, and which of them stand alone. */

const said = z.enum(['up', 'degraded', 'down', 'unknown'])

/** `GET /api/v1/monitors/:id/regions`. A region that has not looked yet is `unknown` since never. */
export const regionViewsSchema = z.object({
  items: z.array(
    z.object({
      region: z.string(),
      /** What it stands for in the verdict; see `docs/verdicts.md`. */
      vote: said,
      since: z.iso.datetime().nullable(),
      /** What its newest look said. */
      verdict: said,
      code: z.enum(outcomeCodes).nullable(),
      message: z.string().nullable(),
      /** It could not look, and has no voice until it has said anew what it stands for. */
      blind: z.boolean(),
      /** Somebody silenced it for this monitor. */
      muted: z.boolean(),
      /** It fails across many targets, and is believed nowhere. */
      quarantined: z.boolean(),
      /** Since when it has been finding the monitor down alone; null where it has not. */
      aloneSince: z.iso.datetime().nullable(),
      /** Of a region that finds it not well: how many looks in a row were better, and how many it takes. */
      recovery: z.object({ passed: z.number().int(), needed: z.number().int() }).nullable(),
      /** What it saw when it began to fail, as in the timeline of an incident; null where it finds it well, or saw nothing. */
      evidence: z.object({ at: z.iso.datetime(), outcome: z.looseObject({}), evidence: z.looseObject({}) }).nullable(),
    }),
  ),
})
export type RegionViews = z.output<typeof regionViewsSchema>

/** `GET /api/v1/advisories?limit=1…200&cursor=…`: regions that find a monitor down alone, the newest first. */
export const advisoriesSchema = z.object({
  items: z.array(
    z.object({
      monitor: z.object({ id: z.string(), name: z.string() }),
      region: z.string(),
      since: z.iso.datetime(),
      code: z.enum(outcomeCodes),
      message: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
