import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Period } from '@repo/domain/maintenance'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { exactMsOf, instant } from '../instant.ts'

export interface Expiry {
  readonly monitorId: MonitorId
  readonly monitorName: string
  readonly kind: 'certificate' | 'domain'
  readonly expiresAtMs: number
}

export type ExpiryPlace = Pick<Expiry, 'expiresAtMs' | 'kind'> & { readonly monitorId: string }

interface ExpiriesAsked {
  readonly within: Period
  readonly limit: number
  readonly after?: ExpiryPlace | undefined
}

/** Certificates and registrations of what is watched that end in a time, the first to end first. */
export async function listExpiries(
  sql: Sql,
  workspaceId: WorkspaceId,
  { within, limit, after }: ExpiriesAsked,
): Promise<{ items: Expiry[]; next: ExpiryPlace | null }> {
  const later = after
    ? text`(f.expires_at, m.id, f.kind) > (${instant(after.expiresAtMs)}, ${after.monitorId}::uuid, ${after.kind})`
    : text`true`
  const { rows } = await sql.execute<{ id: string; name: string; kind: Expiry['kind']; expires_ms: number }>(text`
    select m.id, m.name, f.kind, ${exactMsOf('f.expires_at')} as expires_ms
    from monitor m join watched_fact f using (monitor_key)
    where m.workspace_id = ${workspaceId} and m.paused_at is null and f.kind in ('certificate', 'domain')
      and f.expires_at >= ${instant(within.fromMs)} and f.expires_at < ${instant(within.toMs)} and ${later}
    order by f.expires_at, m.id, f.kind limit ${limit + 1}`)
  const items = rows.slice(0, limit).map((row) => ({
    monitorId: parseMonitorId(row.id),
    monitorName: row.name,
    kind: row.kind,
    expiresAtMs: row.expires_ms,
  }))
  const last = items.at(-1)
  if (rows.length <= limit || !last) return { items, next: null }
  return { items, next: { expiresAtMs: last.expiresAtMs, monitorId: last.monitorId, kind: last.kind } }
}
