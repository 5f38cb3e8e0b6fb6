import { checkResultCodec } from '@repo/contracts/check-message'
import { KnownSpecs } from '@repo/contracts/known-specs'
import { isPinged, type PingedSpec } from '@repo/contracts/watched-by'
import type { Sql } from '@repo/db/database'
import { claimUnstored, insertResults } from '@repo/db/queries/heartbeat-results'
import { lockSilent, saveLookedAt } from '@repo/db/queries/heartbeats'
import { listIntakes } from '@repo/db/queries/ping-intakes'
import { retriedTransaction } from '@repo/db/retried-transaction'
import type { CheckResult } from '@repo/domain/check'
import type { Clock } from '@repo/service/clock'
import type { FaultPoint } from '@repo/service/fault-point'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import type { Stream } from '@repo/streams/stream'
import { lookAt } from './look-at-heartbeat.ts'

export interface HeartbeatKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly results: Pick<Stream<CheckResult>, 'publish'>
  readonly clock: Clock
  readonly log: Log
  readonly faultPoint?: FaultPoint | undefined
}

const everyMs = 500
const lookedAtOnce = 1_000
const sentAtOnce = 1_000
/** Further back no silence reaches: what is waited for longest is a run, or a grace, of a month. */
const furthestBackMs = 32 * 86_400_000

/**
 * Finds the jobs that are silent: each is looked at when a ping of it has to have come. What was found is written down with
 * its result, which is then sent; so is what should have become a tick and has not. One of all publishers does so at a time; two
 * at once would do no harm.
 */
export function createHeartbeatKeeper(deps: HeartbeatKeeperDeps): Service {
  const { sql, lease, results, clock, log, faultPoint = () => {} } = deps
  const specs = new KnownSpecs()

  return async function heartbeatKeeper(signal) {
    while (!signal.aborted) {
      await round(signal).catch((err: unknown) => log.warn({ err }, 'heartbeats could not be looked at, trying again'))
      await clock.sleep(everyMs, signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(signal: AbortSignal): Promise<void> {
    let isMore = (await lease.hold()).held
    while (isMore && !signal.aborted) {
      isMore = (await look()) === lookedAtOnce
      await sendUnstored()
      if (isMore) await lease.hold()
    }
  }

  /** Looks at those that are due, in one transaction. @returns how many there were. */
  async function look(): Promise<number> {
    const nowMs = clock.nowMs()
    const { found, looked } = await retriedTransaction(sql, async (tx) => {
      const due = await lockSilent(tx, { nowMs, limit: lookedAtOnce })
      const intakes = due.length > 0 ? await listIntakes(tx, nowMs - furthestBackMs) : []
      const looks = due.map((job) => lookAt(job, { plan: planOf(job.specText), intakes, nowMs, patienceMs: everyMs }))
      await saveLookedAt(
        tx,
        looks.map(({ looked }) => looked),
      )
      const found = looks.flatMap(({ result }) => (result ? [result] : []))
      await insertResults(
        tx,
        found.map((result) => ({ ...result, text: checkResultCodec.encode(result) })),
      )
      return { found, looked: due.length }
    })
    faultPoint('after_silence')
    if (found.length > 0) await results.publish(found)
    return looked
  }

  /** What is on its way all the same comes twice, and changes nothing. */
  async function sendUnstored(): Promise<void> {
    const unstored = await claimUnstored(sql, sentAtOnce)
    if (unstored.length > 0) await results.publish(unstored.map(checkResultCodec.decode))
  }

  function planOf(specText: string): PingedSpec | undefined {
    try {
      const spec = specs.get(specText)
      return isPinged(spec) ? spec : undefined
    } catch {
      return undefined
    }
  }
}
