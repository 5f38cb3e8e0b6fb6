import { findChallenge, putChallenge, takeChallenge } from '@repo/db/queries/challenges'
import { findUserByIdentity } from '@repo/db/queries/oidc-identities'
import { findCredentialsOf } from '@repo/db/queries/users'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Asked } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { type Entrance, enterKnown } from './enter.ts'
import type { OidcLogin } from './oidc.ts'
import { joinByIdentity } from './oidc-join.ts'

const purpose = 'oidc'
export const loginSeconds = 600

const rememberedSchema = z.object({
  attempt: z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() }),
  redirectUri: z.string(),
  next: z.string(),
})

export interface BegunLogin {
  /** At the identity provider. */
  readonly url: string
  /** Known to this browser alone, by a cookie. */
  readonly challenge: string
}

/** Sends a browser to the identity provider. `next` is where it goes once somebody is signed in: a path of ours. */
export async function beginLogin(
  deps: ApiDeps,
  context: Context<Asked>,
  { login, redirectUri, next }: { login: OidcLogin; redirectUri: string; next: string },
): Promise<BegunLogin> {
  const challenge = crypto.randomUUID()
  // There is nothing to guess yet, but each of them is a row of ours: only the address is counted.
  await takeGuess(deps, 'login', { account: challenge, caller: context.get('caller') })
  const { url, attempt } = await login.begin(redirectUri)
  const data = { attempt, redirectUri, next }
  const expiresAtMs = deps.clock.nowMs() + loginSeconds * 1_000
  await putChallenge(deps.sql, { id: challenge, purpose, userId: null, data, expiresAtMs })
  return { url, challenge }
}

export interface Answered {
  readonly login: OidcLogin
  /** Of the cookie; undefined where the browser has none. */
  readonly challenge: string | undefined
  /** What the identity provider sent along. */
  readonly query: URLSearchParams
}

/**
 * Signs in whoever comes back from the identity provider, or up, where the instance takes new people.
 *
 * @throws AppError `gone` for a login that this browser did not begin, or ended; `wrong_credentials`, `sign_up_closed`,
 * `unavailable`, `too_many_requests`.
 */
export async function finishLogin(
  deps: ApiDeps,
  context: Context<Asked>,
  { login, challenge, query }: Answered,
): Promise<{ readonly entrance: Entrance; readonly next: string }> {
  const caller = context.get('caller')
  const { sql, clock } = deps
  if (!z.uuid().safeParse(challenge).success || challenge === undefined) throw over()
  await takeGuess(deps, 'login', { account: challenge, caller })
  const asked = { id: challenge, purpose, nowMs: clock.nowMs() }
  const found = await findChallenge(sql, asked)
  const remembered = found && rememberedSchema.parse(found.data)
  // A page of somebody else's can send a browser here, and must not use up what its owner began.
  if (!remembered || query.get('state') !== remembered.attempt.state) throw over()
  if (!(await takeChallenge(sql, asked))) throw over()

  const answer = new URL(remembered.redirectUri)
  answer.search = query.toString()
  const person = await login.finish(answer, remembered.attempt)
  const userId = (await findUserByIdentity(sql, person)) ?? (await joinByIdentity(deps, context, { login, person }))
  const user = await findCredentialsOf(sql, userId)
  if (!user) throw over()
  return { entrance: await enterKnown(deps, caller, { ...user, method: 'oidc' }), next: remembered.next }
}

function over(): AppError {
  return new AppError('gone', 'this login was not begun in this browser, or is over: begin anew')
}
