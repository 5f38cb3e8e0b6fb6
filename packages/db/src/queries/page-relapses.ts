import {
  type PageUpdateId,
  parsePageIncidentId,
  parsePageUpdateId,
  parseStatusPageId,
  parseWorkspaceId,
  type StatusPageId,
} from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { msOf } from '../instant.ts'
import type { OwnedPageIncident } from './page-incidents.ts'

/** Something that a page says is over, of incidents of monitors that were reopened after it said so. */
export interface Relapse extends OwnedPageIncident {
  /** When the last of those that last was reopened; null where all of them are over again. */
  readonly reopenedAtMs: number | null
  /** A person has written on the whole at some time, and so it is theirs to publish. */
  readonly isWritten: boolean
  /** Somebody has written of it since, or has thrown away what we wrote: nothing more is drafted. */
  readonly isSeenTo: boolean
  readonly componentIds: readonly string[]
  /** What we wrote of it, and nobody has published. */
  readonly ours: PageUpdateId | null
}

interface RelapseRow extends Record<string, unknown> {
  id: string
  page_id: string
  workspace_id: string
  reopened_at_ms: number | null
  is_written: boolean
  is_seen_to: boolean
  component_ids: string[]
  ours: string | null
}

/**
 * Goes from the few incidents that last, and from what we wrote, to the many that pages say are over. What lasts although a person
 * has said that it is over was never reopened, and is no relapse.
 */
export async function listRelapses(sql: Sql, pageIds: readonly StatusPageId[]): Promise<Relapse[]> {
  if (pageIds.length === 0) return []
  const { rows } = await sql.execute<RelapseRow>(text`
    with lasting as (
      select l.page_incident_id as id, max(e.at) as at
      from incident i join page_incident_cause l on l.incident_id = i.id
      join incident_entry e on e.incident_id = i.id and e.kind = 'reopened'
      where i.ended_at is null and i.silent_because is distinct from 'maintenance' and l.page_id = any(${texts(pageIds, String)}::uuid[])
      group by 1
    ), ours as (
      select u.page_incident_id as id, u.id as update_id from page_incident_update u join page_incident p on p.id = u.page_incident_id
      where u.published_at is null and u.author_id is null and u.phase = 'investigating' and u.at >= p.resolved_at
    )
    select p.id, p.page_id, p.workspace_id, ${msOf('r.at')} as reopened_at_ms, p.written_at is not null as is_written,
      coalesce(p.written_at >= r.at, false) or exists (
        select from page_incident_update u where u.page_incident_id = p.id and u.at >= r.at) as is_seen_to,
      array(select component_id::text from page_incident_component where page_incident_id = p.id) as component_ids, o.update_id as ours
    from page_incident p left join lasting r on r.id = p.id and r.at > p.resolved_at left join ours o on o.id = p.id
    where p.page_id = any(${texts(pageIds, String)}::uuid[]) and p.id in (select id from lasting union select id from ours)
      and p.resolved_at is not null and (r.id is not null or o.id is not null)
    order by p.id`)
  return rows.map((row) => ({
    ...{ id: parsePageIncidentId(row.id), pageId: parseStatusPageId(row.page_id) },
    workspaceId: parseWorkspaceId(row.workspace_id),
    ...{ reopenedAtMs: row.reopened_at_ms, isWritten: row.is_written, isSeenTo: row.is_seen_to },
    componentIds: row.component_ids,
    ours: row.ours === null ? null : parsePageUpdateId(row.ours),
  }))
}
