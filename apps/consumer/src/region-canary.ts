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
  /**
   * Whether the region was able to look from `sinceMs` until now: a round that began no earlier was answered, and no round of
   * that time was not. An answer after an outage says nothing of a check that ran into it.
   */
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
/** An outage that is shorter may pass unnoticed. */
const everyMs = 3_000
const patienceMs = 4_000
/** No check takes longer, with all that it waits for. */
const rememberMs = 120_000

interface Round {
  readonly beganAtMs: number
  readonly endedAtMs: number
  readonly online: boolean
}

/**
 * Tells a target that fails from a region that does. A check that failed is believed only when the canaries answered while it
 * ran: a region without a network would otherwise report everybody down.
 */
export function createRegionCanary({ canaries, clock, log }: RegionCanaryDeps): RegionCanary {
  const stopped = new AbortController()
  let rounds: Round[] = []
  let running: { readonly beganAtMs: number; readonly done: Promise<void> } | undefined
  let next: Promise<void> | undefined
  let lastBeganMs = Number.NEGATIVE_INFINITY

  /** One after the other, each at its time. */
  async function nextRound(): Promise<void> {
    await running?.done
    const waitMs = lastBeganMs + leastMs - clock.nowMs()
    if (waitMs > 0) await clock.sleep(waitMs, stopped.signal)
    // From now on whoever asks needs another one.
    next = undefined
    lastBeganMs = clock.nowMs()
    running = { beganAtMs: lastBeganMs, done: round(lastBeganMs) }
    await running.done
    running = undefined
  }

  async function round(beganAtMs: number): Promise<void> {
    const failed = await failing()
    const online = !cutOff(failed)
    if (online !== isOnline()) {
      if (online) log.info({ region: 'online' }, 'the region is online again: its checks count')
      else log.error({ failed: failed.map(({ name }) => name) }, 'the region is offline: nothing that it sees counts')
    }
    const nowMs = clock.nowMs()
    rounds = [...rounds.filter((past) => past.endedAtMs > nowMs - rememberMs), { beganAtMs, endedAtMs: nowMs, online }]
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

  const isOnline = () => rounds.at(-1)?.online ?? true

  function askNext(): Promise<void> {
    // Not at once: the round forgets itself as soon as it begins.
    next ??= Promise.resolve().then(nextRound)
    return next
  }

  return {
    get isOnline() {
      return isOnline()
    },
    async wasOnline(sinceMs) {
      if (canaries.length === 0) return true
      if (!rounds.some((past) => past.beganAtMs >= sinceMs))
        await (running && running.beganAtMs >= sinceMs ? running.done : askNext())
      return rounds.filter((past) => past.endedAtMs >= sinceMs).every((past) => past.online)
    },
    async service(signal) {
      signal.addEventListener('abort', () => stopped.abort(), { once: true })
      while (!signal.aborted) {
        if (canaries.length > 0) await askNext()
        await clock.sleep(everyMs, signal)
      }
    },
  }
}
