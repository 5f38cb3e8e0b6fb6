import type { Sql } from '@repo/db/database'
import { createUser, hasUsers } from '@repo/db/queries/users'
import { parseUserId, parseWorkspaceId, type UserId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { recordAs } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import { hashOfToken } from '../access/link-tokens.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { acceptAsNew } from './invitations.ts'
import { addFirstPolicy, addMailChannel } from './welcome.ts'

export interface Joining {
  readonly username: string
  readonly password: string
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly invitation?: string | undefined
}

/**
 * Signs somebody up: with a workspace of their own, or into that of an invitation. The very first person becomes the
 * operator of the instance, whatever the mode, and however many try to be it at once.
 *
 * @throws AppError `sign_up_closed`, `username_taken`, `gone` for an invitation that holds no more, `too_many_requests`.
 */
export async function join(deps: ApiDeps, context: Context<Asked>, joining: Joining): Promise<UserId> {
  const caller = context.get('caller')
  await takeGuess(deps, 'signUp', { account: joining.username, caller })
  const { invitation, password, ...person } = joining
  const isMember = deps.signUp === 'open' || (deps.signUp === 'invite' && invitation !== undefined)
  // Said before a hash is made; whether they really are the first is said within the transaction.
  if (!isMember && (await hasUsers(deps.sql))) throw closed()
  const passwordHash = await deps.passwords.hash(password)
  const created = { ...person, id: parseUserId(Bun.randomUUIDv7()), passwordHash }
  await deps.sql.transaction(async (tx) => {
    const isAlone = invitation === undefined || !isMember
    const workspaceId = isAlone
      ? await createAlone(tx, { ...created, isFirstOnly: !isMember })
      : await acceptAsNew(tx, created, {
          tokenHash: hashOfToken(invitation ?? ''),
          nowMs: caller.atMs,
          limits: deps.limits,
        })
    if (isAlone) await addFirstPolicy(tx, workspaceId, caller.atMs)
    const { id: userId, username, email } = created
    await addMailChannel(deps, tx, { workspaceId, userId, username, email, nowMs: caller.atMs })
    await recordAs(tx, context, {
      action: 'member.joined',
      subjectId: created.id,
      after: { username: created.username },
      ...{ workspaceId, actorKind: 'person', actorId: created.id, actorName: created.username },
    })
  })
  return created.id
}

async function createAlone(
  tx: Sql,
  { isFirstOnly, ...created }: Omit<Joining, 'password'> & { id: UserId; passwordHash: string; isFirstOnly: boolean },
) {
  const workspaceId = parseWorkspaceId(Bun.randomUUIDv7())
  const done = await createUser(tx, { ...created, workspaceId })
  // Thrown within the transaction, so that nobody was made. The mode is said first: a name is no secret to a stranger then.
  if (isFirstOnly && !done.isOperator) throw closed()
  if (!done.created) throw new AppError('username_taken')
  return workspaceId
}

function closed(): AppError {
  return new AppError('sign_up_closed', 'ask somebody here for an invitation')
}
