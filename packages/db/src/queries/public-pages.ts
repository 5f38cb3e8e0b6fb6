import {
  type MonitorId,
  parseMonitorId,
  parseStatusPageId,
  parseWorkspaceId,
  type StatusPageId,
  type WorkspaceId,
} from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'

/** What whoever serves status pages reads, of all workspaces: names, urls and headers of monitors are not among it. */

/** A page as it was published; `content` is as stored, whoever uses it parses it. */
export interface PublishedPage {
  readonly id: StatusPageId
  readonly workspaceId: WorkspaceId
  readonly slug: string
  /** Verified. */
  readonly domain: string | null
  readonly content: unknown
  readonly passwordHash: string | null
  /** Signs the cookies of whoever was let in. */
  readonly secret: string
  readonly hasLogo: boolean
}

interface PublishedRow extends Record<string, unknown> {
  id: string
  workspace_id: string
  slug: string
  domain: string | null
  content: unknown
  password_hash: string | null
  secret: string
  has_logo: boolean
}

/** Of every published page its version, by which it is told whether it was changed. */
export async function listPublishedVersions(sql: Sql): Promise<Map<StatusPageId, number>> {
  const { rows } = await sql.execute<{ id: string; version: number }>(text`
    select id, version from status_page where published is not null`)
  return new Map(rows.map(({ id, version }) => [parseStatusPageId(id), version]))
}

export async function readPublishedPages(sql: Sql, ids: readonly StatusPageId[]): Promise<PublishedPage[]> {
  const { rows } = await sql.execute<PublishedRow>(text`
    select id, workspace_id, slug, case when domain_verified_at is not null then domain end as domain,
      published as content, password_hash, secret, logo is not null as has_logo
    from status_page where published is not null and id = any(${texts(ids, String)}::uuid[]) order by id`)
  return rows.map((row) => ({
    id: parseStatusPageId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    slug: row.slug,
    domain: row.domain,
    content: row.content,
    passwordHash: row.password_hash,
    secret: row.secret,
    hasLogo: row.has_logo,
  }))
}

export interface WantedMonitor {
  readonly workspaceId: WorkspaceId
  readonly monitorId: string
}

export interface PublicMonitor {
  readonly id: MonitorId
  readonly monitorKey: number
  readonly status: Status
  readonly sinceMs: number | null
}

/** Monitors that are gone, or that another workspace has, are left out. */
export async function readPublicMonitors(sql: Sql, wanted: readonly WantedMonitor[]): Promise<PublicMonitor[]> {
  if (wanted.length === 0) return []
  const { rows } = await sql.execute<{ id: string; monitor_key: number; status: Status; since_ms: number | null }>(text`
    select s.id, s.monitor_key,
      case when s.paused then 'paused' when s.maintenance_since is not null then 'maintenance' else s.status end as status,
      ${msOf('coalesce(s.maintenance_since, s.since)')} as since_ms
    from (select distinct workspace_id, id from unnest(
      ${texts(wanted, ({ workspaceId }) => workspaceId)}::uuid[], ${texts(wanted, ({ monitorId }) => monitorId)}::uuid[]) as u (workspace_id, id)) w
    join monitor_state s on s.id = w.id and s.workspace_id = w.workspace_id`)
  return rows.map((row) => ({
    id: parseMonitorId(row.id),
    monitorKey: row.monitor_key,
    status: row.status,
    sinceMs: row.since_ms,
  }))
}
