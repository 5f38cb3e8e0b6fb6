import type { WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

export interface KeyedRequest {
  readonly workspaceId: WorkspaceId
  /** The session or key that asks: what one of them asked is nothing to another. */
  readonly principalId: string
  readonly key: string
  readonly nowMs: number
}

export interface KeptAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export type BegunRequest =
  | { readonly kind: 'new' | 'running' | 'mismatch' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }

const keptMs = 86_400_000
/** Longer than any request takes: whoever began it is gone, and never told how it ended. */
const abandonedMs = 120_000

/**
 * Says whether a request is the first of its key, and then it runs: of several at once one is. What is kept for a day was
 * either answered, or is still running; other content under a key that was used is a mistake of the caller.
 */
export async function beginRequest(sql: Sql, request: KeyedRequest & { requestHash: Buffer }): Promise<BegunRequest> {
  const { workspaceId, principalId, key, nowMs, requestHash } = request
  const begun = await sql.execute(text`
    insert into idempotency as i (workspace_id, principal_id, key, request_hash, created_at)
    values (${workspaceId}, ${principalId}::uuid, ${key}, ${requestHash}, ${instant(nowMs)})
    on conflict (workspace_id, principal_id, key) do update
    set request_hash = excluded.request_hash, status = null, headers = null, body = null, created_at = excluded.created_at
    where i.created_at <= ${instant(nowMs - keptMs)} or (i.status is null and i.created_at <= ${instant(nowMs - abandonedMs)})`)
  if (begun.rowCount) return { kind: 'new' }
  const { rows } = await sql.execute<IdempotencyRow & Record<string, unknown>>(text`
    select request_hash = ${requestHash} as "isSame", status, headers, body from idempotency
    where workspace_id = ${workspaceId} and principal_id = ${principalId}::uuid and key = ${key}`)
  const row = rows[0]
  // It was given up between the two statements: whoever asks again is the first.
  if (!row) return { kind: 'running' }
  if (!row.isSame) return { kind: 'mismatch' }
  if (row.status === null) return { kind: 'running' }
  return { kind: 'answered', answer: { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' } }
}

interface IdempotencyRow {
  isSame: boolean
  status: number | null
  headers: Record<string, string> | null
  body: string | null
}

/** Keeps the answer for whoever asks again. */
export async function finishRequest(sql: Sql, request: KeyedRequest, answer: KeptAnswer): Promise<void> {
  await sql.execute(text`
    update idempotency set status = ${answer.status}, headers = ${JSON.stringify(answer.headers)}::jsonb, body = ${answer.body}
    where workspace_id = ${request.workspaceId} and principal_id = ${request.principalId}::uuid and key = ${request.key} and status is null`)
}

/** What failed may be tried again under its key. */
export async function forgetRequest(sql: Sql, request: KeyedRequest): Promise<void> {
  await sql.execute(text`
    delete from idempotency
    where workspace_id = ${request.workspaceId} and principal_id = ${request.principalId}::uuid and key = ${request.key} and status is null`)
}

export async function deleteRequestsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from idempotency where created_at < ${instant(beforeMs)}`)
}
