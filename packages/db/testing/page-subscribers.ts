import { parseSubscriberId, type StatusPageId, type SubscriberId, type WorkspaceId } from '@repo/domain/ids'
import { noonMs } from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { askSubscriber, confirmSubscriber } from '../src/queries/page-subscribers.ts'

interface MadeSubscriber {
  readonly pageId: StatusPageId
  readonly email?: string
  readonly components?: readonly string[] | null
  /** Asked and not confirmed. */
  readonly isPending?: boolean
}

/** Somebody who confirmed at noon, and who was sent what they asked for. */
export async function addSubscriber(
  sql: Sql,
  { pageId, email = `${crypto.randomUUID()}@example.com`, components = null, isPending = false }: MadeSubscriber,
): Promise<SubscriberId> {
  const id = parseSubscriberId(Bun.randomUUIDv7())
  const asked = { id, pageId, kind: 'email', email, addressKey: `email ${email}`, settings: null, components } as const
  await askSubscriber(sql, asked, noonMs)
  await sql.execute(text`delete from page_message where subscriber_id = ${id}`)
  if (!isPending) await confirmSubscriber(sql, { pageId, id }, noonMs)
  return id
}

/** So many who confirmed at noon, one millisecond after the other: `crowd-1@example.com`. */
export async function addCrowd(sql: Sql, pageId: StatusPageId, count: number): Promise<void> {
  await sql.execute(text`
    insert into page_subscriber (id, page_id, workspace_id, kind, address_key, email, state, created_at, confirmed_at)
    select gen_random_uuid(), p.id, p.workspace_id, 'email', 'email crowd-' || n || '@example.com', 'crowd-' || n || '@example.com',
      'confirmed', to_timestamp(${noonMs}::float8 / 1000) + n * interval '1 ms', to_timestamp(${noonMs}::float8 / 1000) + n * interval '1 ms'
    from status_page p, generate_series(1, ${count}::integer) n where p.id = ${pageId}`)
}

interface MadeIncident {
  readonly workspaceId: WorkspaceId
  readonly pageId: StatusPageId
  readonly title?: string
  readonly componentIds?: readonly string[]
}

/** An incident that outsiders see, without an update. */
export async function addShownIncident(
  sql: Sql,
  { workspaceId, pageId, title = 'Slow search', componentIds = [] }: MadeIncident,
): Promise<string> {
  const id = crypto.randomUUID()
  const at = text`to_timestamp(${noonMs}::float8 / 1000)`
  await sql.execute(text`
    insert into page_incident (id, page_id, workspace_id, title, impact, phase, began_at, published_at, created_at, updated_at)
    values (${id}, ${pageId}, ${workspaceId}, ${title}, 'minor', 'investigating', ${at}, ${at}, ${at}, ${at})`)
  for (const componentId of componentIds)
    await sql.execute(text`
      insert into page_incident_component values (${id}, ${componentId}, ${workspaceId}, 'degraded_performance')`)
  return id
}

interface MadeUpdate {
  readonly incidentId: string
  readonly phase?: string
  readonly body?: string
  readonly atMs: number
  readonly isDraft?: boolean
}

export async function addUpdate(
  sql: Sql,
  { incidentId, phase = 'investigating', body = 'We look into it.', atMs, isDraft = false }: MadeUpdate,
): Promise<string> {
  const id = Bun.randomUUIDv7()
  const at = text`to_timestamp(${atMs}::float8 / 1000)`
  await sql.execute(text`
    insert into page_incident_update (id, page_incident_id, workspace_id, phase, body, at, published_at)
    select ${id}::uuid, id, workspace_id, ${phase}, ${body}, ${at}, ${isDraft ? text`null` : at} from page_incident where id = ${incidentId}`)
  return id
}

/** `ada@example.com update accepted`, in the order in which they were planned. */
export async function pageMessagesOf(sql: Sql, pageId: StatusPageId): Promise<string[]> {
  const { rows } = await sql.execute<{ line: string }>(text`
    select concat_ws(' ', coalesce(s.email, s.kind, i.email), m.kind, m.state) as line
    from page_message m left join page_subscriber s on s.id = m.subscriber_id left join page_sign_in i on i.id = m.sign_in_id
    where m.page_id = ${pageId} order by m.n`)
  return rows.map(({ line }) => line)
}
