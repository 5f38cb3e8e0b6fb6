import { findChallenge, putChallenge, takeChallenge } from '@repo/db/queries/challenges'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Asked } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { OidcLogin, OidcPerson } from './oidc.ts'

const purpose = 'oidc'
export const attemptSeconds = 600

/** What somebody went to the identity provider for. */
const errandSchema = z.discriminatedUnion('kind', [
  /** `next` is where they go once they are signed in: a path of ours. */
  z.object({ kind: z.literal('sign_in'), next: z.string() }),
  /** The session whose person it is, and no other, may come back with what is linked. */
  z.object({ kind: z.literal('link'), sessionId: z.string() }),
])
export type Errand = z.output<typeof errandSchema>

const rememberedSchema = z.object({
  attempt: z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() }),
  redirectUri: z.string(),
  errand: errandSchema,
})

export interface Leaving {
  readonly login: OidcLogin
  readonly redirectUri: string
  readonly errand: Errand
}

export interface BegunAttempt {
  /** At the identity provider. */
  readonly url: string
  /** Known to this browser alone, by a cookie. */
  readonly challenge: string
}

/** Sends a browser to the identity provider, and remembers what for. */
export async function beginAttempt(deps: ApiDeps, context: Context<Asked>, leaving: Leaving): Promise<BegunAttempt> {
  const { login, redirectUri, errand } = leaving
  const challenge = crypto.randomUUID()
  // There is nothing to guess yet, but each of them is a row of ours: only the address is counted.
  await takeGuess(deps, 'login', { account: challenge, caller: context.get('caller') })
  const { url, attempt } = await login.begin(redirectUri)
  const data = { attempt, redirectUri, errand }
  const expiresAtMs = deps.clock.nowMs() + attemptSeconds * 1_000
  await putChallenge(deps.sql, { id: challenge, purpose, userId: null, data, expiresAtMs })
  return { url, challenge }
}

export interface Returning {
  /** Of the cookie; undefined where the browser has none. */
  readonly challenge: string | undefined
  /** What the identity provider sent along. */
  readonly query: URLSearchParams
}

export interface Returned {
  readonly errand: Errand
  /**
   * Who it is, as the provider says: asked for once.
   *
   * @throws AppError `gone` the second time, `wrong_credentials`, `unavailable`.
   */
  settle(login: OidcLogin): Promise<OidcPerson>
}

/**
 * Finds what a browser that comes back had gone for. It is not used up yet.
 *
 * @throws AppError `gone` for what this browser did not begin, or ended; `too_many_requests`.
 */
export async function findAttempt(
  deps: ApiDeps,
  context: Context<Asked>,
  { challenge, query }: Returning,
): Promise<Returned> {
  const { sql, clock } = deps
  if (!z.uuid().safeParse(challenge).success || challenge === undefined) throw notBegun()
  await takeGuess(deps, 'login', { account: challenge, caller: context.get('caller') })
  const asked = { id: challenge, purpose, nowMs: clock.nowMs() }
  const found = await findChallenge(sql, asked)
  const remembered = found && rememberedSchema.parse(found.data)
  // A page of somebody else's can send a browser here, and must not use up what its owner began.
  if (!remembered || query.get('state') !== remembered.attempt.state) throw notBegun()
  const { attempt, redirectUri, errand } = remembered
  return {
    errand,
    async settle(login) {
      if (!(await takeChallenge(sql, asked))) throw notBegun()
      const answer = new URL(redirectUri)
      answer.search = query.toString()
      return login.finish(answer, attempt)
    },
  }
}

export function notBegun(): AppError {
  return new AppError('gone', 'this login was not begun in this browser, or is over: begin anew')
}
