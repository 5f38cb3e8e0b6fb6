import { findUserByIdentity } from '@repo/db/queries/oidc-identities'
import { findCredentialsOf } from '@repo/db/queries/users'
import type { Context } from 'hono'
import type { Asked } from '../access/guard.ts'
import type { ApiDeps } from '../deps.ts'
import { type Entrance, enterKnown } from './enter.ts'
import type { OidcLogin, OidcPerson } from './oidc.ts'
import { notBegun } from './oidc-attempts.ts'
import { joinByIdentity } from './oidc-join.ts'

/**
 * Signs in whoever the identity provider vouches for, or up, where the instance takes new people.
 *
 * @throws AppError `gone` where they are gone themselves, `sign_up_closed`, `too_many_requests`.
 */
export async function enterByIdentity(
  deps: ApiDeps,
  context: Context<Asked>,
  { login, person }: { login: OidcLogin; person: OidcPerson },
): Promise<Entrance> {
  const userId =
    (await findUserByIdentity(deps.sql, person)) ?? (await joinByIdentity(deps, context, { login, person }))
  const user = await findCredentialsOf(deps.sql, userId)
  if (!user) throw notBegun()
  return enterKnown(deps, context.get('caller'), { ...user, method: 'oidc' })
}
