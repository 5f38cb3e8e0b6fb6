import type { Sql } from '@repo/db/database'
import { countKeysOf } from '@repo/db/queries/api-keys'
import { listPasskeys } from '@repo/db/queries/passkeys'
import { createReset, takeReset } from '@repo/db/queries/password-resets'
import { findPerson, findProfile, findUserByEmail, setPasswordHash, type UserProfile } from '@repo/db/queries/users'
import type { UserId } from '@repo/domain/ids'
import type { AccountChange } from '@repo/notifiers/account-mail'
import type { Mailer } from '@repo/notifiers/mailer'
import type { Context } from 'hono'
import { recordAs } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import { hashOfToken, makeToken } from '../access/link-tokens.ts'
import { revoke } from '../access/revoke.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { tellPerson } from './tell-person.ts'

export const resetMinutes = 30

/** What a link of ours needs: a way to send it, and an address that no request had a say in. */
export interface ResetMail {
  readonly mailer: Mailer
  readonly publicUrl: string
}

/** Sends a link to whoever is known by the address; to nobody where nobody is. */
export async function sendReset(
  { sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>,
  { mailer, publicUrl }: ResetMail,
  email: string,
): Promise<void> {
  const user = await findUserByEmail(sql, email)
  if (user?.email == null) return
  const subject = 'A new password for BetterUptime'
  if (!user.hasPassword) return mailer.send({ to: user.email, subject, text: withoutPassword(user, publicUrl) })
  const token = await offerReset(sql, user.userId, clock.nowMs())
  await mailer.send({ to: user.email, subject, text: withLink(user, resetLink(publicUrl, token)) })
}

/** @returns a token that sets a new password, once. The database keeps its hash. */
export async function offerReset(sql: Sql, userId: UserId, nowMs: number): Promise<string> {
  const { token, hash } = makeToken()
  await createReset(sql, { tokenHash: hash, userId, expiresAtMs: nowMs + resetMinutes * 60_000 })
  return token
}

/** What stands behind `#` is sent to no server: it is in no log, and in no `Referer`. */
export function resetLink(origin: string, token: string): string {
  return `${origin}/reset#${token}`
}

function withLink({ username }: UserProfile, link: string): string {
  return `Somebody, probably you, asked for a new password for ${username}.

Set it within ${resetMinutes} minutes:
${link}

If it was not you, there is nothing to do: the password stays as it is.
`
}

/** People who come from an identity provider would otherwise wait for a link for ever. */
function withoutPassword({ username }: UserProfile, publicUrl: string): string {
  return `Somebody, probably you, asked for a new password for ${username}, who has none: sign in as you always do.

${publicUrl}/signin
`
}

/**
 * Sets another password by a token, and ends every session. Signing in is the next step, with the second factor where there
 * is one: what was forgotten is the password.
 *
 * @throws AppError `gone`, the same for a token that was used, is over or never was.
 */
export async function redeemReset(
  deps: ApiDeps,
  context: Context<Asked>,
  { token, password }: { token: string; password: string },
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  // Before the token is looked at: a wrong one takes as long as a right one, and no transaction waits for this.
  const passwordHash = await deps.passwords.hash(password)
  const { userId, sessionIds, change } = await deps.sql.transaction(async (tx) => {
    const taken = await takeReset(tx, hashOfToken(token), nowMs)
    if (taken.kind !== 'taken') throw new AppError('gone', 'ask for a new link')
    const { userId } = taken
    await recordReset(tx, context, userId)
    const sessionIds = await setPasswordHash(tx, userId, { passwordHash, nowMs })
    return { userId, sessionIds, change: await leftOpen(tx, userId, nowMs) }
  })
  await revoke(deps, { sessionIds: sessionIds ?? [] })
  tellPerson(deps, context, { userId, change })
}

/** Keys and passkeys were no part of what was forgotten: machines work by them, so their person says which of them end. */
async function leftOpen(tx: Sql, userId: UserId, nowMs: number): Promise<AccountChange> {
  const [apiKeys, passkeys] = [await countKeysOf(tx, userId, nowMs), await listPasskeys(tx, userId)]
  return { kind: 'password_reset', apiKeys, passkeys: passkeys.length }
}

/** Nobody is signed in: it is told in the name of whose password it is, in the workspace in which they began. */
async function recordReset(tx: Sql, context: Context<Asked>, userId: UserId): Promise<void> {
  const [profile, person] = [await findProfile(tx, userId), await findPerson(tx, userId)]
  await recordAs(tx, context, {
    action: 'account.password_reset',
    subjectId: userId,
    ...{ actorKind: 'person', actorId: userId, actorName: profile?.username ?? '' },
    workspaceId: person?.workspaceId ?? null,
  })
}
