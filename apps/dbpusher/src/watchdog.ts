import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

export interface WatchdogDeps {
  /** Where it is sent to. It is secret: whoever knows it can keep the alarm from being raised. */
  readonly url: string
  readonly intervalMs: number
  /** When the whole way was last seen to work; undefined where it does not. */
  readonly wholeAtMs: () => number | undefined
  readonly clock: Clock
  readonly log: Log
  readonly onBeat?: (isReceived: boolean) => void
}

const turnMs = 1_000
const withinMs = 10_000
/** What was seen longer ago says nothing of now: whoever looks may hang. */
const freshMs = 15_000

/**
 * Tells somebody outside that the monitor works, while and only while it does. Its silence is the alarm, which no fault of
 * ours can hold back. A beat that did not arrive is tried again soon.
 */
export function createWatchdog({ url, intervalMs, wholeAtMs, clock, log, onBeat }: WatchdogDeps): Service {
  const { host } = new URL(url)
  const retryMs = Math.min(intervalMs, 10 * turnMs)

  function isWhole(): boolean {
    const seenAtMs = wholeAtMs()
    return seenAtMs !== undefined && clock.nowMs() - seenAtMs < freshMs
  }

  async function beat(signal: AbortSignal): Promise<boolean> {
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
      // An answer that leads elsewhere is none: the address is the operator's decision, and no other.
      const answer = await fetch(url, { redirect: 'manual', signal: within, headers: { 'user-agent': 'BetterUptime' } })
      await answer.body?.cancel()
      if (!answer.ok) log.warn({ host, status: answer.status }, 'the watchdog did not take the beat')
      return answer.ok
    } catch (error) {
      // Messages of failed requests name the whole address.
      if (!signal.aborted) log.warn({ host, reason: (error as Error).name }, 'the watchdog could not be reached')
      return false
    }
  }

  return async function watchdog(signal) {
    let dueAtMs = clock.nowMs()
    while (!signal.aborted) {
      if (clock.nowMs() >= dueAtMs && isWhole()) {
        dueAtMs = clock.nowMs() + intervalMs
        const isReceived = await beat(signal)
        if (!isReceived) dueAtMs = clock.nowMs() + retryMs
        onBeat?.(isReceived)
      }
      await clock.sleep(turnMs, signal)
    }
  }
}
