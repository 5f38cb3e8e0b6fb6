import { type AnnouncementId, parseAnnouncementId, type StatusPageId } from '@repo/domain/ids'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import type { Owned } from './versioned.ts'

/** What a page says to everybody, from when to when. */

export interface StoredAnnouncement {
  readonly id: AnnouncementId
  readonly title: string
  readonly body: string
  readonly fromMs: number
  /** Null where it is said until somebody takes it away. */
  readonly untilMs: number | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export interface OwnedAnnouncement extends Owned<AnnouncementId> {
  readonly pageId: StatusPageId
}

export type SaidAnnouncement = Pick<StoredAnnouncement, 'title' | 'body' | 'fromMs' | 'untilMs'>

export async function createAnnouncement(
  sql: Sql,
  { id, pageId, workspaceId }: OwnedAnnouncement,
  { title, body, fromMs, untilMs, nowMs }: SaidAnnouncement & { readonly nowMs: number },
): Promise<void> {
  await sql.execute(text`
    insert into page_announcement (id, page_id, workspace_id, title, body, from_at, until_at, created_at, updated_at)
    values (${id}, ${pageId}, ${workspaceId}, ${title}, ${body}, ${instant(fromMs)}, ${instant(untilMs)}, ${instant(nowMs)}, ${instant(nowMs)})`)
}

export async function findAnnouncement(sql: Sql, owned: OwnedAnnouncement): Promise<StoredAnnouncement | undefined> {
  const [found] = await readAnnouncements(sql, { where: isMeant(owned), limit: 1 })
  return found
}

/** In the order in which they were made. */
export async function listAnnouncements(
  sql: Sql,
  { workspaceId, pageId }: Omit<OwnedAnnouncement, 'id'>,
  { limit, cursor }: { limit: number; cursor?: { readonly id: string } | undefined },
): Promise<{ readonly items: readonly StoredAnnouncement[]; readonly next: { readonly id: string } | null }> {
  const later = cursor ? text`id > ${cursor.id}::uuid` : text`true`
  const where = text`workspace_id = ${workspaceId} and page_id = ${pageId} and ${later}`
  const found = await readAnnouncements(sql, { where, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? { id: last.id } : null }
}

export async function countAnnouncements(sql: Sql, pageId: StatusPageId): Promise<number> {
  const { rows } = await sql.execute<{ count: number }>(text`
    select count(*)::integer as count from page_announcement where page_id = ${pageId}`)
  return rows[0]?.count ?? 0
}

/** @returns whether there was one. */
export async function changeAnnouncement(
  sql: Sql,
  owned: OwnedAnnouncement,
  { title, body, fromMs, untilMs, nowMs }: SaidAnnouncement & { readonly nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update page_announcement set title = ${title}, body = ${body}, from_at = ${instant(fromMs)}, until_at = ${instant(untilMs)},
      updated_at = ${instant(nowMs)}
    where ${isMeant(owned)}`)
  return rowCount === 1
}

/** @returns whether there was one. */
export async function deleteAnnouncement(sql: Sql, owned: OwnedAnnouncement): Promise<boolean> {
  const { rowCount } = await sql.execute(text`delete from page_announcement where ${isMeant(owned)}`)
  return rowCount === 1
}

function isMeant({ workspaceId, pageId, id }: OwnedAnnouncement): SQL {
  return text`workspace_id = ${workspaceId} and page_id = ${pageId} and id = ${id}`
}

async function readAnnouncements(
  sql: Sql,
  { where, limit }: { where: SQL; limit: number },
): Promise<StoredAnnouncement[]> {
  const { rows } = await sql.execute<StoredAnnouncement & { id: string } & Record<string, unknown>>(text`
    select id, title, body, ${msOf('from_at')} as "fromMs", ${msOf('until_at')} as "untilMs", ${msOf('created_at')} as "createdAtMs",
      ${msOf('updated_at')} as "updatedAtMs"
    from page_announcement where ${where} order by id limit ${limit}`)
  return rows.map((row) => ({ ...row, id: parseAnnouncementId(row.id) }))
}
