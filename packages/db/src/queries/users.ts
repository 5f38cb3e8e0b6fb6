import { parseUserId, parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { eq, type SQL, sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { membership, users, workspace } from '../schema.ts'

export interface NewPerson {
  readonly id: UserId
  readonly username: string
  /** Null for people who come from an identity provider. */
  readonly passwordHash: string | null
  readonly email?: string | undefined
  readonly phone?: string | undefined
}

export interface NewUser extends NewPerson {
  readonly workspaceId: WorkspaceId
}

export interface CreatedUser {
  /** False where the name is taken. */
  readonly created: boolean
  readonly isOperator: boolean
}

/** Creates a user with a workspace of their own. The very first user of the instance becomes its operator. */
export function createUser(sql: Sql, user: NewUser): Promise<CreatedUser> {
  return sql.transaction(async (tx) => {
    const created = await insertUser(tx, user)
    if (!created.created) return created
    await tx.insert(workspace).values({ id: user.workspaceId, name: user.username })
    await tx.insert(membership).values({ workspaceId: user.workspaceId, userId: user.id, role: 'owner' })
    return created
  })
}

/** Any number that no other lock of this database has. */
const PEOPLE_LOCK = 7_283_146_594

/**
 * Creates a user who belongs nowhere yet: a part of a transaction that changes this. An address that somebody else gave
 * before is kept, but they are not found by it: otherwise a name for a stranger's address could be had, or be tried out.
 */
export async function insertUser(tx: Sql, user: NewPerson): Promise<CreatedUser> {
  // Two who come first at once would both find nobody, and two with one address would both find it free.
  await tx.execute(text`select pg_advisory_xact_lock(${PEOPLE_LOCK})`)
  const email = user.email ?? null
  const { rows } = await tx.execute<{ isOperator: boolean }>(text`
    insert into users (id, username, username_key, password_hash, email, phone, is_operator, email_key)
    values (${user.id}, ${user.username}, ${usernameKey(user.username)}, ${user.passwordHash}, ${email}, ${user.phone ?? null},
      not exists (select from users),
      case when exists (select from users where email_key = lower(${email}::text)) then null else lower(${email}::text) end)
    on conflict (username_key) do nothing
    returning is_operator as "isOperator"`)
  return { created: rows.length > 0, isOperator: rows[0]?.isOperator ?? false }
}

/** Strangers ask for this: it costs the same however many there are. */
export async function hasUsers(sql: Sql): Promise<boolean> {
  const { rows } = await sql.execute<{ found: boolean }>(text`select exists (select from users) as found`)
  return rows[0]?.found ?? false
}

/** What somebody has to show to be believed. */
export interface Credentials {
  readonly userId: UserId
  readonly username: string
  /** Null where they have no password: none is right. */
  readonly passwordHash: string | null
  readonly isOperator: boolean
  /** Whether an authenticator app was confirmed. */
  readonly hasSecondFactor: boolean
}

export function findCredentials(sql: Sql, username: string): Promise<Credentials | undefined> {
  return findCredentialsWhere(sql, eq(users.usernameKey, usernameKey(username)))
}

export function findCredentialsOf(sql: Sql, userId: UserId): Promise<Credentials | undefined> {
  return findCredentialsWhere(sql, eq(users.id, userId))
}

async function findCredentialsWhere(sql: Sql, condition: SQL): Promise<Credentials | undefined> {
  const [row] = await sql
    .select({
      id: users.id,
      username: users.username,
      passwordHash: users.passwordHash,
      isOperator: users.isOperator,
      hasSecondFactor: text<boolean>`${users.totpConfirmedAt} is not null`,
    })
    .from(users)
    .where(condition)
  if (!row) return undefined
  const { id, ...facts } = row
  return { userId: parseUserId(id), ...facts }
}

/** Keeps a better hash of the same password; nobody is signed out by it. A password that was changed meanwhile stays. */
export async function upgradePasswordHash(
  sql: Sql,
  userId: UserId,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await sql.execute(text`update users set password_hash = ${to} where id = ${userId} and password_hash = ${from}`)
}

/**
 * Sets a new password, and ends what the old one may have opened: all sessions but the one that changes it, and all resets.
 *
 * @returns the sessions that it ended; undefined where there is no such user.
 */
export function setPasswordHash(
  sql: Sql,
  userId: UserId,
  change: { passwordHash: string; exceptSessionId?: string | undefined; nowMs: number },
): Promise<string[] | undefined> {
  return sql.transaction(async (tx) => {
    const now = instant(change.nowMs)
    const { rowCount } = await tx.execute(text`
      update users set password_hash = ${change.passwordHash}, password_changed_at = ${now} where id = ${userId}`)
    if (!rowCount) return undefined
    await tx.execute(text`update password_reset set used_at = ${now} where user_id = ${userId} and used_at is null`)
    const { rows } = await tx.execute<{ id: string }>(text`
      update session set revoked_at = ${now}
      where user_id = ${userId} and revoked_at is null and id is distinct from ${change.exceptSessionId ?? null}::uuid
      returning id`)
    return rows.map((row) => row.id)
  })
}

export interface UserProfile {
  readonly userId: UserId
  readonly username: string
  readonly email: string | null
  readonly phone: string | null
  readonly isOperator: boolean
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
  readonly createdAtMs: number
}

export function findProfile(sql: Sql, userId: UserId): Promise<UserProfile | undefined> {
  return findProfileWhere(sql, text`id = ${userId}`)
}

/** Whom mail to this address is for. Case makes no other address. */
export function findUserByEmail(sql: Sql, email: string): Promise<UserProfile | undefined> {
  return findProfileWhere(sql, text`email_key = lower(${email}::text)`)
}

async function findProfileWhere(sql: Sql, condition: SQL): Promise<UserProfile | undefined> {
  const { rows } = await sql.execute<ProfileRow & Record<string, unknown>>(text`
    select id, username, email, phone, is_operator, password_hash is not null as has_password, totp_confirmed_at is not null as has_second_factor,
      ${msOf('created_at')} as created_at_ms
    from users where ${condition}`)
  const row = rows[0]
  return (
    row && {
      userId: parseUserId(row.id),
      username: row.username,
      email: row.email,
      phone: row.phone,
      isOperator: row.is_operator,
      hasPassword: row.has_password,
      hasSecondFactor: row.has_second_factor,
      createdAtMs: row.created_at_ms,
    }
  )
}

interface ProfileRow {
  id: string
  username: string
  email: string | null
  phone: string | null
  is_operator: boolean
  has_password: boolean
  has_second_factor: boolean
  created_at_ms: number
}

export interface ProfileChange {
  readonly username?: string
  readonly email?: string | null
  readonly phone?: string | null
}

/** Changes what is given. Whoever changes their address is found by it only where nobody else is, and is not told which it is. */
export function changeProfile(
  sql: Sql,
  userId: UserId,
  change: ProfileChange,
): Promise<'changed' | 'username_taken' | 'absent'> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select pg_advisory_xact_lock(${PEOPLE_LOCK})`)
    const { rows } = await tx.execute<{ name_taken: boolean }>(text`
      select exists (select from users where username_key = ${usernameKeyOrNull(change.username)} and id <> ${userId}) as name_taken`)
    if (rows[0]?.name_taken) return 'username_taken'
    const { rowCount } = await tx.execute(text`
      update users set ${text.join(assignments(change, userId), text`, `)} where id = ${userId}`)
    return rowCount ? 'changed' : 'absent'
  })
}

function assignments({ username, email, phone }: ProfileChange, userId: UserId): SQL[] {
  const found = [text`id = id`]
  if (username !== undefined) found.push(text`username = ${username}, username_key = ${usernameKey(username)}`)
  if (email !== undefined)
    found.push(text`email = ${email}, email_key = case
      when exists (select from users o where o.email_key = lower(${email}::text) and o.id <> ${userId}) then null
      else lower(${email}::text) end`)
  if (phone !== undefined) found.push(text`phone = ${phone}`)
  return found
}

export interface Person {
  readonly userId: UserId
  readonly username: string
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
}

/** The user and the workspace they work in; undefined where the user is gone. */
export async function findPerson(sql: Sql, userId: UserId): Promise<Person | undefined> {
  const [row] = await sql
    .select({ username: users.username, workspaceId: workspace.id, workspaceName: workspace.name })
    .from(users)
    .innerJoin(membership, eq(membership.userId, users.id))
    .innerJoin(workspace, eq(workspace.id, membership.workspaceId))
    .where(eq(users.id, userId))
    .orderBy(workspace.createdAt)
    .limit(1)
  return row && { userId, ...row, workspaceId: parseWorkspaceId(row.workspaceId) }
}

function usernameKeyOrNull(username: string | undefined): string | null {
  return username === undefined ? null : usernameKey(username)
}

/** Names that look the same are the same name: Unicode compatibility form, without case. */
function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase()
}
