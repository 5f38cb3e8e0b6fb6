import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

/** Something that answers whenever this region works. */
export interface Canary {
  readonly name: string
  /** Within this very machine: where it fails, we cannot look at anything. Of those outside, one that answers is enough. */
  readonly isOwn: boolean
  answers(signal: AbortSignal): Promise<boolean>
}

export interface RegionCanary {
  /** Whether the region was able to look, by a round that began at `sinceMs` or later. */
  wasOnline(sinceMs: number): Promise<boolean>
  /** By the last round. */
  readonly isOnline: boolean
  /** Looks now and then, also while nobody asks. */
  readonly service: Service
}

export interface RegionCanaryDeps {
  readonly canaries: readonly Canary[]
  readonly clock: Clock
  readonly log: Log
}

/** Strangers are not asked more often than this, however many checks fail. */
const leastMs = 1_000
const everyMs = 10_000
const patienceMs = 4_000

interface Round {
  readonly beganAtMs: number
  readonly online: boolean
}

/**
 * Tells a target that fails from a region that does. A check that failed is believed only when a canary has answered since
 * that check began: a region without a network would otherwise report everybody down.
 */
export function createRegionCanary({ canaries, clock, log }: RegionCanaryDeps): RegionCanary {
  let last: Round = { beganAtMs: Number.NEGATIVE_INFINITY, online: true }
  let next: Promise<Round> | undefined
  const stopped = new AbortController()

  async function round(): Promise<Round> {
    const waitMs = last.beganAtMs + leastMs - clock.nowMs()
    if (waitMs > 0) await clock.sleep(waitMs, stopped.signal)
    const beganAtMs = clock.nowMs()
    // From now on whoever asks needs another one.
    next = undefined
    const failed = await failing()
    const online = !cutOff(failed)
    if (online !== last.online) {
      if (online) log.info({ region: 'online' }, 'the region is online again: its checks count')
      else log.error({ failed: failed.map(({ name }) => name) }, 'the region is offline: nothing that it sees counts')
    }
    last = { beganAtMs, online }
    return last
  }

  async function failing(): Promise<Canary[]> {
    const signal = AbortSignal.any([AbortSignal.timeout(patienceMs), stopped.signal])
    const answers = await Promise.all(canaries.map((canary) => canary.answers(signal).catch(() => false)))
    return canaries.filter((_canary, place) => answers[place] === false)
  }

  function cutOff(failed: readonly Canary[]): boolean {
    const outside = canaries.filter(({ isOwn }) => !isOwn)
    const failedOutside = failed.filter(({ isOwn }) => !isOwn)
    return failed.some(({ isOwn }) => isOwn) || (outside.length > 0 && failedOutside.length === outside.length)
  }

  function nextRound(): Promise<Round> {
    // Not at once: the round forgets itself as soon as it begins.
    next ??= Promise.resolve().then(round)
    return next
  }

  return {
    get isOnline() {
      return last.online
    },
    async wasOnline(sinceMs) {
      if (canaries.length === 0 || last.beganAtMs >= sinceMs) return last.online
      return (await nextRound()).online
    },
    async service(signal) {
      signal.addEventListener('abort', () => stopped.abort(), { once: true })
      while (!signal.aborted) {
        if (canaries.length > 0) await nextRound()
        await clock.sleep(everyMs, signal)
      }
    },
  }
}
