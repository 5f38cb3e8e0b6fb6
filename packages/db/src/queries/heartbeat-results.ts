import type { CheckResult } from '@repo/domain/check'
import { pingRegion } from '@repo/domain/region'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** A result that has to become a tick; its text is as it goes over the stream. */
export interface WrittenResult {
  readonly monitorKey: number
  readonly scheduledAtMs: number
  readonly text: string
}

/** Writes down results with what they follow from. */
export async function insertResults(sql: Sql, results: readonly WrittenResult[]): Promise<void> {
  if (results.length === 0) return
  await sql.execute(text`
    insert into heartbeat_result (monitor_key, scheduled_at, result)
    select r.monitor_key, to_timestamp(r.at_ms / 1000), r.result
    from unnest(
      ${numbers(results, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(results, ({ scheduledAtMs }) => scheduledAtMs)}::float8[],
      ${texts(results, (result) => result.text)}::text[]
    ) as r (monitor_key, at_ms, result)
    on conflict do nothing`)
}

/** Forgets what was written down of results whose ticks are stored. Most results are none of a heartbeat. */
export async function forgetResults(sql: Sql, results: readonly CheckResult[]): Promise<void> {
  const own = results.filter(({ region }) => region === pingRegion)
  if (own.length === 0) return
  await sql.execute(text`
    delete from heartbeat_result h using unnest(
      ${numbers(own, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(own, ({ scheduledAtMs }) => scheduledAtMs)}::float8[]
    ) as r (monitor_key, at_ms)
    where h.monitor_key = r.monitor_key and h.scheduled_at = to_timestamp(r.at_ms / 1000)`)
}

const [firstSeconds, lastSeconds] = [10, 600]

/** Those that should have been stored by now, to be sent once more; each is left alone for twice as long as before. */
export async function claimUnstored(sql: Sql, limit: number): Promise<string[]> {
  const { rows } = await sql.execute<{ result: string }>(text`
    update heartbeat_result set sends = sends + 1,
      send_at = now() + least(${firstSeconds} * 2 ^ least(sends, 10), ${lastSeconds}) * interval '1 second'
    where (monitor_key, scheduled_at) in (
      select monitor_key, scheduled_at from heartbeat_result where send_at <= now() order by send_at limit ${limit} for update skip locked
    )
    returning result`)
  return rows.map(({ result }) => result)
}

/** Of what could not be stored for so long nobody wants to know any more. */
export async function deleteResultsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from heartbeat_result where scheduled_at < ${instant(beforeMs)}`)
}
