import { createRoute } from '@hono/zod-openapi'
import { accountSchema, changeAccountSchema, changePasswordSchema, proofSchema } from '@repo/contracts/accounts'
import { isoTime } from '@repo/contracts/ticks'
import { countRecoveryCodes } from '@repo/db/queries/recovery-codes'
import { changeProfile, findProfile, setPasswordHash } from '@repo/db/queries/users'
import type { UserId } from '@repo/domain/ids'
import { recordOwn } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { revoke } from '../access/revoke.ts'
import { prove } from '../accounts/prove.ts'
import { tellPerson } from '../accounts/tell-person.ts'
import { followAddress } from '../accounts/welcome.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const read = createRoute({
  method: 'get',
  path: '/account',
  summary: 'What the instance keeps about you',
  responses: { 200: jsonAnswer(accountSchema, 'You') },
})
const change = createRoute({
  method: 'patch',
  path: '/account',
  summary: 'Change your e-mail address: to it goes whatever sets a new password, so it takes the present one',
  request: jsonRequest(changeAccountSchema.extend(proofSchema.shape)),
  responses: { 200: jsonAnswer(accountSchema, 'You'), 400: problems[400], 401: problem('The password is wrong') },
})
const changePassword = createRoute({
  method: 'put',
  path: '/account/password',
  summary: 'Set another password; every other session of yours ends',
  request: jsonRequest(changePasswordSchema),
  responses: {
    204: { description: 'Set' },
    400: problems[400],
    401: problem('The current password is wrong'),
  },
})

export function accountRoutes(deps: ApiDeps) {
  const { sql, clock } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(read, { person: true }), async (c) =>
    c.json(await accountJson(deps, c.get('principal').userId), 200),
  )
  routes.openapi(guard(change, { person: true }), async (c) => {
    const { userId } = c.get('principal')
    const { email, ...proof } = c.req.valid('json')
    const before = await findProfile(sql, userId)
    if (before && before.email !== email) {
      await prove(deps, c, proof)
      await sql.transaction(async (tx) => {
        await changeProfile(tx, userId, { email })
        await followAddress(deps, tx, {
          userId,
          username: before.username,
          before: before.email,
          email,
          nowMs: clock.nowMs(),
        })
        await recordOwn(tx, c, { action: 'account.email_changed', before: { email: before.email }, after: { email } })
      })
      // To the old address: whoever reads the new one is the person, or is who took their account over.
      tellPerson(deps, c, { userId, change: { kind: 'email_changed', email }, to: before.email })
    }
    return c.json(await accountJson(deps, userId), 200)
  })
  routes.openapi(guard(changePassword, { person: true }), async (c) => {
    const { userId, id } = c.get('principal')
    const { currentPassword, newPassword } = c.req.valid('json')
    await prove(deps, c, { password: currentPassword })
    const passwordHash = await deps.passwords.hash(newPassword)
    const change = { passwordHash, exceptSessionId: id, nowMs: clock.nowMs() }
    const sessionIds = await sql.transaction(async (tx) => {
      await recordOwn(tx, c, { action: 'account.password_changed' })
      return setPasswordHash(tx, userId, change)
    })
    await revoke(deps, { sessionIds: sessionIds ?? [] })
    tellPerson(deps, c, { userId, change: { kind: 'password_changed' } })
    return c.body(null, 204)
  })
  return routes
}

async function accountJson({ sql }: Pick<ApiDeps, 'sql'>, userId: UserId) {
  const [profile, recoveryCodesLeft] = await Promise.all([findProfile(sql, userId), countRecoveryCodes(sql, userId)])
  if (!profile) throw new AppError('not_found')
  const { username, email, isOperator, hasPassword, hasSecondFactor, createdAtMs } = profile
  const secondFactor = { enabled: hasSecondFactor, recoveryCodesLeft }
  return { id: userId, username, email, isOperator, hasPassword, secondFactor, createdAt: isoTime(createdAtMs) }
}
