import { bindIdentity, listIdentities, type OidcIdentity, unbindIdentity } from '@repo/db/queries/oidc-identities'
import { revokeOtherSessions } from '@repo/db/queries/sessions'
import { holdWaysIn } from '@repo/db/queries/ways-in'
import { parseSessionId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { recordOwn } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import { revoke } from '../access/revoke.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { OidcLogin } from './oidc.ts'
import { type Errand, notBegun, type Returned } from './oidc-attempts.ts'
import { tellPerson } from './tell-person.ts'

/**
 * Binds the identity with which a browser came back to the account whose session had sent it there. Whoever else comes back
 * uses nothing up: otherwise somebody could have a login of their own bound to the account of whoever follows their link.
 *
 * @throws AppError `unauthenticated`, `gone` for another session, `identity_taken`, `identity_set`, `wrong_credentials`,
 * `unavailable`.
 */
export async function finishLink(
  deps: ApiDeps,
  context: Context<Asked>,
  { login, returned, errand }: { login: OidcLogin; returned: Returned; errand: Errand & { kind: 'link' } },
): Promise<void> {
  const principal = await deps.authenticator.authenticate(context.req.raw)
  if (principal.id !== errand.sessionId) throw notBegun()
  context.set('principal', principal)
  const { userId } = principal
  const { issuer, subject } = await returned.settle(login)
  const isNew = await deps.sql.transaction(async (tx) => {
    const done = await bindIdentity(tx, { issuer, subject }, { userId, nowMs: context.get('caller').atMs })
    if (done === 'taken') throw new AppError('identity_taken')
    if (done === 'full') throw new AppError('identity_set', 'unlink the one that there is first')
    if (done === 'known') return false
    await recordOwn(tx, context, { action: 'account.identity_linked', after: { issuer } })
    return true
  })
  if (isNew) tellPerson(deps, context, { userId, change: { kind: 'identity_linked', issuer } })
}

/** @throws AppError `not_found`, or `last_way_in` where neither a password nor a passkey would be left. */
export async function unlink(deps: ApiDeps, context: Context<Asked>, id: string): Promise<void> {
  const { userId, id: sessionId } = context.get('principal')
  const { sessionIds, issuer } = await deps.sql.transaction(async (tx) => {
    const { hasPassword, passkeys } = await holdWaysIn(tx, userId)
    const identity = (await listIdentities(tx, userId)).find((one) => identityId(one) === id)
    if (!identity) throw new AppError('not_found')
    if (!hasPassword && passkeys === 0)
      throw new AppError('last_way_in', 'set a password or add a passkey before you unlink it')
    await unbindIdentity(tx, identity, userId)
    const { issuer } = identity
    await recordOwn(tx, context, { action: 'account.identity_unlinked', before: { issuer } })
    // Whoever unlinks a login may have lost it, and somebody may have come in by it.
    const others = { userId, sessionId: parseSessionId(sessionId), nowMs: context.get('caller').atMs }
    return { sessionIds: await revokeOtherSessions(tx, others), issuer }
  })
  await revoke(deps, { sessionIds })
  tellPerson(deps, context, { userId, change: { kind: 'identity_unlinked', issuer } })
}

/** Short, and the same for ever: the subject is the provider's word for somebody, and stands in no address. */
export function identityId({ issuer, subject }: OidcIdentity): string {
  return new Bun.CryptoHasher('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 32)
}
