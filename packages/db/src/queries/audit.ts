import type { WorkspaceId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

export type ActorKind = 'person' | 'key' | 'link' | 'system'

interface AuditFacts {
  readonly actorKind: ActorKind
  readonly actorId: string | null
  readonly actorName: string
  /** A noun and a verb: `monitor.created`. */
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string | null
  /** Without secrets; null where there was nothing before, or is nothing now. */
  readonly before: Record<string, unknown> | null
  readonly after: Record<string, unknown> | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
}

export interface NewAuditEntry extends AuditFacts {
  /** Null where it concerns the instance. */
  readonly workspaceId: WorkspaceId | null
  readonly nowMs: number
}

/** Written in the transaction of what was done: there are both, or neither. */
export async function writeAudit(tx: Sql, entry: NewAuditEntry): Promise<void> {
  await tx.execute(text`
    insert into audit_entry (workspace_id, at, actor_kind, actor_id, actor_name, action, subject_type, subject_id, before, after, address,
      user_agent, request_id)
    values (${entry.workspaceId}::uuid, ${instant(entry.nowMs)}, ${entry.actorKind}, ${entry.actorId}::uuid, ${entry.actorName}, ${entry.action},
      ${entry.subjectType}, ${entry.subjectId}, ${json(entry.before)}::jsonb, ${json(entry.after)}::jsonb, ${entry.address},
      ${entry.userAgent}, ${entry.requestId})`)
}

function json(value: Record<string, unknown> | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

export interface AuditEntry extends AuditFacts {
  /** A number of up to nineteen digits. */
  readonly id: string
  readonly atMs: number
}

export interface AuditFilter {
  readonly action?: string | undefined
  readonly actorId?: string | undefined
  readonly subjectId?: string | undefined
}

export interface AuditPage {
  readonly items: readonly AuditEntry[]
  readonly next: { readonly id: string } | null
}

/** What was done in a workspace, newest first; `limit` entries before the one of the cursor. */
export async function listAudit(
  sql: Sql,
  workspaceId: WorkspaceId,
  page: AuditFilter & { limit: number; beforeId?: string | undefined },
): Promise<AuditPage> {
  const { rows } = await sql.execute<AuditEntry & Record<string, unknown>>(text`
    select id::text, ${msOf('at')} as "atMs", actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", action,
      subject_type as "subjectType", subject_id as "subjectId", before, after, address, user_agent as "userAgent", request_id as "requestId"
    from audit_entry where ${text.join([text`workspace_id = ${workspaceId}`, ...conditions(page)], text` and `)}
    order by audit_entry.id desc limit ${page.limit + 1}`)
  const items = rows.slice(0, page.limit)
  const last = items.at(-1)
  return { items, next: rows.length > page.limit && last ? { id: last.id } : null }
}

function conditions({ action, actorId, subjectId, beforeId }: AuditFilter & { beforeId?: string | undefined }): SQL[] {
  const found: SQL[] = []
  if (action !== undefined) found.push(text`action = ${action}`)
  if (actorId !== undefined) found.push(text`actor_id = ${actorId}::uuid`)
  if (subjectId !== undefined) found.push(text`subject_id = ${subjectId}`)
  if (beforeId !== undefined) found.push(text`audit_entry.id < ${beforeId}::bigint`)
  return found
}

const rowsAtOnce = 10_000

/** In small parts, none of which holds anybody up. */
export async function deleteAuditBefore(sql: Sql, beforeMs: number): Promise<void> {
  for (;;) {
    const { rowCount } = await sql.execute(text`
      delete from audit_entry where id in (select id from audit_entry where at < ${instant(beforeMs)} limit ${rowsAtOnce})`)
    if ((rowCount ?? 0) < rowsAtOnce) return
  }
}
