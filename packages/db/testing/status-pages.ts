import {
  parsePageIncidentId,
  parsePageUpdateId,
  parseStatusPageId,
  type StatusPageId,
  type WorkspaceId,
} from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import {
  createPageIncident,
  type NewPageIncident,
  type OwnedPageIncident,
  publishPageIncident,
} from '../src/queries/page-incidents.ts'
import { addPageUpdate } from '../src/queries/page-updates.ts'
import { createStatusPage, publishStatusPage } from '../src/queries/status-pages.ts'

interface MadePage {
  readonly workspaceId: WorkspaceId
  readonly slug?: string
  readonly content?: unknown
}

/** A page that nobody outside sees, empty where nothing else is said. */
export async function addStatusPage(
  sql: Sql,
  { workspaceId, slug = `page-${crypto.randomUUID()}`, content = { title: 'Shop', sections: [] } }: MadePage,
): Promise<{ readonly id: StatusPageId; readonly slug: string }> {
  const id = parseStatusPageId(Bun.randomUUIDv7())
  await createStatusPage(sql, { id, workspaceId, slug, content }, noonMs)
  return { id, slug }
}

export async function addPublishedPage(sql: Sql, made: MadePage) {
  const page = await addStatusPage(sql, made)
  await publishStatusPage(sql, { ...page, workspaceId: made.workspaceId }, { by: 'ada', nowMs: noonMs })
  return page
}

/** A row in every table of what is said on a page. */
export async function furnishStatusPage(sql: Sql, workspaceId: WorkspaceId): Promise<void> {
  const { id } = await addStatusPage(sql, { workspaceId })
  const at = text`to_timestamp(${noonMs}::float8 / 1000)`
  const [component, incident] = [crypto.randomUUID(), crypto.randomUUID()]
  await sql.execute(text`
    insert into component_state (page_id, component_id, workspace_id, state, began_at) values (${id}, ${component}, ${workspaceId}, 'operational', ${at})`)
  await sql.execute(text`
    insert into page_incident (id, page_id, workspace_id, title, impact, phase, began_at, created_at, updated_at)
    values (${incident}, ${id}, ${workspaceId}, 'Slow', 'minor', 'investigating', ${at}, ${at}, ${at})`)
  await sql.execute(text`
    insert into page_incident_component values (${incident}, ${component}, ${workspaceId}, 'degraded_performance')`)
  await sql.execute(text`
    insert into page_incident_update (id, page_incident_id, workspace_id, phase, body, at)
    values (${crypto.randomUUID()}, ${incident}, ${workspaceId}, 'investigating', 'We look.', ${at})`)
  await sql.execute(text`
    insert into page_announcement (id, page_id, workspace_id, title, body, from_at, created_at, updated_at)
    values (${crypto.randomUUID()}, ${id}, ${workspaceId}, 'Moving', 'Soon.', ${at}, ${at}, ${at})`)
  await sql.execute(text`
    insert into page_incident_cause (page_id, incident_id, page_incident_id, workspace_id)
    select ${id}::uuid, i.id, ${incident}::uuid, i.workspace_id from incident i where i.workspace_id = ${workspaceId} limit 1`)
  await furnishSubscribers(sql, { id, workspaceId })
}

interface MadeIncident extends Partial<Omit<NewPageIncident, 'pageId' | 'workspaceId' | 'id'>> {
  readonly workspaceId: WorkspaceId
  readonly pageId: StatusPageId
  readonly isPublished?: boolean
  readonly bodies?: readonly string[]
}

/** A draft of a minor incident that began at noon, where nothing else is said. */
export async function addPageIncident(
  sql: Sql,
  { isPublished = false, bodies = ['We look into it.'], ...made }: MadeIncident,
): Promise<OwnedPageIncident> {
  const owned = { id: parsePageIncidentId(Bun.randomUUIDv7()), pageId: made.pageId, workspaceId: made.workspaceId }
  const usual = { title: 'Slow', impact: 'minor', phase: 'investigating', beganAtMs: noonMs, components: [] } as const
  await createPageIncident(sql, { ...usual, isByPerson: true, ...made, ...owned }, noonMs)
  for (const body of bodies) {
    const id = parsePageUpdateId(Bun.randomUUIDv7())
    const phase = made.phase ?? usual.phase
    await addPageUpdate(sql, owned, { id, phase, body, atMs: noonMs, isPublished: false, author: null })
  }
  if (isPublished) await publishPageIncident(sql, owned, { nowMs: noonMs, isByPerson: true })
  return owned
}

/** Somebody who asked, somebody who wants to come in, and what they are sent; a window that they were told of. */
async function furnishSubscribers(
  sql: Sql,
  { id, workspaceId }: { readonly id: StatusPageId; readonly workspaceId: WorkspaceId },
): Promise<void> {
  const at = text`to_timestamp(${noonMs}::float8 / 1000)`
  const [subscriber, signIn] = [crypto.randomUUID(), crypto.randomUUID()]
  await sql.execute(text`
    insert into page_subscriber (id, page_id, workspace_id, kind, address_key, email, created_at)
    values (${subscriber}, ${id}, ${workspaceId}, 'email', 'email ada@example.com', 'ada@example.com', ${at})`)
  await sql.execute(text`
    insert into page_sign_in (id, page_id, workspace_id, email, expires_at) values (${signIn}, ${id}, ${workspaceId}, 'ada@example.com', ${at})`)
  await sql.execute(text`
    insert into page_message (page_id, workspace_id, subscriber_id, kind, event, due_at, next_at)
    values (${id}, ${workspaceId}, ${subscriber}, 'confirm', 'confirm 1', ${at}, ${at})`)
  await sql.execute(text`
    insert into maintenance_former (id, window_id, workspace_id, schedule, announcement, effective_from, effective_until)
    values (gen_random_uuid(), gen_random_uuid(), ${workspaceId}, '{}', '{}', ${at}, ${at})`)
  await sql.execute(text`
    insert into page_maintenance_told (page_id, window_id, from_at, part, workspace_id)
    select ${id}::uuid, w.id, ${at}, 'ahead', w.workspace_id from maintenance_window w where w.workspace_id = ${workspaceId} limit 1`)
}
