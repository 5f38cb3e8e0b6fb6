import type { Service } from '@repo/service/lifecycle'
import { planRound, type RoundDeps, type RoundPart } from './plan-round.ts'

export interface PlannerDeps extends RoundDeps {
  /** Called for each that could not be planned, whenever that was tried. */
  readonly onPassedOver?: () => void
}

const everyMs = 500
/** So long one that could not be planned is passed over, and then tried again: what was wrong with it may have been mended. */
const againAfterMs = 60_000
const atOnce = 500

/**
 * Turns what happened into deliveries: in one transaction it takes events, decides who is told of them by now, and writes that
 * down. Whoever dies over it has done nothing. One of all notifiers plans at a time.
 */
export function createPlanner(deps: PlannerDeps): Service {
  const { clock, log } = deps
  const passedOver = new PassedOver(deps)
  return async function planner(signal) {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await passedOver.plan(signal)));
      } catch (err) {
        log.warn({ err }, 'alerts could not be planned, trying again')
      }
      await clock.sleep(everyMs, signal)
    }
  }
}

/**
 * Plans whatever else there is where one event or story cannot be planned: nobody is told of that one, and everybody of all others. Nothing
 * is thrown away.
 */
class PassedOver {
  readonly #deps: PlannerDeps
  readonly #events = new Map<number, number>()
  readonly #stories = new Map<string, number>()

  constructor(deps: PlannerDeps) {
    this.#deps = deps
  }

  /** @returns whether there may be more. @throws whatever is the fault of nothing that is to be planned. */
  async plan(signal: AbortSignal): Promise<boolean> {
    this.#forget(this.#events)
    this.#forget(this.#stories)
    try {
      return await planRound(this.#deps, this.#part(atOnce, atOnce))
    } catch (error) {
      if (!isOfWhatIsPlanned(error)) throw error
      await this.#planSingly(signal)
      return false
    }
  }

  async #planSingly(signal: AbortSignal): Promise<void> {
    for (const [events, stories] of [
      [1, 0],
      [0, 1],
    ] as const) {
      while (!signal.aborted && (await this.#planOne(this.#part(events, stories))));
    }
  }

  async #planOne(part: RoundPart): Promise<boolean> {
    let taken: Parameters<NonNullable<RoundPart['onTaken']>>[0] = { events: [], stories: [] }
    try {
      return await planRound(this.#deps, {
        ...part,
        onTaken: (found) => {
          taken = found
        },
      })
    } catch (err) {
      const { events, stories } = taken
      if (!isOfWhatIsPlanned(err) || events.length + stories.length === 0) throw err
      const untilMs = this.#deps.clock.nowMs() + againAfterMs
      for (const id of events) this.#events.set(id, untilMs)
      for (const id of stories) this.#stories.set(id, untilMs)
      this.#deps.log.error({ err, events, stories }, 'nobody is told of this, for it cannot be planned')
      this.#deps.onPassedOver?.()
      return true
    }
  }

  #part(events: number, stories: number): RoundPart {
    return { events, stories, exceptEvents: [...this.#events.keys()], exceptStories: [...this.#stories.keys()] }
  }

  #forget(passed: Map<unknown, number>): void {
    const nowMs = this.#deps.clock.nowMs()
    for (const [id, untilMs] of passed) if (untilMs <= nowMs) passed.delete(id)
  }
}

/**
 * Whether an error may be of the values themselves: data that no column takes, a row that another one needs (classes 22 and 23 of
 * SQLSTATE), or a mistake of ours over them. A database that is away, or of another version, is not.
 */
function isOfWhatIsPlanned(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return /^2[23]\w{3}$/.test(code)
  return cause instanceof Error && isOfWhatIsPlanned(cause)
}
