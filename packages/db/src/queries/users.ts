import { parseUserId, parseWorkspaceId, type UserId, type WorkspaceId } from '@repo/domain/ids'
import { eq } from 'drizzle-orm'
import type { Sql } from '../database.ts'
import { membership, users, workspace } from '../schema.ts'

export interface NewUser {
  readonly id: UserId
  readonly workspaceId: WorkspaceId
  readonly username: string
  readonly passwordHash: string
  readonly email?: string | undefined
  readonly phone?: string | undefined
}

/**
 * Creates a user with a workspace of their own.
 *
 * @returns whether the user was created; false where the name is taken.
 */
export function createUser(sql: Sql, user: NewUser): Promise<boolean> {
  return sql.transaction(async (tx) => {
    const created = await tx
      .insert(users)
      .values({
        id: user.id,
        username: user.username,
        usernameKey: usernameKey(user.username),
        passwordHash: user.passwordHash,
        email: user.email ?? null,
        phone: user.phone ?? null,
      })
      .onConflictDoNothing()
      .returning({ id: users.id })
    if (created.length === 0) return false
    await tx.insert(workspace).values({ id: user.workspaceId, name: user.username })
    await tx.insert(membership).values({ workspaceId: user.workspaceId, userId: user.id, role: 'owner' })
    return true
  })
}

export interface Credentials {
  readonly userId: UserId
  readonly passwordHash: string
}

export async function findCredentials(sql: Sql, username: string): Promise<Credentials | undefined> {
  const [row] = await sql
    .select({ id: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.usernameKey, usernameKey(username)))
  return row && { userId: parseUserId(row.id), passwordHash: row.passwordHash }
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

/** Names that look the same are the same name: Unicode compatibility form, without case. */
function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase()
}
