import type { Clock } from '../src/clock.ts'

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** How many are asleep on it. */
  readonly sleepers: number
  /** Moves time on and wakes who is due, one after the other, each at its own instant. */
  advance(ms: number): Promise<void>
  /** Moves time on as a machine does that was asleep: nobody wakes on the way. */
  jump(ms: number): Promise<void>
}

interface Sleeper {
  readonly wakesAtMs: number
  wake(): void
}

export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()

  return {
    nowMs: () => nowMs,
    get sleepers() {
      return sleepers.size
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper = { wakesAtMs: nowMs + ms, wake }
        function wake() {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      }),
    async advance(ms) {
      const untilMs = nowMs + ms
      for (let next = nextDue(untilMs); next; next = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, next.wakesAtMs)
        next.wake()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
    async jump(ms) {
      nowMs += ms
      for (const sleeper of [...sleepers]) if (sleeper.wakesAtMs <= nowMs) sleeper.wake()
      await settle()
    },
  }

  function nextDue(untilMs: number): Sleeper | undefined {
    const due = [...sleepers].filter((sleeper) => sleeper.wakesAtMs <= untilMs)
    return due.sort((a, b) => a.wakesAtMs - b.wakesAtMs)[0]
  }
}

/** Whoever woke up gets to where they wait again, unless they wait for the outside world. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
