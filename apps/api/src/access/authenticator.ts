import type { Revoked } from '@repo/contracts/revoked'
import type { Sql } from '@repo/db/database'
import { findKeyByHash, touchKey } from '@repo/db/queries/api-keys'
import { findSession, touchSession } from '@repo/db/queries/sessions'
import { parseWorkspaceId, type WorkspaceId } from '@repo/domain/ids'
import { scopes } from '@repo/domain/scope'
import type { Clock } from '@repo/service/clock'
import type { Log } from '@repo/service/log'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import type { Tokens } from '../tokens.ts'
import { readSessionCookie } from './cookies.ts'
import { hashOfToken, keyPrefix } from './link-tokens.ts'
import { nowhere } from './nowhere.ts'
import { refuseForeignOrigin } from './origin.ts'

export interface Authenticator {
  /**
   * Who is behind a request: by the token or API key in `Authorization` (with or without `Bearer`), else by the session
   * cookie. A cookie is sent by the browser whoever asks for it, so with it the request must come from our own pages.
   *
   * @throws AppError `unauthenticated`, `forbidden_origin`, or `not_found` for a workspace that they are not in.
   */
  authenticate(request: Request): Promise<Principal>
  /** From now on these are asked for anew. */
  forget(revoked: Revoked): void
}

interface AuthenticatorDeps {
  readonly sql: Sql
  readonly tokens: Tokens
  readonly clock: Clock
  readonly log: Log
}

/** So long what the database said of a token is believed; whoever revokes says so on a bus, and then it is not. */
const rememberedMs = 2_000
const rememberedAtMost = 10_000
/** By which a person says in which of their workspaces they act; without it, in the one of their session. */
export const workspaceHeader = 'x-workspace-id'

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { tokens, clock } = deps
  const remembered = new Map<string, { principal: Principal; untilMs: number }>()
  let forgotten = 0

  async function look(token: string, wanted: WorkspaceId | undefined): Promise<Principal> {
    const nowMs = clock.nowMs()
    if (token.startsWith(keyPrefix)) return lookUpKey(deps, token, wanted)
    const facts = await tokens.verify(token, nowMs)
    if (!facts) throw gone()
    const session = await findSession(deps.sql, facts.sessionId, { nowMs, workspaceId: wanted })
    if (!session || session.userId !== facts.userId) throw gone()
    if (session.membership === null && wanted !== undefined)
      throw new AppError('not_found', 'you are in no such workspace')
    touch(touchSession(deps.sql, facts.sessionId, nowMs), deps.log)
    const { userId, username, isOperator, expiresAtMs } = session
    return {
      kind: 'session',
      id: facts.sessionId,
      ...{ userId, username, isOperator, expiresAtMs },
      // Who is in no workspace any more still looks after what is theirs alone.
      ...(session.membership ?? { workspaceId: nowhere, workspaceName: '', role: 'viewer' }),
      scopes,
    }
  }

  return {
    async authenticate(request) {
      const header = request.headers.get('authorization')
      const token = header ? header.replace(/^Bearer\s+/i, '').trim() : readSessionCookie(request.headers)
      if (!token) throw new AppError('unauthenticated')
      if (!header) refuseForeignOrigin(request)
      const wanted = wantedWorkspace(request)
      const name = `${token} ${wanted ?? ''}`
      const known = remembered.get(name)
      if (known && known.untilMs > performance.now() && known.principal.expiresAtMs > clock.nowMs())
        return known.principal
      const forgottenBefore = forgotten
      const principal = await look(token, wanted)
      // What was revoked meanwhile may have been read before it was.
      if (forgotten !== forgottenBefore) return principal
      // The oldest goes first: a Map keeps the order in which its entries came.
      if (remembered.size >= rememberedAtMost) remembered.delete(remembered.keys().next().value ?? '')
      remembered.delete(name)
      remembered.set(name, { principal, untilMs: performance.now() + rememberedMs })
      return principal
    },
    forget({ sessionIds = [], keyIds = [], userIds = [] }) {
      forgotten += 1
      const ids = new Set([...sessionIds, ...keyIds])
      const people = new Set<string>(userIds)
      for (const [name, { principal }] of remembered) {
        if (ids.has(principal.id) || people.has(principal.userId)) remembered.delete(name)
      }
    },
  }
}

async function lookUpKey(
  { sql, clock, log }: AuthenticatorDeps,
  key: string,
  wanted: WorkspaceId | undefined,
): Promise<Principal> {
  const found = await findKeyByHash(sql, hashOfToken(key), clock.nowMs())
  if (!found) throw gone()
  if (wanted !== undefined && wanted !== found.workspaceId)
    throw new AppError('not_found', 'this key is of another workspace')
  touch(touchKey(sql, found.id, clock.nowMs()), log)
  return { kind: 'key', ...found, isOperator: false, expiresAtMs: found.expiresAtMs ?? Number.POSITIVE_INFINITY }
}

function gone(): AppError {
  return new AppError('unauthenticated', 'the token is not valid, or no longer')
}

/** When somebody was last seen is worth nobody's waiting. */
function touch(done: Promise<void>, log: Log): void {
  done.catch((err: unknown) => log.warn({ err }, 'when somebody was last seen could not be kept'))
}

/** Also in the address, for a browser's sockets have no headers of their own. */
function wantedWorkspace(request: Request): WorkspaceId | undefined {
  const text = request.headers.get(workspaceHeader) ?? workspaceOfSocket(request)
  if (!text) return undefined
  try {
    return parseWorkspaceId(text)
  } catch {
    throw new AppError('not_found', 'you are in no such workspace')
  }
}

function workspaceOfSocket(request: Request): string | null {
  return request.headers.get('upgrade') === null ? null : new URL(request.url).searchParams.get('workspace')
}
