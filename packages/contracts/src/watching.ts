import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { z } from 'zod'
import type { Codec } from './check-message.ts'

/**
 * What each API tells the dbpushers on the live bus, now and then and whenever somebody comes: these workspaces are being
 * watched. Only their ticks are told of live; nobody hears the others.
 */
export interface Watching {
  readonly workspaceIds: readonly WorkspaceId[]
}

export const watchingSchema = z.object({ workspaceIds: z.array(z.string().transform(parseWorkspaceId)).max(100_000) })

export const watchingCodec: Codec<Watching> = {
  encode: (watching) => JSON.stringify(watching),
  decode: (text) => watchingSchema.parse(JSON.parse(text)),
}

/** How often a watched workspace is told of, and how long one that is told of no more counts as watched. */
export const watchingLimits = { repeatMs: 4_000, forgetAfterMs: 12_000 } as const
