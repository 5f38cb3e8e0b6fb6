import { randomBytes } from 'node:crypto'
import { username } from '@repo/contracts/first-api'
import type { Sql } from '@repo/db/database'
import { createUserOfIdentity, findUserByIdentity } from '@repo/db/queries/oidc-identities'
import { parseUserId, parseWorkspaceId, type UserId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { recordAs } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import type { OidcLogin, OidcPerson } from './oidc.ts'
import { addFirstPolicy, addMailChannel } from './welcome.ts'

interface Coming {
  readonly login: OidcLogin
  readonly person: OidcPerson
}

/**
 * Signs up whoever the identity provider vouches for, with a workspace of their own. They are a new user even where somebody
 * is known by the same address: a provider's word on an address opens nobody's account.
 *
 * @throws AppError `sign_up_closed` or `too_many_requests`.
 */
export async function joinByIdentity(deps: ApiDeps, context: Context<Asked>, coming: Coming): Promise<UserId> {
  const { person, login } = coming
  const admission = admissionOf(deps, login, person)
  if (admission === 'nobody') throw closed()
  await takeGuess(deps, 'signUp', { account: `${person.issuer} ${person.subject}`, caller: context.get('caller') })
  try {
    for (const name of namesFor(person)) {
      const userId = await deps.sql.transaction((tx) => create(deps, tx, { context, name, person, admission }))
      if (userId) return userId
    }
    throw new AppError('username_taken')
  } catch (error) {
    // Whoever comes twice at once is one person: the first of them made the user.
    const made = await findUserByIdentity(deps.sql, person)
    if (made) return made
    throw error
  }
}

type Admission = 'anybody' | 'first' | 'nobody'

/** The very first person becomes the operator of the instance; whom an operator lets in by their domain needs no invitation. */
function admissionOf({ signUp }: ApiDeps, { allowedDomains }: OidcLogin, { email }: OidcPerson): Admission {
  switch (signUp) {
    case 'open':
      return 'anybody'
    case 'invite':
      return email !== undefined && allowedDomains.includes(domainOf(email)) ? 'anybody' : 'first'
    case 'closed':
      return 'nobody'
  }
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

interface Created {
  readonly context: Context<Asked>
  readonly name: string
  readonly person: OidcPerson
  readonly admission: Admission
}

/** Undefined where the name is taken. */
async function create(
  deps: ApiDeps,
  tx: Sql,
  { context, name, person, admission }: Created,
): Promise<UserId | undefined> {
  const id = parseUserId(Bun.randomUUIDv7())
  const workspaceId = parseWorkspaceId(Bun.randomUUIDv7())
  const { issuer, subject, email } = person
  const user = { id, workspaceId, username: name, email }
  const nowMs = context.get('caller').atMs
  const done = await createUserOfIdentity(tx, user, { issuer, subject, nowMs })
  // Thrown within the transaction, so that nobody was made.
  if (admission === 'first' && !done.isOperator) throw closed()
  if (!done.created) return undefined
  await addFirstPolicy(tx, workspaceId, nowMs)
  await addMailChannel(deps, tx, { workspaceId, userId: id, username: name, email, nowMs })
  const actor = { actorKind: 'person', actorId: id, actorName: name } as const
  await recordAs(tx, context, {
    action: 'member.joined',
    subjectId: id,
    after: { username: name },
    ...actor,
    workspaceId,
  })
  return id
}

const roomForSuffix = 54

/** What they would like to be called, and then what nobody else is called. */
function* namesFor({ name }: OidcPerson): Generator<string> {
  const wanted = username.safeParse(name?.slice(0, roomForSuffix))
  const base = wanted.success ? wanted.data : 'user'
  yield base
  for (const number of [2, 3, 4]) yield `${base}-${number}`
  yield `${base}-${randomBytes(4).toString('hex')}`
}

function closed(): AppError {
  return new AppError('sign_up_closed', 'ask somebody here for an invitation')
}
