import type { Sql } from '@repo/db/database'
import { emptyDefaultPartition } from '@repo/db/queries/default-partition'
import { dropOldTicks, ensureTickPartitions } from '@repo/db/queries/partitions'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

const daysAhead = 7
const rawDaysByDefault = 30
const everyMs = 3_600_000

export interface PartitionKeeperDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  /** So many whole days of single ticks are kept. */
  readonly rawDays?: number
}

/**
 * Keeps a week of partitions ahead of the ticks, gives those that came without one theirs, and drops the days that are over.
 * What fails is reported and tried again in the next round, and does not keep the other from being done.
 */
export function createPartitionKeeper({ sql, clock, log, rawDays = rawDaysByDefault }: PartitionKeeperDeps): Service {
  async function attempt<Answer>(work: Promise<Answer>, failure: string): Promise<Answer | undefined> {
    return work.catch((err: unknown) => {
      log.error({ err }, failure)
      return undefined
    })
  }

  return async function partitionKeeper(signal) {
    while (!signal.aborted) {
      const nowMs = clock.nowMs()
      const moved = await attempt(emptyDefaultPartition(sql, { nowMs, daysAhead }), 'ticks could not be moved')
      if (moved?.length) log.info({ moved }, 'ticks moved to the partitions of their days')
      await attempt(ensureTickPartitions(sql, { nowMs, daysAhead }), 'partitions could not be made')
      const dropped = await attempt(dropOldTicks(sql, { nowMs, rawDays }), 'old ticks could not be dropped')
      if (dropped?.length) log.info({ dropped }, 'old ticks dropped')
      await clock.sleep(everyMs, signal)
    }
  }
}
