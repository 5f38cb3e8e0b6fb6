import type { WorkspaceId } from '@repo/domain/ids'
import type { Role } from '@repo/domain/role'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant } from '../instant.ts'

/** What somebody's standing is believed to be: a session or a key, where it acts and as what. */
export interface Standing {
  readonly kind: 'session' | 'key'
  readonly id: string
  readonly workspaceId: WorkspaceId
  readonly role: Role
}

/**
 * Which of these sessions and keys still hold, as members of the same role: one statement for all that have a socket open.
 *
 * @returns their ids; that of a session which acts in two workspaces only where it holds in both.
 */
export async function listValid(sql: Sql, standings: readonly Standing[], nowMs: number): Promise<Set<string>> {
  const asked = [...new Map(standings.map((one) => [`${one.id}/${one.workspaceId}/${one.role}`, one])).values()]
  if (asked.length === 0) return new Set()
  const { rows } = await sql.execute<{ ended: number[] }>(text`
    select coalesce(array_agg(a.place), '{}') as ended
    from unnest(
      ${numbers([...asked.keys()], (place) => place)}::integer[], ${texts(asked, (one) => one.kind)}::text[],
      ${texts(asked, (one) => one.id)}::uuid[], ${texts(asked, (one) => one.workspaceId)}::uuid[], ${texts(asked, (one) => one.role)}::text[]
    ) as a (place, kind, id, workspace_id, role)
    left join session s on a.kind = 'session' and s.id = a.id and s.revoked_at is null and s.expires_at > ${instant(nowMs)}
    left join api_key k on a.kind = 'key' and k.id = a.id and k.workspace_id = a.workspace_id and k.revoked_at is null
      and coalesce(k.expires_at, 'infinity') > ${instant(nowMs)}
    left join membership m on m.user_id = coalesce(s.user_id, k.created_by) and m.workspace_id = a.workspace_id and m.role = a.role
    where m.user_id is null`)
  const valid = new Set(asked.map((one) => one.id))
  for (const place of rows[0]?.ended ?? []) valid.delete(asked[place]?.id ?? '')
  return valid
}
