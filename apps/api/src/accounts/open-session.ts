import { createSession } from '@repo/db/queries/sessions'
import { parseSessionId, type UserId } from '@repo/domain/ids'
import type { Caller } from '@repo/service/caller'
import type { ApiDeps } from '../deps.ts'
import { sessionSeconds } from '../tokens.ts'

export type SignInMethod = 'password' | 'passkey' | 'oidc'

export interface OpenedSession {
  readonly token: string
  readonly expiresAtMs: number
}

/** Somebody has proved who they are: from here on their token speaks for them. */
export async function openSession(
  { sql, tokens, clock }: Pick<ApiDeps, 'sql' | 'tokens' | 'clock'>,
  caller: Caller,
  { userId, method }: { userId: UserId; method: SignInMethod },
): Promise<OpenedSession> {
  const nowMs = clock.nowMs()
  const sessionId = parseSessionId(Bun.randomUUIDv7())
  const expiresAtMs = nowMs + sessionSeconds * 1_000
  const { userAgent, address } = caller
  await createSession(sql, { id: sessionId, userId, method, nowMs, expiresAtMs, userAgent, address })
  return { token: await tokens.sign({ sessionId, userId }, nowMs), expiresAtMs }
}
