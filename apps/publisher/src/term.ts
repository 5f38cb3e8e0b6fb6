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
  /** Terms that have ended, each with an end that is not written down yet. */
  let ended: PublisherTerm[] = []
  let saveAtMs = 0
  let interruptedMs = 0
  let saving: Promise<void> | undefined

  async function saveAll(): Promise<void> {
    const saved = term ? [...ended, term] : ended
    try {
      for (const one of saved) await saveTerm(sql, one)
      ended = ended.filter((one) => !saved.includes(one))
    } catch (err) {
      log.warn({ err }, 'what was published could not be written down, trying again')
    }
    saving = undefined
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
      if (term && !goesOn) ended.push(term)
      // What was interrupted ends with that very millisecond.
      const beganAtMs = goesOn && term ? term.beganAtMs : Math.max(nowMs, interruptedMs + 1)
      term = { token, beganAtMs, throughMs: Math.max(beganAtMs, throughMs) }
      if (saving || (ended.length === 0 && goesOn && clock.nowMs() < saveAtMs)) return
      saveAtMs = clock.nowMs() + saveEveryMs
      saving = saveAll()
    },
    interrupt(throughMs) {
      interruptedMs = throughMs
    },
    async close() {
      await saving
      await saveAll()
    },
  }
}
