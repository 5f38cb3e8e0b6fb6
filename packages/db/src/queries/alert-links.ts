import {
  type ChannelId,
  type IncidentId,
  type MonitorId,
  parseChannelId,
  parseIncidentId,
  parseMonitorId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** What a link in a message is about, and to whom it was sent, as it is now. */
export interface LinkedDelivery {
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly channel: { readonly id: ChannelId; readonly name: string; readonly isPaused: boolean }
  /** Whose channel it is, with their role as it is now: null where they are no member any more. */
  readonly owner: { readonly id: UserId; readonly name: string; readonly role: Role | null } | null
  /** Of a storm, all of its incidents that last and that nobody has acknowledged; of an incident, that one. */
  readonly incidentIds: readonly IncidentId[]
  readonly monitor: { readonly id: MonitorId; readonly name: string; readonly isPaused: boolean } | null
  readonly isStorm: boolean
  readonly used: readonly string[]
}

interface LinkedRow {
  workspace_id: string
  workspace_name: string
  channel_id: string
  channel_name: string
  channel_paused: boolean
  owner_id: string | null
  owner_name: string | null
  owner_role: Role | null
  incidents: string[]
  monitor_id: string | null
  monitor_name: string | null
  monitor_paused: boolean | null
  is_storm: boolean
  used: string[]
}

/** Whoever asks knows no workspace, and shows by the link that they may. @returns undefined where the message is forgotten. */
export async function findLinkedDelivery(sql: Sql, deliveryId: string): Promise<LinkedDelivery | undefined> {
  const { rows } = await sql.execute<LinkedRow & Record<string, unknown>>(text`
    select d.workspace_id, w.name as workspace_name, c.id as channel_id, c.name as channel_name, c.paused_at is not null as channel_paused,
      u.id as owner_id, u.username as owner_name, b.role as owner_role, s.storm_id is not null as is_storm,
      array(select i.id::text from incident i where (i.id = s.incident_id or i.storm_id = s.storm_id)
        and i.ended_at is null and i.acknowledged_at is null order by i.began_at, i.id) as incidents,
      m.id as monitor_id, m.name as monitor_name, m.paused_at is not null as monitor_paused,
      array(select l.deed from alert_link_use l where l.delivery_id = d.id) as used
    from delivery d join workspace w on w.id = d.workspace_id join channel c on c.id = d.channel_id join alert_story s on s.id = d.story_id
    left join users u on u.id = c.user_id left join membership b on b.user_id = c.user_id and b.workspace_id = d.workspace_id
    left join incident i on i.id = s.incident_id left join monitor m on m.monitor_key = coalesce(s.monitor_key, i.monitor_key)
    where d.id = ${deliveryId} and w.deleted_at is null`)
  return rows[0] && toLinked(rows[0])
}

function toLinked(row: LinkedRow): LinkedDelivery {
  const { owner_id: ownerId, monitor_id: monitorId } = row
  return {
    workspaceId: parseWorkspaceId(row.workspace_id),
    workspaceName: row.workspace_name,
    channel: { id: parseChannelId(row.channel_id), name: row.channel_name, isPaused: row.channel_paused },
    owner: ownerId === null ? null : { id: parseUserId(ownerId), name: row.owner_name ?? '', role: row.owner_role },
    incidentIds: row.incidents.map(parseIncidentId),
    monitor:
      monitorId === null
        ? null
        : {
            id: parseMonitorId(monitorId),
            name: row.monitor_name ?? '',
            isPaused: row.monitor_paused === true,
          },
    isStorm: row.is_storm,
    used: row.used,
  }
}

export interface LinkUse {
  readonly deliveryId: string
  readonly deed: 'acknowledge' | 'pause'
  readonly workspaceId: WorkspaceId
  readonly nowMs: number
}

/** @returns false where it was used before: of several at once, one is first. */
export async function useLink(tx: Sql, { deliveryId, deed, workspaceId, nowMs }: LinkUse): Promise<boolean> {
  const { rowCount } = await tx.execute(text`
    insert into alert_link_use (delivery_id, deed, workspace_id, used_at)
    values (${deliveryId}, ${deed}, ${workspaceId}, ${instant(nowMs)}) on conflict do nothing`)
  return rowCount === 1
}
