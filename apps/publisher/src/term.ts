import type { Sql } from '@repo/db/database'
import { findNewestTerm, type PublisherTerm, saveTerm } from '@repo/db/queries/publisher-terms'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'

/**
 * For how long, without a gap, this publisher has published what was due. It is written down every second, so that whoever
 * leads next goes on where this one ended, and so that a slot without a result can be told from one that nobody published.
 */
export interface Term {
  /** Through when slots were published so far, by whoever led; undefined where that cannot be found out. */
  newestThroughMs(): Promise<number | undefined>
  /** Every slot between now and then was published. */
  extend(published: { token: number; nowMs: number; throughMs: number }): void
  /** What was due until then could not be published: it is of no term. */
  interrupt(throughMs: number): void
  /** Writes down what is not written yet. */
  close(): Promise<void>
}

const saveEveryMs = 1_000

export function createTerm({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Term {
  let term: PublisherTerm | undefined
  let savedThroughMs = 0
  let saveAtMs = 0
  let interruptedMs = 0
  let saving: Promise<void> = Promise.resolve()
  let isSaving = false

  async function save(saved: PublisherTerm): Promise<void> {
    isSaving = true
    try {
      await saveTerm(sql, saved)
      savedThroughMs = saved.throughMs
    } catch (err) {
      log.warn({ err }, 'what was published could not be written down, trying again')
    }
    isSaving = false
  }

  return {
    async newestThroughMs() {
      try {
        return (await findNewestTerm(sql))?.throughMs
      } catch (err) {
        log.warn({ err }, 'what was published before cannot be read')
        return undefined
      }
    },
    extend({ token, nowMs, throughMs }) {
      // Whoever was silent for longer than it publishes ahead has left slots out.
      const goesOn = term?.token === token && term.throughMs >= nowMs && interruptedMs < term.throughMs
      term = { token, beganAtMs: goesOn && term ? term.beganAtMs : Math.max(nowMs, interruptedMs), throughMs }
      if (isSaving || (goesOn && clock.nowMs() < saveAtMs)) return
      saveAtMs = clock.nowMs() + saveEveryMs
      saving = save(term)
    },
    interrupt(throughMs) {
      interruptedMs = throughMs
    },
    async close() {
      await saving
      if (term && term.throughMs > savedThroughMs) await save(term)
    },
  }
}
