import type { Sql } from '@repo/db/database'
import { type Accepted, acceptInvitation, joinByInvitation } from '@repo/db/queries/invitations'
import type { NewPerson } from '@repo/db/queries/users'
import type { UserId, WorkspaceId } from '@repo/domain/ids'
import type { WorkspaceLimits } from '../deps.ts'
import { AppError } from '../problems.ts'

interface Accepting {
  readonly tokenHash: Buffer
  readonly nowMs: number
  readonly limits: WorkspaceLimits
}

/**
 * A new person who comes by an invitation: into its workspace, and without one of their own. A part of a transaction.
 *
 * @throws AppError `gone`, `username_taken` or `limit_reached`.
 */
export async function acceptAsNew(tx: Sql, person: NewPerson, accepting: Accepting): Promise<WorkspaceId> {
  return joinedBy(await joinByInvitation(tx, person, toDatabase(accepting)))
}

/**
 * Takes up an invitation, once, however many try at the same time. A part of a transaction.
 *
 * @throws AppError `gone`, `already_member` or `limit_reached`.
 */
export async function accept(tx: Sql, userId: UserId, accepting: Accepting): Promise<WorkspaceId> {
  return joinedBy(await acceptInvitation(tx, userId, toDatabase(accepting)))
}

function toDatabase({ limits, ...accepting }: Accepting) {
  return { ...accepting, memberLimit: limits.members }
}

function joinedBy(accepted: Accepted): WorkspaceId {
  if (accepted.kind === 'accepted') return accepted.workspaceId
  if (accepted.kind === 'already_member' || accepted.kind === 'username_taken') throw new AppError(accepted.kind)
  if (accepted.kind === 'full')
    throw new AppError('limit_reached', 'this workspace has all the members that it may have')
  throw new AppError('gone', 'ask whoever invited you for a new invitation')
}
