import type { Sighting } from '@repo/domain/monitor-move'
import { parseRegion } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { codeFromKey, verdictFromKey } from '../verdict-key.ts'
import { visible } from './visible-monitor.ts'

/** Where a page of the past ended. */
export interface PastCursor {
  readonly scheduledAtMs: number
  readonly regionKey: number
}

export interface PastPage {
  readonly looks: readonly Sighting[]
  readonly next: PastCursor | null
}

/** What regions saw of a monitor, oldest first: from `after` on, or from `fromMs`, and not later than `toMs`. */
export async function readPast(
  sql: Sql,
  monitorKey: number,
  asked: { fromMs: number; toMs: number; after: PastCursor | null; limit: number },
): Promise<PastPage> {
  const { fromMs, toMs, after, limit } = asked
  const beyond = after
    ? text`and (t.scheduled_at, t.region_key) > (${instant(after.scheduledAtMs)}, ${after.regionKey}::smallint)`
    : text``
  const { rows } = await sql.execute<PastRow & Record<string, unknown>>(text`
    select r.name as region, t.region_key, t.verdict, t.code, t.message, host(t.address) as address,
      (extract(epoch from t.scheduled_at) * 1000)::float8 as scheduled_at_ms
    from ${visible(monitorKey)} join tick t on t.monitor_key = m.monitor_key join region r using (region_key)
    where t.scheduled_at >= ${instant(after?.scheduledAtMs ?? fromMs)} and t.scheduled_at <= ${instant(toMs)} ${beyond}
    order by t.scheduled_at, t.region_key limit ${limit}`)
  const last = rows.length === limit ? rows.at(-1) : undefined
  return {
    looks: rows.map((row) => ({
      region: parseRegion(row.region),
      scheduledAtMs: row.scheduled_at_ms,
      outcome: {
        verdict: verdictFromKey(row.verdict),
        code: codeFromKey(row.code),
        message: row.message,
        address: row.address,
      },
    })),
    next: last ? { scheduledAtMs: last.scheduled_at_ms, regionKey: last.region_key } : null,
  }
}

interface PastRow {
  region: string
  region_key: number
  verdict: number
  code: number
  message: string
  address: string | null
  scheduled_at_ms: number
}
