import { pingLimits } from '@repo/contracts/heartbeats'
import { AppError } from '../problems.ts'

interface Window {
  left: number
  readonly endsAtMs: number
}

const windowMs = 60_000
const windowsAtMost = 100_000

/**
 * How often a job pings, counted by each process for itself: the limit keeps one job from burdening the others, and a question
 * to anybody would cost more than the ping.
 *
 * @throws AppError `too_many_requests`.
 */
export function createPingMeter(): (tokenHash: string) => void {
  // In the order in which they began.
  const windows = new Map<string, Window>()
  return (tokenHash) => {
    const nowMs = performance.now()
    let window = windows.get(tokenHash)
    if (!window || window.endsAtMs <= nowMs) {
      window = { left: pingLimits.perMinute, endsAtMs: nowMs + windowMs }
      windows.delete(tokenHash)
      if (windows.size >= windowsAtMost) windows.delete(windows.keys().next().value ?? '')
      windows.set(tokenHash, window)
    }
    window.left -= 1
    if (window.left >= 0) return
    const retryAfter = String(Math.max(1, Math.ceil((window.endsAtMs - nowMs) / 1_000)))
    throw new AppError('too_many_requests', `at most ${pingLimits.perMinute} pings a minute`, {
      headers: { 'retry-after': retryAfter },
    })
  }
}
