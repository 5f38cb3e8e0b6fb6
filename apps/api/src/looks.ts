import { createHmac } from 'node:crypto'
import { outcomeSchema } from '@repo/contracts/check-message'
import type { CheckSpec } from '@repo/contracts/check-spec'
import { lookLimits } from '@repo/contracts/monitors'
import type { CheckResult } from '@repo/domain/check'
import type { MonitorId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
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

/** What was seen of a monitor that is about to be saved, as far as it can be believed. */
export async function readLooks(
  { looks, clock }: Pick<ApiDeps, 'looks' | 'clock'>,
  texts: readonly string[],
  { regions, ...of }: LookOf & { readonly regions: readonly Region[] },
): Promise<SeenLook[]> {
  const read = await Promise.all(texts.map((text) => looks.verify(text, of, clock.nowMs())))
  // That we could not look says nothing of the website.
  return read.filter(isSeen).filter(({ region, outcome }) => regions.includes(region) && outcome.verdict !== 'unknown')
}

const isSeen = (look: SeenLook | undefined): look is SeenLook => look !== undefined

/**
 * The instant at which all of its regions looked just now: then that is the first slot of its schedule, and has its results.
 * Undefined where one of them did not, or it is too long ago for a check of that slot still to be run.
 */
export function firstSlotMs(seen: readonly SeenLook[], regions: readonly Region[], nowMs: number): number | undefined {
  const [first] = seen
  if (!first || nowMs - first.scheduledAtMs >= monitorLimits.startWindowMs) return undefined
  const together = seen.filter(({ scheduledAtMs }) => scheduledAtMs === first.scheduledAtMs)
  return regions.every((region) => together.some((look) => look.region === region)) ? first.scheduledAtMs : undefined
}

/**
 * Sends what was seen before a monitor was saved the way of all results. A check of the first slot is run in any case, so that
 * nothing is lost where this fails; where it does not, that finds its slot taken.
 */
export async function sendLooks(
  { results, log }: Pick<ApiDeps, 'results' | 'log'>,
  seen: readonly SeenLook[],
  monitor: { readonly monitorId: MonitorId; readonly monitorKey: number },
): Promise<void> {
  if (seen.length === 0) return
  await results
    .publish(seen.map((look) => ({ ...monitor, ...look })))
    .catch((err: unknown) => log.warn({ err, ...monitor }, 'the looks before a monitor was saved could not be kept'))
}
