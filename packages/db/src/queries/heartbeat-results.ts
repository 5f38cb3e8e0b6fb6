import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'

/** A result that has to reach the stream; its text is as it goes there. */
export interface UnsentResult {
  readonly monitorKey: number
  readonly result: string
}

/** Writes down results with what they follow from. @returns their numbers, in their order. */
export async function insertResults(sql: Sql, results: readonly UnsentResult[]): Promise<number[]> {
  if (results.length === 0) return []
  const { rows } = await sql.execute<{ id: number }>(text`
    insert into heartbeat_result (monitor_key, result)
    select r.monitor_key, r.result
    from unnest(${numbers(results, ({ monitorKey }) => monitorKey)}::integer[], ${texts(results, ({ result }) => result)}::text[])
      as r (monitor_key, result)
    returning id::float8 as id`)
  return rows.map(({ id }) => id)
}

/** Forgets results that have reached the stream. */
export async function deleteResults(sql: Sql, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql.execute(text`delete from heartbeat_result where id = any(${numbers(ids, Number)}::bigint[])`)
}

/** The oldest of those that were written longer ago than whoever wrote them takes to send them. */
export async function listUnsent(
  sql: Sql,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<{ readonly id: number; readonly result: string }[]> {
  const { rows } = await sql.execute<{ id: number; result: string }>(text`
    select id::float8 as id, result from heartbeat_result
    where written_at <= now() - ${olderThanMs}::float8 * interval '1 millisecond' order by id limit ${limit}`)
  return rows
}
