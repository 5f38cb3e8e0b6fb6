import { hashOfKey, type RateLimits, refuseSenselessRate, takenOf } from './rate-limits.ts'

export interface MemoryRateLimitsOptions {
  /** Windows that are kept at most; beyond it the one that began first is forgotten. */
  readonly capacity?: number
  readonly nowMs?: () => number
}

interface Window {
  used: number
  readonly endsAtMs: number
}

export function createMemoryRateLimits(options: MemoryRateLimitsOptions = {}): RateLimits {
  const { capacity = 100_000, nowMs = () => performance.now() } = options
  // In the order in which they began.
  const windows = new Map<string, Window>()

  function makeRoom(atMs: number): void {
    if (windows.size < capacity) return
    for (const [key, { endsAtMs }] of windows) if (endsAtMs <= atMs) windows.delete(key)
    const [oldest] = windows.keys()
    if (windows.size >= capacity && oldest !== undefined) windows.delete(oldest)
  }

  function begin(key: string, window: Window, atMs: number): void {
    windows.delete(key)
    makeRoom(atMs)
    windows.set(key, window)
  }

  return {
    async take(key, rate, cost = 1) {
      refuseSenselessRate(rate, cost)
      const hash = hashOfKey(key)
      const atMs = nowMs()
      const known = windows.get(hash)
      const running = known && known.endsAtMs > atMs
      const window = running ? known : { used: 0, endsAtMs: atMs + rate.windowMs }
      const allowed = window.used + cost <= rate.limit
      if (allowed) window.used += cost
      if (allowed && !running) begin(hash, window, atMs)
      // Of fractions of a millisecond a sum may be a little more than its parts.
      const resetMs = Math.min(rate.windowMs, Math.ceil(window.endsAtMs - atMs))
      return takenOf(rate, { allowed, used: window.used, resetMs })
    },
    async forgive(key) {
      windows.delete(hashOfKey(key))
    },
  }
}
