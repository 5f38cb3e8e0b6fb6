import { createHmac } from 'node:crypto'
import { outcomeSchema } from '@repo/contracts/check-message'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { lookLimits } from '@repo/contracts/monitors'
import type { CheckResult } from '@repo/domain/check'
import type { MonitorId } from '@repo/domain/ids'
import { parseRegion, type Region } from '@repo/domain/region'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { ApiDeps } from './deps.ts'
import type { Principal } from './principal.ts'

const algorithm = 'HS256'
const issuer = 'betteruptime'
const audience = 'betteruptime:look'

/** What a region saw in a test run. */
export type SeenLook = Pick<CheckResult, 'region' | 'scheduledAtMs' | 'startedAtMs' | 'outcome'>

/** Whose test run it was, and of what. */
export interface LookOf {
  readonly by: Pick<Principal, 'userId' | 'workspaceId'>
  readonly spec: CheckSpec
}

/**
 * Gives what a test run saw to whoever tried, signed, and takes it back from them with the monitor that they save. Nothing has to be
 * kept for it, and it does not matter which process is asked.
 */
export interface Looks {
  /** Undefined for a look that would be too long. */
  sign(look: SeenLook & LookOf, nowMs: number): Promise<string | undefined>
  /** Undefined for one that is not ours, is over, or was of another person, workspace or spec. */
  verify(text: string, of: LookOf, nowMs: number): Promise<SeenLook | undefined>
}

const lookSchema = z.object({
  region: z.string().transform(parseRegion),
  scheduledAtMs: z.number().int(),
  startedAtMs: z.number().int(),
  outcome: outcomeSchema,
})

export function createLooks(secret: string): Looks {
  const key = new TextEncoder().encode(secret)
  // The spec stands in it by a keyed hash, from which nobody can guess the secrets that it holds.
  const hashOf = ({ by, spec }: LookOf) =>
    createHmac('sha256', key)
      .update(`${by.workspaceId} ${JSON.stringify(spec)}`)
      .digest('base64url')
  return {
    async sign({ by, spec, ...seen }, nowMs) {
      const text = await new SignJWT({ ...seen, of: hashOf({ by, spec }) })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setSubject(by.userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(Math.floor((nowMs + lookLimits.keptMs) / 1_000))
        .sign(key)
      return text.length > lookLimits.length ? undefined : text
    },
    async verify(text, of, nowMs) {
      const { payload } = await jwtVerify(text, key, {
        algorithms: [algorithm],
        issuer,
        audience,
        subject: of.by.userId,
        typ: 'JWT',
        requiredClaims: ['exp'],
        currentDate: new Date(nowMs),
      }).catch(() => ({ payload: undefined }))
      return payload?.of === hashOf(of) ? lookSchema.parse(payload) : undefined
    },
  }
}

interface LookedAt extends LookOf {
  readonly monitorId: MonitorId
  readonly monitorKey: number
  readonly regions: readonly Region[]
}

/**
 * Sends what was seen before a monitor was saved the way of all results. It is a look beside the grid, as one that somebody asks for;
 * the first check follows in any case, so that nothing is lost where this fails.
 */
export async function keepLooks(
  { looks, results, clock, log }: Pick<ApiDeps, 'looks' | 'results' | 'clock' | 'log'>,
  texts: readonly string[],
  { monitorId, monitorKey, regions, ...of }: LookedAt,
): Promise<void> {
  const read = await Promise.all(texts.map((text) => looks.verify(text, of, clock.nowMs())))
  const seen = read.filter((look) => look !== undefined && regions.includes(look.region)) as SeenLook[]
  // That we could not look says nothing of the website.
  const told = seen.filter(({ outcome }) => outcome.verdict !== 'unknown')
  if (told.length === 0) return
  await results
    .publish(told.map((look) => ({ monitorId, monitorKey, ...look })))
    .catch((err: unknown) => log.warn({ err, monitorId }, 'the looks before a monitor was saved could not be kept'))
}
