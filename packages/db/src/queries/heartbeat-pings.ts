import type { PingKind } from '@repo/domain/heartbeat'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'

/** A ping as it came. */
export interface StoredPing {
  /** Which of all pings of its job it is, from 1. */
  readonly n: number
  readonly atMs: number
  readonly kind: PingKind
  readonly method: string
  readonly exitCode: number | null
  readonly durationMs: number | null
  readonly runId: string | null
  readonly address: string
  readonly userAgent: string
  /** How long its body was. */
  readonly bodyBytes: number
}

export interface NewPing extends StoredPing {
  readonly monitorKey: number
  /** The beginning of its body; null where it had none. */
  readonly body: string | null
}

/** So many pings of each job are kept, and a few more until they are swept. */
export const pingsKept = 100
const sweptEvery = 10

/** Stores pings, and drops of their jobs those that are too many. */
export async function insertPings(sql: Sql, pings: readonly NewPing[]): Promise<void> {
  if (pings.length === 0) return
  await sql.execute(text`
    insert into heartbeat_ping (monitor_key, n, at, kind, method, exit_code, duration_ms, run_id, address, user_agent, body_bytes, body)
    select p.monitor_key, p.n, to_timestamp(p.at_ms / 1000), p.kind, p.method, p.exit_code, p.duration_ms, p.run_id, p.address, p.user_agent,
      p.body_bytes, p.body
    from unnest(
      ${numbers(pings, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(pings, ({ n }) => n)}::bigint[],
      ${numbers(pings, ({ atMs }) => atMs)}::float8[], ${texts(pings, ({ kind }) => kind)}::text[], ${texts(pings, ({ method }) => method)}::text[],
      ${numbers(pings, ({ exitCode }) => exitCode)}::smallint[], ${numbers(pings, ({ durationMs }) => durationMs)}::bigint[],
      ${texts(pings, ({ runId }) => runId)}::uuid[], ${texts(pings, ({ address }) => address)}::text[],
      ${texts(pings, ({ userAgent }) => userAgent)}::text[], ${numbers(pings, ({ bodyBytes }) => bodyBytes)}::integer[],
      ${texts(pings, ({ body }) => body)}::text[]
    ) as p (monitor_key, n, at_ms, kind, method, exit_code, duration_ms, run_id, address, user_agent, body_bytes, body)`)
  const swept = pings.filter(({ n }) => n > pingsKept && n % sweptEvery === 0)
  if (swept.length === 0) return
  await sql.execute(text`
    delete from heartbeat_ping p using unnest(
      ${numbers(swept, ({ monitorKey }) => monitorKey)}::integer[], ${numbers(swept, ({ n }) => n - pingsKept)}::bigint[]
    ) as old (monitor_key, n)
    where p.monitor_key = old.monitor_key and p.n <= old.n`)
}

/** The pings of a job, newest first, `limit` before the one that a page ended with. */
export async function listPings(
  sql: Sql,
  monitorKey: number,
  { limit, beforeN }: { limit: number; beforeN: number | undefined },
): Promise<{ items: StoredPing[]; nextN: number | undefined }> {
  const before = beforeN === undefined ? text`true` : text`n < ${beforeN}`
  const { rows } = await sql.execute<PingRow & Record<string, unknown>>(text`
    select n::float8 as n, ${msOf('at')} as at_ms, kind, method, exit_code, duration_ms::float8 as duration_ms, run_id, address, user_agent, body_bytes
    from heartbeat_ping where monitor_key = ${monitorKey} and ${before} order by n desc limit ${limit + 1}`)
  const items = rows.slice(0, limit).map(toPing)
  return { items, nextN: rows.length > limit ? items.at(-1)?.n : undefined }
}

/** What is kept of the body of a ping; undefined where there is no such ping any more. */
export async function findPingBody(
  sql: Sql,
  monitorKey: number,
  n: number,
): Promise<{ readonly body: string | null; readonly bodyBytes: number } | undefined> {
  const { rows } = await sql.execute<{ body: string | null; body_bytes: number }>(text`
    select body, body_bytes from heartbeat_ping where monitor_key = ${monitorKey} and n = ${n}`)
  return rows[0] && { body: rows[0].body, bodyBytes: rows[0].body_bytes }
}

interface PingRow {
  n: number
  at_ms: number
  kind: PingKind
  method: string
  exit_code: number | null
  duration_ms: number | null
  run_id: string | null
  address: string
  user_agent: string
  body_bytes: number
}

function toPing(row: PingRow): StoredPing {
  return {
    n: row.n,
    atMs: row.at_ms,
    kind: row.kind,
    method: row.method,
    exitCode: row.exit_code,
    durationMs: row.duration_ms,
    runId: row.run_id,
    address: row.address,
    userAgent: row.user_agent,
    bodyBytes: row.body_bytes,
  }
}
