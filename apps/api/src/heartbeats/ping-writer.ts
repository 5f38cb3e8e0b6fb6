import type { Sql } from '@repo/db/database'
import { saveIntake } from '@repo/db/queries/ping-intakes'
import { retriedTransaction } from '@repo/db/retried-transaction'
import type { CheckResult } from '@repo/domain/check'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Stream } from '@repo/streams/stream'
import { AppError } from '../problems.ts'
import type { ArrivingPing } from './arriving-ping.ts'
import type { OnStored } from './ping-metrics.ts'
import { type ArrivedPing, type PingFate, type Stored, storePings } from './store-pings.ts'

export interface PingWriterDeps {
  readonly sql: Sql
  readonly results: Pick<Stream<CheckResult>, 'publish'>
  readonly clock: Clock
  readonly log: Log
  readonly onStored?: OnStored | undefined
  readonly faultPoint?: FaultPoint | undefined
}

export interface PingWriter {
  /**
   * Resolves when the ping is stored, for good.
   *
   * @throws AppError `unavailable` where too many wait.
   */
  take(ping: ArrivingPing): Promise<PingFate>
  /** Stores what is taken, until the signal aborts; then what is left. */
  readonly service: Service
}

interface Waiting {
  readonly ping: ArrivedPing
  readonly resolve: (fate: PingFate) => void
  readonly reject: (error: unknown) => void
}

const limits = { waiting: 20_000, inBatch: 250, unsent: 20_000 } as const
/** How often it is written down that pings are taken, when none come. */
const proofEveryMs = 1_000
/** A process that was away for so long took nothing meanwhile, and did not know. */
const awayMs = 5_000

/**
 * Stores pings many to a transaction: those that come while one is being committed go with the next one. After the commit
 * their results are sent. With the pings goes the proof that we took them: through its instant, all that came are stored.
 */
export function createPingWriter(deps: PingWriterDeps): PingWriter {
  const { sql, results, clock, log, onStored, faultPoint = () => {} } = deps
  const process = crypto.randomUUID()
  let queue: Waiting[] = []
  let wake = () => {}
  let beganAtMs = 0
  let proofAtMs = 0
  let turnedAtMs = 0
  /** Of those in front so many go alone: one of them is nothing that the database takes. */
  let alone = 0
  let unsent = 0
  let sending = Promise.resolve()

  async function turn(hasEnded = false): Promise<void> {
    const cutMs = clock.nowMs()
    if (cutMs - turnedAtMs > awayMs) beganAtMs = cutMs
    const batch = queue.slice(0, alone > 0 ? 1 : limits.inBatch)
    queue = queue.slice(batch.length)
    alone = Math.max(0, alone - 1)
    // One more may come within this very millisecond.
    const throughMs = Math.max(beganAtMs, (queue[0]?.ping.atMs ?? cutMs) - 1)
    try {
      const stored = await store(batch, async (tx) => {
        if (hasEnded || cutMs >= proofAtMs) await saveIntake(tx, { process, beganAtMs, throughMs, hasEnded })
      })
      if (cutMs >= proofAtMs) proofAtMs = cutMs + proofEveryMs
      for (const [index, { resolve }] of batch.entries()) resolve(stored.fates[index] ?? { kind: 'unknown' })
      send(stored)
    } catch (err) {
      turnAway(batch, err)
    }
    turnedAtMs = clock.nowMs()
  }

  function turnAway(batch: readonly Waiting[], err: unknown): void {
    if (isRefusal(err) && batch.length > 1) {
      queue = [...batch, ...queue]
      alone = batch.length
      return
    }
    log.warn({ err, pings: batch.length }, 'pings could not be stored')
    for (const { reject } of batch) reject(err)
    if (isRefusal(err)) return
    // What came until now may have been turned away; what comes from now on waits for the next commit.
    beganAtMs = clock.nowMs()
    proofAtMs = beganAtMs + proofEveryMs
  }

  async function store(batch: readonly Waiting[], also: (tx: Sql) => Promise<void>): Promise<Stored> {
    const startedAtMs = performance.now()
    const stored = await retriedTransaction(sql, async (tx) => {
      const done = await storePings(
        tx,
        batch.map(({ ping }) => ping),
      )
      await also(tx)
      return done
    })
    if (batch.length > 0) {
      onStored?.({ pings: batch.length, tookMs: performance.now() - startedAtMs })
      faultPoint('after_pings')
    }
    return stored
  }

  /** In their order, beside the next transaction. What cannot be sent is found in the database, and sent later, by a publisher. */
  function send({ results: batch }: Stored): void {
    if (batch.length === 0 || unsent + batch.length > limits.unsent) return
    unsent += batch.length
    sending = sending
      .then(() => results.publish(batch))
      .catch((err: unknown) => log.warn({ err, results: batch.length }, 'results of pings could not be sent yet'))
      .finally(() => {
        unsent -= batch.length
      })
  }

  return {
    take(ping) {
      if (queue.length >= limits.waiting)
        return Promise.reject(
          new AppError('unavailable', 'too many pings wait to be stored', { headers: { 'retry-after': '1' } }),
        )
      return new Promise((resolve, reject) => {
        queue.push({ ping: { ...ping, atMs: clock.nowMs() }, resolve, reject })
        wake()
      })
    },
    async service(signal) {
      while (!signal.aborted) {
        if (queue.length > 0 || clock.nowMs() >= proofAtMs) await turn()
        if (queue.length > 0) continue
        const woken = new AbortController()
        wake = () => woken.abort()
        await clock.sleep(proofEveryMs, AbortSignal.any([signal, woken.signal]))
      }
      await sending
      while (queue.length > 0) await turn()
      await turn(true)
    },
  }
}

/** Classes of PostgreSQL's errors (SQLSTATE) that say: this very data can never be stored. */
function isRefusal(error: unknown): boolean {
  return /^(22|23)/.test(String((error as { code?: unknown }).code))
}
