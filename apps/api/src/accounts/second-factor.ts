import { randomInt } from 'node:crypto'
import { findChallenge, takeChallenge } from '@repo/db/queries/challenges'
import { takeRecoveryCode } from '@repo/db/queries/recovery-codes'
import { findTotp, takeTotpStep } from '@repo/db/queries/second-factors'
import type { UserId } from '@repo/domain/ids'
import type { Caller } from '@repo/service/caller'
import { hashOfToken } from '../access/link-tokens.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { Entrance } from './enter.ts'
import { openSession, type SignInMethod } from './open-session.ts'
import { stepOf } from './totp.ts'

const purpose = 'second_factor'

/**
 * Answers the challenge that signing in gave: with a code of the authenticator app, or with a recovery code. A wrong code
 * leaves the challenge, a right one uses it up.
 *
 * @throws AppError `wrong_code` or `too_many_requests`.
 */
export async function passSecondFactor(
  deps: ApiDeps,
  caller: Caller,
  { challenge, code }: { challenge: string; code: string },
): Promise<Entrance> {
  const { sql, clock } = deps
  const found = await findChallenge(sql, { id: challenge, purpose, nowMs: clock.nowMs() })
  if (!found || found.userId === null) throw new AppError('wrong_code', 'sign in anew')
  await checkCode(deps, caller, { userId: found.userId, code })
  const taken = await takeChallenge(sql, { id: challenge, purpose, nowMs: clock.nowMs() })
  if (!taken) throw new AppError('wrong_code', 'sign in anew')
  const { method } = taken.data as { method: SignInMethod }
  return { state: 'signed_in', ...(await openSession(deps, caller, { userId: found.userId, method })) }
}

/** Takes a code of somebody's second factor, once. @throws AppError `wrong_code` or `too_many_requests`. */
export async function checkCode(
  deps: ApiDeps,
  caller: Caller,
  { userId, code }: { userId: UserId; code: string },
): Promise<void> {
  const forgive = await takeGuess(deps, 'code', { account: userId, caller })
  if (!(await takeCode(deps, userId, code))) throw new AppError('wrong_code')
  await forgive()
}

async function takeCode({ sql, keyring, clock }: ApiDeps, userId: UserId, code: string): Promise<boolean> {
  const nowMs = clock.nowMs()
  const sealed = await findTotp(sql, userId)
  if (!sealed) return false
  const step = stepOf(keyring, { userId, sealed }, { code, nowMs })
  if (step !== undefined) return takeTotpStep(sql, userId, step)
  return takeRecoveryCode(sql, userId, { codeHash: hashOfRecoveryCode(code), nowMs })
}

const recoveryCodeCount = 10
/** Without letters and digits that look like others. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

/** Ten codes of fifty bits each, to be kept on paper. */
export function makeRecoveryCodes(): string[] {
  const letters = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: recoveryCodeCount }, () => `${letters()}-${letters()}`)
}

export function hashOfRecoveryCode(code: string): Buffer {
  return hashOfToken(code.toLowerCase().replace(/[\s-]/g, ''))
}
