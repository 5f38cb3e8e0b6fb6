import { putChallenge } from '@repo/db/queries/challenges'
import { findCredentials, upgradePasswordHash } from '@repo/db/queries/users'
import type { UserId } from '@repo/domain/ids'
import type { Caller } from '@repo/service/caller'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { type OpenedSession, openSession, type SignInMethod } from './open-session.ts'

export type Entrance =
  | ({ readonly state: 'signed_in' } & OpenedSession)
  | { readonly state: 'second_factor'; readonly challenge: string; readonly expiresAtMs: number }

const challengeMs = 300_000

/**
 * Signs in by name and password, or asks for the second factor where there is one. It takes the same time whether the
 * name, the password or nothing is right.
 *
 * @throws AppError `wrong_credentials`, `too_many_requests` or `unavailable`.
 */
export async function enter(
  deps: ApiDeps,
  caller: Caller,
  { username, password }: { username: string; password: string },
): Promise<Entrance> {
  const forgive = await takeGuess(deps, 'signIn', { account: username, caller })
  const found = await findCredentials(deps.sql, username)
  const matches = await deps.passwords.verify(password, found?.passwordHash ?? undefined)
  if (!found || !matches) {
    deps.log.info({ address: caller.address, requestId: caller.requestId }, 'somebody could not sign in')
    throw new AppError('wrong_credentials')
  }
  await forgive()
  if (found.passwordHash && deps.passwords.isOutdated(found.passwordHash))
    await upgradePasswordHash(deps.sql, found.userId, {
      from: found.passwordHash,
      to: await deps.passwords.hash(password),
    })
  return enterKnown(deps, caller, { ...found, method: 'password' })
}

/** For somebody whose first factor was right. A passkey is both factors at once, and does not come here. */
export async function enterKnown(
  deps: ApiDeps,
  caller: Caller,
  { userId, hasSecondFactor, method }: { userId: UserId; hasSecondFactor: boolean; method: SignInMethod },
): Promise<Entrance> {
  if (!hasSecondFactor) return { state: 'signed_in', ...(await openSession(deps, caller, { userId, method })) }
  const challenge = Bun.randomUUIDv7()
  const expiresAtMs = deps.clock.nowMs() + challengeMs
  await putChallenge(deps.sql, { id: challenge, purpose: 'second_factor', userId, data: { method }, expiresAtMs })
  return { state: 'second_factor', challenge, expiresAtMs }
}
