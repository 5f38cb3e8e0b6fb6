import type { UserId, WorkspaceId } from '@repo/domain/ids'
import type { Status } from '@repo/domain/status'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import type { StoredMonitor } from '../src/queries/monitors.ts'

/** What weekly mails go by, for tests. */

/** Of a monitor was said what is listed, each until the next; the last still is. */
export async function setHistory(
  sql: Sql,
  { monitorKey }: Pick<StoredMonitor, 'monitorKey'>,
  said: readonly [beganAtMs: number, Status][],
): Promise<void> {
  await sql.execute(text`delete from state_interval where monitor_key = ${monitorKey}`)
  for (const [index, [beganAtMs, status]] of said.entries()) {
    const endedAtMs = said[index + 1]?.[0] ?? null
    await sql.execute(text`
      insert into state_interval (monitor_key, began_at, ended_at, status)
      values (${monitorKey}, to_timestamp(${beganAtMs}::float8 / 1000), to_timestamp(${endedAtMs}::float8 / 1000), ${status})`)
  }
}

export async function setEmail(sql: Sql, userId: UserId, email: string | null): Promise<void> {
  await sql.execute(text`update users set email = ${email}, email_key = lower(${email}) where id = ${userId}`)
}

/** By whose clocks a workspace is written to, and when next. */
export async function setClocks(
  sql: Sql,
  workspaceId: WorkspaceId,
  { timeZone, nextAtMs }: { timeZone: string; nextAtMs: number },
): Promise<void> {
  await sql.execute(text`
    update workspace set time_zone = ${timeZone}, digest_at = to_timestamp(${nextAtMs}::float8 / 1000) where id = ${workspaceId}`)
}

/** What was or is to be sent, by week: `2943 ada@example.com accepted`. */
export async function digestsOf(sql: Sql, workspaceId: WorkspaceId): Promise<string[]> {
  const { rows } = await sql.execute<{ sent: string }>(text`
    select concat_ws(' ', d.week, u.email, d.state) as sent from digest d join users u on u.id = d.user_id
    where d.workspace_id = ${workspaceId} order by d.week, u.email`)
  return rows.map(({ sent }) => sent)
}
