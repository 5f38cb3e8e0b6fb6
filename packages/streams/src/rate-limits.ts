/**
 * How often something may be done under a key, counted over all processes of the backend. A window begins with the first
 * taking and ends as a whole: around its end, up to twice the limit can pass within one window's time.
 */
export interface RateLimits {
  /**
   * Takes `cost` (default 1) of what the window still has, or nothing at all where that is less. Rejects where the backend
   * cannot be asked: whether that means yes or no is the caller's to say.
   */
  take(key: string, rate: Rate, cost?: number): Promise<Taken>
  /** As if nothing had been taken under the key. */
  forgive(key: string): Promise<void>
}

export interface Rate {
  readonly limit: number
  readonly windowMs: number
}

export interface Taken {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Until the window is over. */
  readonly resetMs: number
}

/** A rate that makes no sense would let everything pass, or nothing ever again. */
export function refuseSenselessRate({ limit, windowMs }: Rate, cost: number): void {
  for (const [name, value] of Object.entries({ limit, windowMs, cost })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} is not a positive integer: ${value}`)
  }
}

/** What is kept in place of a key: keys hold names and addresses of people, of any length. */
export function hashOfKey(key: string): string {
  return new Bun.CryptoHasher('sha256').update(key).digest('base64url')
}

export function takenOf({ limit }: Rate, counted: { allowed: boolean; used: number; resetMs: number }): Taken {
  const { allowed, used, resetMs } = counted
  return { allowed, limit, remaining: Math.max(0, limit - used), resetMs }
}
