import { parseStatusPageId, type StatusPageId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import { texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** What was said on pages, and who is to be told of it. */

/** An update of which nobody was told yet. */
export interface UnplannedUpdate {
  readonly id: string
  readonly incidentId: string
  readonly pageId: StatusPageId
  readonly publishedAtMs: number
  /** What outsiders see of the page, as stored. */
  readonly content: unknown
  readonly componentIds: readonly string[]
}

interface UnplannedRow extends Record<string, unknown> {
  id: string
  incident_id: string
  page_id: string
  published_at_ms: number
  content: unknown
  component_ids: string[]
}

/** Of what outsiders see, the oldest first, held until the end of the transaction; whoever else asks gets others. */
export async function lockUnplannedUpdates(tx: Sql, nowMs: number, limit: number): Promise<UnplannedUpdate[]> {
  const { rows } = await tx.execute<UnplannedRow>(text`
    select u.id, i.id as incident_id, i.page_id, ${msOf('u.published_at')} as published_at_ms,
      p.published as content,
      array(select c.component_id::text from page_incident_component c where c.page_incident_id = i.id) as component_ids
    from page_incident_update u join page_incident i on i.id = u.page_incident_id join status_page p on p.id = i.page_id
    where u.published_at <= ${instant(nowMs)} and u.planned_at is null and i.published_at is not null and p.published is not null
    order by u.published_at, u.at, u.id limit ${limit} for no key update of u skip locked`)
  return rows.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    pageId: parseStatusPageId(row.page_id),
    publishedAtMs: row.published_at_ms,
    content: row.content,
    componentIds: row.component_ids,
  }))
}

export async function setPlanned(tx: Sql, ids: readonly string[], nowMs: number): Promise<void> {
  await tx.execute(text`
    update page_incident_update set planned_at = ${instant(nowMs)} where id = any(${texts(ids, String)}::uuid[])`)
}

interface Planned {
  readonly pageId: StatusPageId
  /** Whose subscribers are told; null for all of the page. */
  readonly concerned: readonly string[] | null
  readonly dueAtMs: number
  readonly nowMs: number
}

export interface PlannedUpdate extends Planned {
  readonly updateId: string
  readonly incidentId: string
}

/** A message for each who had confirmed by then. @returns how many were not planned before. */
export async function insertUpdateMessages(tx: Sql, planned: PlannedUpdate): Promise<number> {
  const { updateId, incidentId } = planned
  return insertMessages(tx, planned, {
    kind: text`'update'`,
    event: text`${`update ${updateId}`}`,
    thread: text`${`incident ${incidentId}`}`,
    updateId: text`${updateId}::uuid`,
    body: text`null::jsonb`,
  })
}

export interface PlannedMaintenance extends Planned {
  readonly windowId: string
  readonly fromMs: number
  readonly part: 'ahead' | 'begun' | 'done'
  /** What is told. */
  readonly body: unknown
}

/** Once for each part of each time of a window, which may be gone by the time that it is done. @returns how many messages there are; undefined where it was planned before. */
export async function insertMaintenanceMessages(tx: Sql, planned: PlannedMaintenance): Promise<number | undefined> {
  const { pageId, windowId, fromMs, part, body, nowMs } = planned
  const { rowCount } = await tx.execute(text`
    insert into page_maintenance_told (page_id, window_id, from_at, part, workspace_id, body, told_at)
    select p.id, ${windowId}::uuid, ${instant(fromMs)}, ${part}, p.workspace_id, ${JSON.stringify(body)}::jsonb, ${instant(nowMs)}
    from status_page p
    where p.id = ${pageId} and (${part === 'done'} or exists(select from maintenance_window w where w.id = ${windowId} and w.workspace_id = p.workspace_id))
    on conflict do nothing`)
  if (!rowCount) return undefined
  return insertMessages(tx, planned, maintenanceSaid(planned, part))
}

export interface WithdrawnMaintenance extends Planned {
  readonly windowId: string
  /** When it was to begin. */
  readonly fromMs: number
  /** What is told. */
  readonly body: unknown
  /** When it comes instead, and whether whoever hears of that needs no other word of it before it begins; null where it does not. */
  readonly instead: { readonly fromMs: number; readonly isSoon: boolean } | null
}

/**
 * Takes back what was told to be coming, so that it is told anew should it come all the same.
 * @returns how many messages there are; undefined where it was taken back before.
 */
export async function insertWithdrawal(tx: Sql, withdrawn: WithdrawnMaintenance): Promise<number | undefined> {
  const { pageId, windowId, fromMs, body, instead, nowMs } = withdrawn
  const { rowCount } = await tx.execute(text`
    delete from page_maintenance_told
    where page_id = ${pageId} and window_id = ${windowId} and from_at = ${instant(fromMs)} and part in ('ahead', 'moved')`)
  if (!rowCount) return undefined
  if (instead) {
    const parts = instead.isSoon ? ['moved', 'ahead'] : ['moved']
    await tx.execute(text`
      insert into page_maintenance_told (page_id, window_id, from_at, part, workspace_id, body, told_at)
      select p.id, ${windowId}::uuid, ${instant(instead.fromMs)}, part, p.workspace_id, ${JSON.stringify(body)}::jsonb, ${instant(nowMs)}
      from status_page p cross join unnest(${texts(parts, String)}::text[]) as part where p.id = ${pageId}
      on conflict do nothing`)
  }
  return insertMessages(tx, withdrawn, maintenanceSaid(withdrawn, 'withdrawn'))
}

/** The same part of the same time may be told again, when it was taken back in between. */
function maintenanceSaid(
  { windowId, fromMs, nowMs, body }: Pick<WithdrawnMaintenance, 'windowId' | 'fromMs' | 'nowMs' | 'body'>,
  part: string,
): Said {
  return {
    kind: text`'maintenance'`,
    event: text`${`maintenance ${windowId} ${fromMs} ${part} ${nowMs}`}`,
    thread: text`${`maintenance ${windowId} ${fromMs}`}`,
    updateId: text`null::uuid`,
    body: text`${JSON.stringify(body)}::jsonb`,
  }
}

interface Said {
  readonly kind: SQL
  readonly event: SQL
  readonly thread: SQL
  readonly updateId: SQL
  readonly body: SQL
}

async function insertMessages(tx: Sql, { pageId, concerned, dueAtMs, nowMs }: Planned, said: Said): Promise<number> {
  const chosen = concerned === null ? text`true` : text`s.components && ${texts(concerned, String)}::uuid[]`
  const { rowCount } = await tx.execute(text`
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, thread, update_id, body, due_at, next_at)
    select s.page_id, s.workspace_id, s.id, ${said.kind}, ${said.event}, ${said.thread}, ${said.updateId}, ${said.body},
      ${instant(dueAtMs)}, ${instant(nowMs)}
    from page_subscriber s
    where s.page_id = ${pageId} and s.state = 'confirmed' and s.confirmed_at <= ${instant(dueAtMs)} and (s.components is null or ${chosen})
    order by s.id
    on conflict do nothing`)
  return rowCount ?? 0
}
