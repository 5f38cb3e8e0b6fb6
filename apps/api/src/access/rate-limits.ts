import { type Caller, networkOf } from '@repo/service/caller'
import type { RateLimits } from '@repo/streams/rate-limits'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'

interface Rule {
  readonly name: string
  readonly limit: number
  readonly windowMs: number
}

const MINUTE_MS = 60_000
const quarterOfAnHour = 15 * MINUTE_MS

/**
 * Everything by which somebody could guess, or could make us work or write for nothing. `everywhere` is for what strangers
 * try: then `account` is of each address at it, so that whoever tries keeps nobody out but themselves.
 */
export const guessRules = {
  signIn: { account: 10, everywhere: 100, address: 100, windowMs: quarterOfAnHour },
  /** Passkeys and the login of the organisation: two steps each, nothing to guess, and rows of ours. */
  login: { account: 10, address: 300, windowMs: quarterOfAnHour },
  /** Six digits, of which three numbers are right: the tries of a whole month find one in 25 times, and take the password. */
  code: { account: 5, address: 50, windowMs: quarterOfAnHour },
  signUp: { account: 20, address: 100, windowMs: 60 * MINUTE_MS },
  reset: { account: 3, address: 20, windowMs: 60 * MINUTE_MS },
  invitation: { account: 20, address: 60, windowMs: quarterOfAnHour },
  /** Nothing to guess, and rows of ours; many may come from a provider of mail. */
  alertLink: { account: 20, address: 120, windowMs: quarterOfAnHour },
  /** Mail with words of somebody's own, from us: of whom, and to whom. */
  mailFrom: { account: 50, address: 100, windowMs: 60 * MINUTE_MS },
  mailTo: { account: 3, address: 100, windowMs: 60 * MINUTE_MS },
  /** Password or code asked of somebody who is signed in. */
  confirm: { account: 10, address: 100, windowMs: quarterOfAnHour },
} as const
export type Guess = keyof typeof guessRules

interface Limits {
  readonly account: number
  readonly address: number
  readonly everywhere?: number
}

/**
 * Counts a try against the account and against the address, before anything is looked at. Where the limits cannot be
 * counted there are no tries.
 *
 * @returns what forgives the account its tries, once one was right.
 * @throws AppError `too_many_requests`, or `unavailable`.
 */
export async function takeGuess(
  { rateLimits, log }: Pick<ApiDeps, 'rateLimits' | 'log'>,
  guess: Guess,
  { account, caller }: { account: string; caller: Caller },
): Promise<() => Promise<void>> {
  const { windowMs, ...limits } = guessRules[guess] as { windowMs: number } & Limits
  const network = networkOf(caller.address)
  const wholeKey = `${guess}:account:${account.normalize('NFKC').toLowerCase()}`
  const accountKey = limits.everywhere === undefined ? wholeKey : `${wholeKey}:from:${network}`
  // The address first: whoever has no tries left must not make us keep a window for each name that they think of.
  const keys: [key: string, limit: number][] = [
    [`${guess}:address:${network}`, limits.address],
    [accountKey, limits.account],
  ]
  if (limits.everywhere !== undefined) keys.push([wholeKey, limits.everywhere])
  for (const [key, limit] of keys) {
    const taken = await count(rateLimits, key, { name: guess, limit, windowMs })
    if (!taken.allowed) {
      log.warn({ guess, address: caller.address, requestId: caller.requestId }, 'too many tries')
      throw tooMany(taken.resetMs, 'too many tries: wait before the next one')
    }
  }
  return async () => {
    await rateLimits.forgive(accountKey).catch(() => {})
  }
}

async function count(rateLimits: RateLimits, key: string, rule: Rule) {
  try {
    return await rateLimits.take(key, rule)
  } catch {
    throw new AppError('unavailable', 'tries cannot be counted at the moment')
  }
}

/** Requests of somebody known, counted over all API processes. */
export interface RequestMeter {
  /**
   * Counts one. Where that fails nobody is kept out: this limit is against use, not against guessing.
   *
   * @returns the headers of draft-ietf-httpapi-ratelimit-headers-10.
   * @throws AppError `too_many_requests`.
   */
  take(principal: Pick<Principal, 'kind' | 'id'>): Promise<Record<string, string>>
}

/** So many are taken from the backend in one go, so that a busy client costs it no question a request. */
const takenAtOnce = 20
const metersAtMost = 10_000

interface Meter {
  left: number
  remaining: number
  readonly endsAtMs: number
}

export function createRequestMeter({
  rateLimits,
  requestsPerMinute,
  log,
}: Pick<ApiDeps, 'rateLimits' | 'requestsPerMinute' | 'log'>): RequestMeter {
  const rule = { limit: requestsPerMinute, windowMs: MINUTE_MS }
  // Of a small limit not much is set aside: what one process holds, another one cannot give.
  const share = Math.max(1, Math.min(takenAtOnce, Math.floor(requestsPerMinute / 100)))
  const meters = new Map<string, Meter>()

  async function refill(key: string): Promise<Meter> {
    let taken = await rateLimits.take(key, rule, share)
    let left = share
    if (!taken.allowed && taken.remaining > 0) {
      left = 1
      taken = await rateLimits.take(key, rule)
    }
    if (!taken.allowed)
      throw tooMany(
        taken.resetMs,
        `at most ${rule.limit} requests a minute`,
        headersOf(rule.limit, { ...taken, left: 0 }),
      )
    const meter = { left, remaining: taken.remaining, endsAtMs: performance.now() + taken.resetMs }
    if (meters.size >= metersAtMost) meters.delete(meters.keys().next().value ?? '')
    meters.set(key, meter)
    return meter
  }

  return {
    async take({ kind, id }) {
      const key = `requests:${kind}:${id}`
      const known = meters.get(key)
      try {
        const meter = known && known.left > 0 && known.endsAtMs > performance.now() ? known : await refill(key)
        meter.left -= 1
        return headersOf(rule.limit, { ...meter, resetMs: meter.endsAtMs - performance.now() })
      } catch (err) {
        if (err instanceof AppError) throw err
        log.warn({ err }, 'requests cannot be counted')
        return {}
      }
    },
  }
}

function headersOf(
  limit: number,
  { remaining, left, resetMs }: { remaining: number; left: number; resetMs: number },
): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${limit};w=${MINUTE_MS / 1_000}`,
    ratelimit: `"default";r=${remaining + left};t=${Math.ceil(Math.round(resetMs) / 1_000)}`,
  }
}

function tooMany(resetMs: number, detail: string, headers: Record<string, string> = {}): AppError {
  const seconds = Math.max(1, Math.ceil(resetMs / 1_000))
  return new AppError('too_many_requests', detail, { headers: { ...headers, 'retry-after': `${seconds}` } })
}
