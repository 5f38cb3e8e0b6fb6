import { createRoute } from '@hono/zod-openapi'
import { proofSchema, recoveryCodesSchema, totpConfirmSchema, totpEnrolmentSchema } from '@repo/contracts/accounts'
import type { Sql } from '@repo/db/database'
import { replaceRecoveryCodes } from '@repo/db/queries/recovery-codes'
import { confirmTotp, findOfferedTotp, offerTotp, removeTotp } from '@repo/db/queries/second-factors'
import { revokeOtherSessions } from '@repo/db/queries/sessions'
import { parseSessionId, type SessionId, type UserId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { recordOwn } from '../access/audit.ts'
import { type Asked, createGuard } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import { revoke } from '../access/revoke.ts'
import { prove } from '../accounts/prove.ts'
import { hashOfRecoveryCode, makeRecoveryCodes } from '../accounts/second-factor.ts'
import { tellPerson } from '../accounts/tell-person.ts'
import { offerOf, stepOf } from '../accounts/totp.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const offer = createRoute({
  method: 'post',
  path: '/account/second-factor',
  summary: 'Begin to set up an authenticator app; it counts once its first code was right',
  request: jsonRequest(proofSchema),
  responses: {
    200: jsonAnswer(totpEnrolmentSchema, 'What the app needs, shown this once'),
    400: problems[400],
    401: problem('The password is wrong'),
    409: problem('There is one already: remove it first'),
  },
})
const confirm = createRoute({
  method: 'post',
  path: '/account/second-factor/confirm',
  summary: 'Show that the app works: from now on signing in takes its code',
  request: jsonRequest(totpConfirmSchema),
  responses: {
    200: jsonAnswer(recoveryCodesSchema, 'Codes for the day on which the telephone is gone, shown this once'),
    400: problems[400],
    401: problem('The code is wrong'),
  },
})
const renew = createRoute({
  method: 'post',
  path: '/account/second-factor/recovery-codes',
  summary: 'New recovery codes; the old ones end',
  request: jsonRequest(proofSchema),
  responses: {
    200: jsonAnswer(recoveryCodesSchema, 'The codes, shown this once'),
    400: problems[400],
    401: problem('The password is wrong'),
  },
})
const remove = createRoute({
  method: 'delete',
  path: '/account/second-factor',
  summary: 'Sign in without a second factor from now on; every other session of yours ends',
  request: jsonRequest(proofSchema),
  responses: { 204: { description: 'Removed' }, 400: problems[400], 401: problem('The password is wrong') },
})

export function secondFactorRoutes(deps: ApiDeps) {
  const { sql, clock, keyring } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const person = { person: true } as const

  routes.openapi(guard(offer, person), async (c) => {
    await prove(deps, c, c.req.valid('json'))
    const { sealed, ...shown } = offerOf(keyring, c.get('principal'))
    if (!(await offerTotp(sql, c.get('principal').userId, sealed)))
      throw new AppError('second_factor_set', 'remove the one that there is first')
    return c.json(shown, 200)
  })

  routes.openapi(guard(confirm, person), async (c) => {
    const { userId } = c.get('principal')
    const nowMs = clock.nowMs()
    const forgive = await takeGuess(deps, 'code', { account: userId, caller: c.get('caller') })
    const sealed = await findOfferedTotp(sql, userId)
    const step = sealed && stepOf(keyring, { userId, sealed }, { code: c.req.valid('json').code, nowMs })
    if (sealed === undefined || typeof step !== 'number') throw new AppError('wrong_code')
    await forgive()
    const { recoveryCodes, sessionIds } = await sql.transaction(async (tx) => {
      if (!(await confirmTotp(tx, userId, { sealed, step, nowMs }))) throw new AppError('wrong_code')
      await recordOwn(tx, c, { action: 'account.second_factor_set' })
      return { recoveryCodes: await replaceCodes(tx, userId), sessionIds: await endOthers(tx, c) }
    })
    await revoke(deps, { sessionIds })
    tellPerson(deps, c, { userId, change: { kind: 'second_factor_set' } })
    return c.json({ recoveryCodes }, 200)
  })

  routes.openapi(guard(renew, person), async (c) => {
    await prove(deps, c, c.req.valid('json'))
    const recoveryCodes = await sql.transaction(async (tx) => {
      await recordOwn(tx, c, { action: 'account.recovery_codes_renewed' })
      return replaceCodes(tx, c.get('principal').userId)
    })
    return c.json({ recoveryCodes }, 200)
  })

  routes.openapi(guard(remove, person), async (c) => {
    await prove(deps, c, c.req.valid('json'))
    const sessionIds = await sql.transaction(async (tx) => {
      await removeTotp(tx, c.get('principal').userId)
      await recordOwn(tx, c, { action: 'account.second_factor_removed' })
      return endOthers(tx, c)
    })
    await revoke(deps, { sessionIds })
    tellPerson(deps, c, { userId: c.get('principal').userId, change: { kind: 'second_factor_removed' } })
    return c.body(null, 204)
  })
  return routes
}

async function replaceCodes(sql: Sql, userId: UserId): Promise<string[]> {
  const codes = makeRecoveryCodes()
  await replaceRecoveryCodes(sql, userId, codes.map(hashOfRecoveryCode))
  return codes
}

/** Whoever had come in before, by less or by more than is asked from now on, comes in anew. */
function endOthers(tx: Sql, context: Context<Asked>): Promise<SessionId[]> {
  const { userId, id } = context.get('principal')
  return revokeOtherSessions(tx, { userId, sessionId: parseSessionId(id), nowMs: context.get('caller').atMs })
}
