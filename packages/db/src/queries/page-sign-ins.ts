import type { StatusPageId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** Links by which people with an address of an allowed domain come in to a page, each once. */

export interface AskedSignIn {
  readonly id: string
  readonly pageId: StatusPageId
  /** In small letters. */
  readonly email: string
  /** Whether the page lets this address in: for one that it does not the same is written down, as used and as nothing to be sent. */
  readonly isAllowed: boolean
  readonly expiresAtMs: number
}

/** So many links of one address are good at once: whoever asks for another's fills no mailbox. */
const atOnce = 3

export async function askSignIn(sql: Sql, asked: AskedSignIn, nowMs: number): Promise<void> {
  const { id, pageId, email, isAllowed, expiresAtMs } = asked
  const now = instant(nowMs)
  const doneAt = instant(isAllowed ? null : nowMs)
  await sql.execute(text`
    with asked as (
      insert into page_sign_in (id, page_id, workspace_id, email, expires_at, used_at)
      select ${id}::uuid, p.id, p.workspace_id, ${email}, ${instant(expiresAtMs)}, ${doneAt}
      from status_page p
      where p.id = ${pageId} and p.published is not null and ${atOnce}::integer > (
        select count(*) from page_sign_in o where o.page_id = p.id and o.email = ${email} and o.expires_at > ${now})
      returning id, page_id, workspace_id
    )
    insert into page_message (page_id, workspace_id, sign_in_id, kind, event, due_at, next_at, state, done_at)
    select page_id, workspace_id, id, 'sign_in', 'sign_in', ${now}, ${now}, ${isAllowed ? 'waiting' : 'superseded'}, ${doneAt} from asked`)
}

/** @returns false where it was used before, is too old, or never was. */
export async function useSignIn(
  sql: Sql,
  { pageId, id }: { readonly pageId: StatusPageId; readonly id: string },
  nowMs: number,
): Promise<boolean> {
  const now = instant(nowMs)
  const { rowCount } = await sql.execute(text`
    update page_sign_in set used_at = ${now}
    where page_id = ${pageId} and id = ${id} and used_at is null and expires_at > ${now}`)
  return (rowCount ?? 0) > 0
}

export async function deleteSignInsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from page_sign_in where expires_at < ${instant(beforeMs)}`)
}
