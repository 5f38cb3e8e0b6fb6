import { parseUserId, type UserId } from '@repo/domain/ids'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { instant, msOf } from '../instant.ts'
import { type CreatedUser, createUser, type NewUser } from './users.ts'

/** How an identity provider calls somebody, for ever. */
export interface OidcIdentity {
  readonly issuer: string
  readonly subject: string
}

export async function findUserByIdentity(sql: Sql, { issuer, subject }: OidcIdentity): Promise<UserId | undefined> {
  const { rows } = await sql.execute<{ user_id: string }>(text`
    select user_id from oidc_identity where issuer = ${issuer} and subject = ${subject}`)
  return rows[0] && parseUserId(rows[0].user_id)
}

/** @returns whether it is linked to this user now; false where it is somebody else's. */
export async function linkIdentity(
  sql: Sql,
  { issuer, subject }: OidcIdentity,
  { userId, nowMs }: { userId: UserId; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    insert into oidc_identity (issuer, subject, user_id, created_at) values (${issuer}, ${subject}, ${userId}, ${instant(nowMs)})
    on conflict (issuer, subject) do update set created_at = oidc_identity.created_at where oidc_identity.user_id = excluded.user_id`)
  return (rowCount ?? 0) > 0
}

/** Creates a user who comes by an identity provider, with a workspace of their own: both, or neither. */
export function createUserOfIdentity(
  sql: Sql,
  user: Omit<NewUser, 'passwordHash'>,
  { nowMs, ...identity }: OidcIdentity & { nowMs: number },
): Promise<CreatedUser> {
  return sql.transaction(async (tx) => {
    const created = await createUser(tx, { ...user, passwordHash: null })
    if (!created.created) return created
    const isLinked = await linkIdentity(tx, identity, { userId: user.id, nowMs })
    // Undoes the user: somebody came by the same identity at the same moment, and is one already.
    if (!isLinked) throw new Error('this identity belongs to another user')
    return created
  })
}

export interface ListedIdentity extends OidcIdentity {
  readonly createdAtMs: number
}

/** By what logins somebody is known, oldest first. */
export async function listIdentities(sql: Sql, userId: UserId): Promise<ListedIdentity[]> {
  const { rows } = await sql.execute<ListedIdentity & Record<string, unknown>>(text`
    select issuer, subject, ${msOf('created_at')} as "createdAtMs"
    from oidc_identity where user_id = ${userId} order by created_at, issuer, subject`)
  return rows
}

/**
 * Binds an identity to somebody who is here already. Of an issuer they have one at most, also where they bind two at once.
 *
 * @returns `known` where it is theirs, `taken` where it is somebody else's, `full` where they have another of this issuer.
 */
export function bindIdentity(
  sql: Sql,
  identity: OidcIdentity,
  { userId, nowMs }: { userId: UserId; nowMs: number },
): Promise<'bound' | 'known' | 'taken' | 'full'> {
  return sql.transaction(async (tx) => {
    await tx.execute(text`select from users where id = ${userId} for no key update`)
    const owner = await findUserByIdentity(tx, identity)
    if (owner !== undefined) return owner === userId ? 'known' : 'taken'
    const others = await listIdentities(tx, userId)
    if (others.some(({ issuer }) => issuer === identity.issuer)) return 'full'
    return (await linkIdentity(tx, identity, { userId, nowMs })) ? 'bound' : 'taken'
  })
}

/** @returns whether it was theirs. */
export async function unbindIdentity(sql: Sql, { issuer, subject }: OidcIdentity, userId: UserId): Promise<boolean> {
  const { rowCount } = await sql.execute(text`
    delete from oidc_identity where issuer = ${issuer} and subject = ${subject} and user_id = ${userId}`)
  return (rowCount ?? 0) > 0
}
