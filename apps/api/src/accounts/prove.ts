import { findCredentialsOf } from '@repo/db/queries/users'
import type { Context } from 'hono'
import type { Asked } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { sessionSeconds } from '../tokens.ts'
import { checkCode } from './second-factor.ts'

/**
 * Before what would let somebody else stay in (another password, no second factor): whoever is signed in shows that it is
 * them, by the password, or by a code where they have no password. Who has neither came by another login, which vouches for a
 * while.
 *
 * @throws AppError `wrong_credentials`, `wrong_code` or `too_many_requests`.
 */
export async function prove(
  deps: ApiDeps,
  context: Context<Asked>,
  { password, code }: { password?: string | undefined; code?: string | undefined },
): Promise<void> {
  const { userId, expiresAtMs } = context.get('principal')
  const caller = context.get('caller')
  const credentials = await findCredentialsOf(deps.sql, userId)
  if (!credentials) throw new AppError('unauthenticated')
  if (credentials.passwordHash !== null) {
    const forgive = await takeGuess(deps, 'confirm', { account: userId, caller })
    if (!(await deps.passwords.verify(password ?? '', credentials.passwordHash)))
      throw new AppError('wrong_credentials', 'your current password is wrong')
    await forgive()
    return
  }
  if (credentials.hasSecondFactor) return checkCode(deps, caller, { userId, code: code ?? '' })
  if (expiresAtMs - sessionSeconds * 1_000 < caller.atMs - vouchedMs)
    throw new AppError('wrong_credentials', 'sign in anew: that has to be a moment ago')
}

/** So long the other login's word is taken: a session that was left open says nothing of who sits there now. */
const vouchedMs = 900_000
