import type { Outcome } from '@repo/domain/outcome'
import { parseRegion, type Region } from '@repo/domain/region'
import { z } from 'zod'
import { type Codec, epochMs, outcomeSchema } from './check-message.ts'
import { checkSpecSchema } from './check-spec.ts'
import { regionNames } from './monitors.ts'

/** `POST /api/v1/monitors/test`: runs a spec once before anything is kept of it. */
export const testRunSchema = z.object({ spec: checkSpecSchema, regions: regionNames.optional() }).strict()

/**
 * One line of its answer (`application/x-ndjson`): what a region saw, as soon as it is known, and the last one. The outcome is
 * null where the region did not answer. `look` is what a monitor that is saved of it names, so that it has this result.
 */
export const testRunLineSchema = z.union([
  z.object({ region: z.string(), outcome: outcomeSchema.nullable(), look: z.string().optional() }),
  z.object({ done: z.literal(true) }),
])
export type TestRunLine =
  | { readonly region: string; readonly outcome: Outcome | null; readonly look?: string | undefined }
  | { readonly done: true }

/** What a consumer says of a test run, on the live bus. Nothing of it is stored. */
export interface TestRunSeen {
  readonly testRunId: string
  readonly region: Region
  /** Missing where a consumer of an earlier version says it. */
  readonly startedAtMs?: number | undefined
  readonly outcome: Outcome
}

const testRunSeenSchema = z.object({
  testRunId: z.uuid(),
  region: z.string().transform(parseRegion),
  startedAtMs: epochMs.optional(),
  outcome: outcomeSchema,
})

export const testRunSeenCodec: Codec<TestRunSeen> = {
  encode: (seen) => JSON.stringify(seen),
  decode: (text) => testRunSeenSchema.parse(JSON.parse(text)),
}

/** A region has its time-out and so long besides to answer; a workspace has so many test runs a minute. */
export const testRunLimits = { patienceMs: 5_000, perMinute: 30 } as const

/** No monitor has this key: should a consumer of an earlier version take a test run for a check, its tick is nobody's. */
export const testRunMonitorKey = 2_147_483_647
