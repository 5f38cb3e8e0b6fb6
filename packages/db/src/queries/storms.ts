import type { StormCandidate } from '@repo/domain/storm'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

export interface RecentIncident extends StormCandidate {
  readonly workspaceId: string
  readonly monitorKey: number
}

/** The open incidents of these workspaces that were opened since then and that people are told of. */
export async function listRecentIncidents(
  sql: Sql,
  workspaceIds: readonly string[],
  sinceMs: number,
): Promise<RecentIncident[]> {
  const { rows } = await sql.execute<{
    id: string
    workspaceId: string
    monitorKey: number
    keys: string[]
    stormId: string | null
  }>(text`
    select id, workspace_id as "workspaceId", monitor_key as "monitorKey", traits as keys, storm_id as "stormId" from incident
    where workspace_id = any(${texts(workspaceIds, String)}::uuid[]) and opened_at >= ${instant(sinceMs)} and ended_at is null
      and silent_because is null
    order by opened_at, monitor_key limit ${MOST}`)
  return rows
}

/** Beyond so many at once, one more changes nothing of what there is to tell. */
const MOST = 20_000

export interface NewStorm {
  readonly id: string
  readonly workspaceId: string
  readonly trait: string
  readonly beganAtMs: number
}

export async function createStorms(sql: Sql, storms: readonly NewStorm[]): Promise<void> {
  if (storms.length === 0) return
  await sql.execute(text`
    insert into storm (id, workspace_id, trait, began_at)
    select id, workspace_id, trait, to_timestamp(began_ms / 1000)
    from unnest(
      ${texts(storms, (one) => one.id)}::uuid[], ${texts(storms, (one) => one.workspaceId)}::uuid[], ${texts(storms, (one) => one.trait)}::text[],
      ${numbers(storms, (one) => one.beganAtMs)}::float8[]
    ) as s (id, workspace_id, trait, began_ms)`)
}

/** Joins incidents to storms; what was to be told of each by itself and has not been yet is taken back. */
export async function joinStorms(
  sql: Sql,
  joined: readonly { readonly id: string; readonly stormId: string }[],
): Promise<void> {
  if (joined.length === 0) return
  const ids = texts(joined, (one) => one.id)
  await sql.execute(text`
    update incident i set storm_id = j.storm_id, version = version + 1
    from unnest(${ids}::uuid[], ${texts(joined, (one) => one.stormId)}::uuid[]) as j (id, storm_id) where i.id = j.id`)
  await sql.execute(text`delete from outbox where incident_id = any(${ids}::uuid[]) and event = 'opened'`)
}
