import type { Clock } from './clock.ts'
import type { Service } from './lifecycle.ts'
import type { Log } from './log.ts'

export interface SharedClockDeps {
  readonly own: Clock
  /** The time of the one clock that all processes of an instance can ask. */
  readonly askMs: () => Promise<number>
  readonly log: Log
}

export interface SharedClock extends Clock {
  /** How far the clock of this machine is behind. */
  readonly offsetMs: number
  /** Asks now and then; before the first answer the clock of this machine counts. */
  readonly service: Service
  ask(): Promise<void>
}

const everyMs = 10_000
/** Smaller differences are those of the way there and back, and of clocks that are kept right. */
const noticedMs = 250
/** An answer that took longer says too little. */
const longestWayMs = 2_000
const alarmMs = 5_000

/**
 * The time that all processes agree on. Checks are planned, started and given up by different machines: with a clock that is a
 * minute ahead a consumer would take every check for expired, and with one behind it would run them all a minute late.
 */
export function createSharedClock({ own, askMs, log }: SharedClockDeps): SharedClock {
  let offsetMs = 0
  let isAlarmed = false

  async function ask(): Promise<void> {
    const askedAtMs = own.nowMs()
    const theirMs = await askMs()
    const wayMs = own.nowMs() - askedAtMs
    if (wayMs < 0 || wayMs > longestWayMs) return
    const foundMs = Math.round(theirMs - (askedAtMs + wayMs / 2))
    // What was held up on one way only is wrong by half of both.
    const doubtMs = Math.max(noticedMs, wayMs / 2)
    if (Math.abs(foundMs - offsetMs) > doubtMs) offsetMs = Math.abs(foundMs) > doubtMs ? foundMs : 0
    if (Math.abs(offsetMs) > alarmMs && !isAlarmed)
      log.error({ offsetMs }, 'the clock of this machine is wrong: the time of the streams is used instead')
    isAlarmed = Math.abs(offsetMs) > alarmMs
  }

  return {
    nowMs: () => own.nowMs() + offsetMs,
    sleep: own.sleep,
    get offsetMs() {
      return offsetMs
    },
    ask,
    async service(signal) {
      while (!signal.aborted) {
        await ask().catch((err: unknown) => log.debug({ err }, 'the time could not be asked for'))
        await own.sleep(everyMs, signal)
      }
    },
  }
}
