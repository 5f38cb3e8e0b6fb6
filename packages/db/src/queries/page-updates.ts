import type { PageIncidentId, PageUpdateId } from '@repo/domain/ids'
import type { Phase } from '@repo/domain/status-page'
import { type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'
import { type OwnedPageIncident, type PageAuthor, settlePhase } from './page-incidents.ts'

/** What is said of an incident on a page, one after the other. Whoever calls has seen that the incident is of the page. */

export interface NewPageUpdate {
  readonly id: PageUpdateId
  readonly phase: Phase
  /** Markdown. */
  readonly body: string
  readonly atMs: number
  readonly isPublished: boolean
  /** Null where we write it. */
  readonly author: PageAuthor | null
}

export async function addPageUpdate(sql: Sql, owned: OwnedPageIncident, added: NewPageUpdate): Promise<void> {
  const { id, phase, body, atMs, isPublished, author } = added
  await sql.execute(text`
    insert into page_incident_update (id, page_incident_id, workspace_id, phase, body, at, published_at, author_id, author_name)
    values (${id}, ${owned.id}, ${owned.workspaceId}, ${phase}, ${body}, ${instant(atMs)}, ${isPublished ? instant(atMs) : null},
      ${author?.id ?? null}::uuid, ${author?.name ?? null})`)
  if (isPublished) await settlePhase(sql, owned.id)
}

export interface PageUpdateChange {
  readonly phase?: Phase | undefined
  readonly body?: string | undefined
  readonly author: PageAuthor
}

/** What was published stays as people have read it. */
export type UpdateResult = 'changed' | 'published' | 'absent'

/** @returns `published`, and nothing is changed, where outsiders see it. */
export async function changePageUpdate(
  sql: Sql,
  { id, updateId }: NamedUpdate,
  { phase, body, author }: PageUpdateChange,
): Promise<UpdateResult> {
  const values = [text`author_id = ${author.id}::uuid`, text`author_name = ${author.name}`]
  if (phase !== undefined) values.push(text`phase = ${phase}`)
  if (body !== undefined) values.push(text`body = ${body}`)
  const { rowCount } = await sql.execute(text`
    update page_incident_update set ${text.join(values, text`, `)} where ${isDraft({ id, updateId })}`)
  return rowCount ? 'changed' : whyNot(sql, { id, updateId })
}

/** It is said at the instant at which it is published, and not when it was written. */
export async function publishPageUpdate(sql: Sql, { id, updateId }: NamedUpdate, nowMs: number): Promise<UpdateResult> {
  const { rowCount } = await sql.execute(text`
    update page_incident_update set published_at = ${instant(nowMs)}, at = ${instant(nowMs)} where ${isDraft({ id, updateId })}`)
  if (!rowCount) return whyNot(sql, { id, updateId })
  await settlePhase(sql, id)
  return 'changed'
}

export async function deletePageUpdate(sql: Sql, named: NamedUpdate): Promise<UpdateResult> {
  const { rowCount } = await sql.execute(text`delete from page_incident_update where ${isDraft(named)}`)
  return rowCount ? 'changed' : whyNot(sql, named)
}

export interface NamedUpdate {
  readonly id: PageIncidentId
  readonly updateId: PageUpdateId
}

function isDraft(named: NamedUpdate): SQL {
  return text`${isNamed(named)} and published_at is null`
}

function isNamed({ id, updateId }: NamedUpdate): SQL {
  return text`page_incident_id = ${id} and id = ${updateId}`
}

async function whyNot(sql: Sql, named: NamedUpdate): Promise<'published' | 'absent'> {
  const { rowCount } = await sql.execute(text`select from page_incident_update where ${isNamed(named)}`)
  return rowCount ? 'published' : 'absent'
}
