import type { Sql } from '@repo/db/database'
import { ensureTickPartitions } from '@repo/db/queries/partitions'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

const daysAhead = 7
const everyMs = 3_600_000

/** Keeps a week of partitions ahead of the ticks. A failed round is reported and tried again: the default partition waits. */
export function createPartitionKeeper({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): Service {
  return async function partitionKeeper(signal) {
    while (!signal.aborted) {
      await ensureTickPartitions(sql, { nowMs: clock.nowMs(), daysAhead }).catch((err: unknown) =>
        log.error({ err }, 'partitions could not be made'),
      )
      await clock.sleep(everyMs, signal)
    }
  }
}
