import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { OwnTargets } from './own-targets.ts'

/** Whether this consumer can be believed: it is while it judges targets rightly of which it is known how they are. */
export interface Trust {
  /** By the newest look; whoever asks before the first waits for it. */
  holds(): Promise<boolean> | boolean
  /** Which of them it judges wrongly. */
  readonly misjudged: readonly string[]
  /** Looks every few seconds. */
  readonly service: Service
}

export interface TrustDeps {
  readonly targets: Pick<OwnTargets, 'misjudged' | 'stop'>
  readonly clock: Clock
  readonly log: Log
}

const everyMs = 5_000

/**
 * A probe that says the same of everything would go unnoticed for as long as nothing is down, or would report everybody down.
 * What was judged wrongly is looked at once more before anything follows from it: a machine may be busy for a moment.
 */
export function createTrust({ targets, clock, log }: TrustDeps): Trust {
  const stopped = new AbortController()
  let misjudged: readonly string[] = []
  let isKnown = false
  let running: Promise<void> | undefined

  async function look(): Promise<void> {
    const found = await once()
    const wrong = found.length > 0 && misjudged.length === 0 ? await once() : found
    if (wrong.length > 0 && misjudged.length === 0)
      log.error({ misjudged: wrong }, 'known targets are judged wrongly: nothing that is seen here counts')
    if (wrong.length === 0 && misjudged.length > 0) log.info('known targets are judged rightly again: checks count')
    misjudged = wrong
    isKnown = true
  }

  /** What fails in another way says nothing, as where there is no descriptor left. */
  async function once(): Promise<readonly string[]> {
    return targets.misjudged(stopped.signal).catch((err: unknown) => {
      if (!stopped.signal.aborted) log.warn({ err }, 'known targets could not be looked at')
      return misjudged
    })
  }

  function lookNow(): Promise<void> {
    running ??= look().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    holds: () => (isKnown ? misjudged.length === 0 : lookNow().then(() => misjudged.length === 0)),
    get misjudged() {
      return misjudged
    },
    async service(signal) {
      signal.addEventListener('abort', () => stopped.abort(), { once: true })
      while (!signal.aborted) {
        await lookNow()
        await clock.sleep(everyMs, signal)
      }
      await running
      targets.stop()
    },
  }
}
