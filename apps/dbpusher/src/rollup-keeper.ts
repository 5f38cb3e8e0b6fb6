import type { Sql } from '@repo/db/database'
import {
  dropRollupDays,
  dropRollupHours,
  type RollupStep,
  refreshDirtyHour,
  rollUpDay,
  rollUpHour,
} from '@repo/db/queries/rollups'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'

const DAY_MS = 86_400_000
const everyMs = 60_000
/** An hour is summed up so long after its end: by then its checks have come, or count as late. */
const graceMs = 300_000
const hourDaysByDefault = 400
const rowsAtOnce = 10_000

export interface RollupKeeperDeps {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  /** Sums of hours are kept for so many days. They must outlive the single ticks. */
  readonly hourDays?: number
  /** Sums of days are kept for so many days; for ever where it is left out. */
  readonly dayDays?: number
}

/**
 * Sums up ticks by the hour and by the day, a bounded step at a time, and again where ticks came late. Several may run: each
 * step is made by one of them. After an absence it catches up. What fails is reported and tried again a minute later.
 */
export function createRollupKeeper({
  sql,
  clock,
  log,
  hourDays = hourDaysByDefault,
  dayDays,
}: RollupKeeperDeps): Service {
  async function round(signal: AbortSignal): Promise<void> {
    const nowMs = clock.nowMs()
    for (const step of [() => rollUpHour(sql, { nowMs, graceMs }), () => rollUpDay(sql), () => refreshDirtyHour(sql)]) {
      // Somebody else is at it, and will go through with it: to go on trying would only stop both of us.
      const outcome = await repeat(step, signal)
      if (outcome === 'busy') return
      if (outcome === 'waiting')
        log.warn('an hour is not summed up: a transaction that began before its end is still open')
    }
    const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS
    await dropAll((limit) => dropRollupHours(sql, { beforeMs: todayMs - hourDays * DAY_MS, limit }), signal)
    if (dayDays === undefined) return
    await dropAll((limit) => dropRollupDays(sql, { beforeMs: todayMs - dayDays * DAY_MS, limit }), signal)
  }

  return async function rollupKeeper(signal) {
    while (!signal.aborted) {
      await round(signal).catch((err: unknown) => log.error({ err }, 'ticks could not be summed up'))
      await clock.sleep(everyMs, signal)
    }
  }
}

async function repeat(step: () => Promise<RollupStep>, signal: AbortSignal): Promise<RollupStep> {
  let outcome: RollupStep = 'done'
  while (outcome === 'done' && !signal.aborted) outcome = await step()
  return outcome
}

async function dropAll(drop: (limit: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await drop(rowsAtOnce)) === rowsAtOnce);
}
