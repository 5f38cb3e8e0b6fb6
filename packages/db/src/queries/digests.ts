import type { DigestWeek } from '@repo/domain/digest'
import { parseUserId, parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import { numbers, texts } from '../columns.ts'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'

/** Weekly mails: whose week is over, what is to be sent to whom, and what became of it. */

export interface DueWorkspace {
  readonly workspaceId: WorkspaceId
  readonly timeZone: string
  /** When it was due; long ago where it was never asked for. */
  readonly dueAtMs: number
}

/** Workspaces whose people are to be written to, held until the end of the transaction; whoever else asks gets others. */
export async function lockDueWorkspaces(tx: Sql, nowMs: number, limit: number): Promise<DueWorkspace[]> {
  const { rows } = await tx.execute<{ id: string; time_zone: string; due_at_ms: number }>(text`
    select id, time_zone, ${msOf('digest_at')} as due_at_ms from workspace
    where digest_at <= ${instant(nowMs)} order by digest_at limit ${limit} for no key update skip locked`)
  return rows.map((row) => ({
    workspaceId: parseWorkspaceId(row.id),
    timeZone: row.time_zone,
    dueAtMs: row.due_at_ms,
  }))
}

/** When each of them is due next. */
export async function setNextDigests(
  tx: Sql,
  workspaces: readonly { readonly workspaceId: WorkspaceId; readonly nextAtMs: number }[],
): Promise<void> {
  if (workspaces.length === 0) return
  await tx.execute(text`
    update workspace w set digest_at = to_timestamp(n.ms / 1000)
    from unnest(${texts(workspaces, (one) => one.workspaceId)}::uuid[], ${numbers(workspaces, (one) => one.nextAtMs)}::float8[]) as n (id, ms)
    where w.id = n.id`)
}

/** A mail for each member who wants one and has an address. @returns how many were not planned before. */
export async function insertDigests(
  tx: Sql,
  weeks: readonly (DigestWeek & { readonly workspaceId: WorkspaceId })[],
  nowMs: number,
): Promise<number> {
  if (weeks.length === 0) return 0
  const { rowCount } = await tx.execute(text`
    insert into digest (workspace_id, user_id, week, from_at, to_at, due_at, next_at)
    select m.workspace_id, m.user_id, n.week, to_timestamp(n.from_ms / 1000), to_timestamp(n.to_ms / 1000), ${instant(nowMs)}, ${instant(nowMs)}
    from unnest(
      ${texts(weeks, (one) => one.workspaceId)}::uuid[], ${numbers(weeks, (one) => one.week)}::integer[],
      ${numbers(weeks, (one) => one.fromMs)}::float8[], ${numbers(weeks, (one) => one.toMs)}::float8[]
    ) as n (workspace_id, week, from_ms, to_ms)
    join membership m using (workspace_id) join users u on u.id = m.user_id
    where m.digest and u.email is not null
    order by m.workspace_id, m.user_id
    on conflict do nothing`)
  return rowCount ?? 0
}

/** A mail that somebody took, with how things stand at that instant. */
export interface ClaimedDigest {
  readonly id: string
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly fromMs: number
  readonly toMs: number
  readonly dueAtMs: number
  /** This one among them. */
  readonly attempts: number
  /** Null where nothing is to be sent any more: they are no member, want none, or have no address. */
  readonly reader: DigestReader | null
}

/** Whom a mail goes to, and what it says of where. */
export interface DigestReader {
  readonly email: string
  readonly workspaceName: string
  readonly timeZone: string
  /** Ends the mails. */
  readonly token: string
}

export interface DigestClaim {
  readonly holder: string
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
}

/** Takes mails that are due, or whose taker has ended; those of one workspace together. */
export async function claimDigests(sql: Sql, { holder, nowMs, leaseMs, limit }: DigestClaim): Promise<ClaimedDigest[]> {
  const now = instant(nowMs)
  const { rows } = await sql.execute<ClaimedRow & Record<string, unknown>>(text`
    with due as (
      (select id, workspace_id from digest where state = 'waiting' and next_at <= ${now} order by next_at, workspace_id limit ${limit})
      union all
      (select id, workspace_id from digest where state = 'sending' and lease_until < ${now} limit ${limit})
    ), taken as (
      select id from digest
      where id = any(array(select id from due order by workspace_id limit ${limit}))
        and (state = 'waiting' or (state = 'sending' and lease_until < ${now}))
      for update skip locked
    ), claimed as (
      update digest d set state = 'sending', attempts = d.attempts + 1, lease_holder = ${holder}, lease_until = ${instant(nowMs + leaseMs)}
      from taken t where d.id = t.id
      returning d.*
    )
    select d.id, d.workspace_id, d.user_id, ${msOf('d.from_at')} as from_ms, ${msOf('d.to_at')} as to_ms, ${msOf('d.due_at')} as due_at_ms,
      d.attempts, u.email, w.name as workspace_name, w.time_zone, m.digest_token as token
    from claimed d join workspace w on w.id = d.workspace_id join users u on u.id = d.user_id
    left join membership m on m.workspace_id = d.workspace_id and m.user_id = d.user_id and m.digest
    order by d.workspace_id, d.user_id`)
  return rows.map(toClaimed)
}

interface ClaimedRow {
  id: string
  workspace_id: string
  user_id: string
  from_ms: number
  to_ms: number
  due_at_ms: number
  attempts: number
  email: string | null
  workspace_name: string
  time_zone: string
  token: string | null
}

function toClaimed({ email, token, ...row }: ClaimedRow): ClaimedDigest {
  return {
    id: row.id,
    workspaceId: parseWorkspaceId(row.workspace_id),
    userId: parseUserId(row.user_id),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
    reader:
      email === null || token === null
        ? null
        : { email, token, workspaceName: row.workspace_name, timeZone: row.time_zone },
  }
}

export interface FinishedDigest extends Pick<ClaimedDigest, 'id' | 'attempts'> {
  readonly holder: string
  readonly nowMs: number
  readonly next:
    | { readonly state: 'accepted' | 'dead' | 'superseded' }
    | { readonly state: 'waiting'; readonly nextAtMs: number }
  readonly answer: string
}

/** Notes what became of an attempt. @returns false, and nothing is changed, where another took it over meanwhile. */
export async function finishDigest(sql: Sql, done: FinishedDigest): Promise<boolean> {
  const { id, attempts, holder, nowMs, next, answer } = done
  const nextAt = next.state === 'waiting' ? instant(next.nextAtMs) : text`next_at`
  const { rowCount } = await sql.execute(text`
    update digest set state = ${next.state}, next_at = ${nextAt}, lease_holder = null, lease_until = null, answer = ${answer},
      done_at = ${instant(next.state === 'waiting' ? null : nowMs)}
    where id = ${id} and state = 'sending' and lease_holder = ${holder} and attempts = ${attempts}`)
  return (rowCount ?? 0) > 0
}

/** What was sent or given up long ago. */
export async function deleteDigestsBefore(sql: Sql, beforeMs: number): Promise<void> {
  await sql.execute(text`delete from digest where done_at < ${instant(beforeMs)}`)
}

interface OneMember {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

/** Whether a member is written to, where, and by whose clocks. */
export interface DigestChoice extends Pick<DigestReader, 'workspaceName' | 'timeZone' | 'token'> {
  readonly isWanted: boolean
  readonly email: string | null
}

/** @returns undefined where they are no member. */
export async function findDigestChoice(
  sql: Sql,
  { workspaceId, userId }: OneMember,
): Promise<DigestChoice | undefined> {
  const { rows } = await sql.execute<DigestChoice & Record<string, unknown>>(text`
    select m.digest as "isWanted", u.email, w.name as "workspaceName", w.time_zone as "timeZone", m.digest_token as token
    from membership m join users u on u.id = m.user_id join workspace w on w.id = m.workspace_id
    where m.workspace_id = ${workspaceId} and m.user_id = ${userId}`)
  return rows[0]
}

/** @returns false where nothing is changed by it. */
export async function chooseDigest(sql: Sql, { workspaceId, userId }: OneMember, isWanted: boolean): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    update membership set digest = ${isWanted} where workspace_id = ${workspaceId} and user_id = ${userId} and digest <> ${isWanted}`)
  return (rowCount ?? 0) > 0
}

/** Whose mails end by a token. */
export interface DigestTokenHolder extends OneMember {
  readonly username: string
  readonly workspaceName: string
  readonly isWanted: boolean
}

export async function findDigestToken(sql: Sql, token: string): Promise<DigestTokenHolder | undefined> {
  type Row = Omit<DigestTokenHolder, keyof OneMember> & { workspaceId: string; userId: string }
  const { rows } = await sql.execute<Row & Record<string, unknown>>(text`
    select m.workspace_id as "workspaceId", m.user_id as "userId", u.username, w.name as "workspaceName", m.digest as "isWanted"
    from membership m join users u on u.id = m.user_id join workspace w on w.id = m.workspace_id
    where m.digest_token = ${token}::uuid`)
  const row = rows[0]
  return row && { ...row, workspaceId: parseWorkspaceId(row.workspaceId), userId: parseUserId(row.userId) }
}
