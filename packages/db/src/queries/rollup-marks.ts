import type { CheckResult } from '@repo/domain/check'
import { sql as text } from 'drizzle-orm'
import { numbers } from '../columns.ts'
import type { Sql } from '../database.ts'

const HOUR_MS = 3_600_000
/** So many monitors of one hour in one batch, and the whole hour is marked: a backlog is worked off, and that hits everybody. */
const monitorsMarked = 200

interface Mark {
  readonly hourMs: number
  readonly monitorKey: number | null
}

/**
 * Marks the hours of ticks that are older than the present hour, because those hours may have been summed up already. To be
 * called in the transaction that adds (or removes) the ticks. Does nothing for ticks of the present hour: nearly always all.
 */
export async function markDirtyBuckets(
  sql: Sql,
  results: readonly Pick<CheckResult, 'monitorKey' | 'scheduledAtMs'>[],
  nowMs = Date.now(),
): Promise<void> {
  const presentMs = hourOf(nowMs)
  const late = results.filter((result) => result.scheduledAtMs < presentMs)
  if (late.length === 0) return
  const marks = [...Map.groupBy(late, (result) => hourOf(result.scheduledAtMs))].flatMap(marksOf)
  await sql.execute(text`
    insert into rollup_dirty (at, monitor_key)
    select to_timestamp(m.at_ms / 1000), m.monitor_key
    from unnest(${numbers(marks, (mark) => mark.hourMs)}::float8[], ${numbers(marks, (mark) => mark.monitorKey)}::integer[]) as m (at_ms, monitor_key)`)
}

function marksOf([hourMs, late]: [number, readonly { readonly monitorKey: number }[]]): Mark[] {
  const keys = new Set(late.map((result) => result.monitorKey))
  if (keys.size > monitorsMarked) return [{ hourMs, monitorKey: null }]
  return [...keys].map((monitorKey) => ({ hourMs, monitorKey }))
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS
}
