import {
  type MonitorId,
  parseMonitorId,
  parseStatusPageId,
  parseWorkspaceId,
  type StatusPageId,
  type WorkspaceId,
} from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import type { StatusInterval } from '@repo/domain/uptime'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { exactMsOf, instant, msOf } from '../instant.ts'
import { logoHash } from './status-pages.ts'

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
  /** Of the bytes of its logo, in hexadecimal; null where there is none. */
  readonly logo: string | null
}

interface PublishedRow extends Record<string, unknown> {
  id: string
  workspace_id: string
  slug: string
  domain: string | null
  content: unknown
  password_hash: string | null
  secret: string
  logo: string | null
}

/** By which it is told whether something of a page was changed: its content and what belongs to it, or what is said on it. */
export interface PublishedMarks {
  readonly version: number
  readonly said: number
}

export async function listPublishedMarks(sql: Sql): Promise<Map<StatusPageId, PublishedMarks>> {
  const { rows } = await sql.execute<{ id: string; version: number; said: number }>(text`
    select id, version, said from status_page where published is not null order by id`)
  return new Map(rows.map(({ id, version, said }) => [parseStatusPageId(id), { version, said }]))
}

export async function readPublishedPages(sql: Sql, ids: readonly StatusPageId[]): Promise<PublishedPage[]> {
  const { rows } = await sql.execute<PublishedRow>(text`
    select id, workspace_id, published_slug as slug, case when domain_verified_at is not null then domain end as domain,
      published as content, password_hash, secret, ${logoHash} as logo
    from status_page where published is not null and id = any(${texts(ids, String)}::uuid[]) order by id`)
  return rows.map((row) => ({
    id: parseStatusPageId(row.id),
    workspaceId: parseWorkspaceId(row.workspace_id),
    slug: row.slug,
    domain: row.domain,
    content: row.content,
    passwordHash: row.password_hash,
    secret: row.secret,
    logo: row.logo,
  }))
}

/** Something of a workspace that a component of a page is of. */
export interface Wanted {
  readonly workspaceId: WorkspaceId
  readonly id: string
}

function wantedOf(wanted: readonly Wanted[]): SQL {
  return text`(select distinct workspace_id, id from unnest(
      ${texts(wanted, ({ workspaceId }) => workspaceId)}::uuid[], ${texts(wanted, ({ id }) => id)}::uuid[]) as u (workspace_id, id)) w`
}

export interface PublicMonitor {
  readonly id: MonitorId
  readonly monitorKey: number
  readonly status: Status
  readonly sinceMs: number | null
  /** What it was before nothing was known of it; null where nothing ever was. */
  readonly lastKnown: Status | null
}

interface PublicMonitorRow extends Record<string, unknown> {
  id: string
  monitor_key: number
  status: Status
  since_ms: number | null
  last_known: Status | null
}

/** Monitors that are gone, or that another workspace has, are left out. */
export async function readPublicMonitors(sql: Sql, wanted: readonly Wanted[]): Promise<PublicMonitor[]> {
  if (wanted.length === 0) return []
  const { rows } = await sql.execute<PublicMonitorRow>(text`
    select n.*, case when n.status not in ('unknown', 'paused') then n.status else (
      select i.status from state_interval i where i.monitor_key = n.monitor_key and i.status not in ('unknown', 'paused')
      order by i.began_at desc limit 1) end as last_known
    from (
      select s.id, s.monitor_key,
        case when s.paused then 'paused' when s.maintenance_since is not null then 'maintenance' else s.status end as status,
        ${msOf('coalesce(s.maintenance_since, s.since)')} as since_ms
      from ${wantedOf(wanted)} join monitor_state s on s.id = w.id and s.workspace_id = w.workspace_id
    ) n`)
  return rows.map((row) => ({
    id: parseMonitorId(row.id),
    monitorKey: row.monitor_key,
    status: row.status,
    sinceMs: row.since_ms,
    lastKnown: row.last_known,
  }))
}

/** `rule` is as stored: whoever uses it parses it. */
export interface PublicGroup {
  readonly id: string
  readonly workspaceId: WorkspaceId
  readonly rule: unknown
  readonly members: readonly { readonly monitorId: string; readonly weight: number }[]
}

/** Groups that are gone, or that another workspace has, are left out. */
export async function readPublicGroups(sql: Sql, wanted: readonly Wanted[]): Promise<PublicGroup[]> {
  if (wanted.length === 0) return []
  const { rows } = await sql.execute<{
    id: string
    workspace_id: string
    rule: unknown
    members: { monitorId: string; weight: number }[]
  }>(text`
    select g.id, g.workspace_id, g.rule, coalesce((
      select json_agg(json_build_object('monitorId', s.id, 'weight', l.weight) order by l.monitor_key)
      from monitor_group_member l join monitor_state s using (monitor_key) where l.group_id = g.id), '[]') as members
    from ${wantedOf(wanted)} join monitor_group g on g.id = w.id and g.workspace_id = w.workspace_id`)
  return rows.map(({ workspace_id, ...group }) => ({ ...group, workspaceId: parseWorkspaceId(workspace_id) }))
}

/** What was said of monitors since then, by their keys, the oldest first; what began before is there from its beginning on. */
export async function listIntervals(
  sql: Sql,
  monitorKeys: readonly number[],
  { fromMs }: { readonly fromMs: number },
): Promise<Map<number, StatusInterval[]>> {
  if (monitorKeys.length === 0) return new Map()
  const { rows } = await sql.execute<StatusInterval & { monitorKey: number } & Record<string, unknown>>(text`
    select s.monitor_key as "monitorKey", s.status, ${exactMsOf('s.began_at')} as "beganAtMs", ${exactMsOf('s.ended_at')} as "endedAtMs"
    from unnest(${text.param([...monitorKeys])}::integer[]) as m (key) cross join lateral (
      select monitor_key, status, began_at, ended_at from state_interval
      where monitor_key = m.key and began_at >= coalesce(
        (select max(b.began_at) from state_interval b where b.monitor_key = m.key and b.began_at <= ${instant(fromMs)}), ${instant(fromMs)})
    ) s
    order by s.monitor_key, s.began_at`)
  return Map.groupBy(rows, ({ monitorKey }) => monitorKey)
}
