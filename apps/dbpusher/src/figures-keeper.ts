import type { Sql } from '@repo/db/database'
import { renewFigures } from '@repo/db/queries/monitor-figures'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import { createPace, type Pace } from './pace.ts'

export interface FiguresKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly clock: Clock
  readonly log: Log
  readonly pace?: Pace
}

const everyMs = 60_000
/** What was renewed since then is new enough: somebody else did it, or this round has come to its end. */
const olderThanMs = 30_000
const monitorsAtOnce = 500

/**
 * Renews what the list says of each monitor beside its state (uptimes, p95), one of all dbpushers at a time. Where that takes
 * longer than a twentieth of the time, it is done less often.
 */
export function createFiguresKeeper(deps: FiguresKeeperDeps): Service {
  const { sql, lease, clock, log, pace = createPace(everyMs) } = deps

  return async function figuresKeeper(signal) {
    while (!signal.aborted) {
      await pace.time(() => round(signal)).catch((err: unknown) => log.warn({ err }, 'figures could not be renewed'))
      await clock.sleep(pace.waitMs(), signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(signal: AbortSignal): Promise<void> {
    let renewed = monitorsAtOnce
    while (renewed === monitorsAtOnce && !signal.aborted) {
      // Held anew before each part: a round may take longer than the lease.
      if (!(await lease.hold()).held) return
      renewed = await renewFigures(sql, { nowMs: clock.nowMs(), olderThanMs, limit: monitorsAtOnce })
    }
  }
}
