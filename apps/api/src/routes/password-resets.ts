import { createRoute } from '@hono/zod-openapi'
import { resetRequestSchema, resetSchema } from '@repo/contracts/accounts'
import { ownPagesOnly } from '../access/origin.ts'
import { takeGuess } from '../access/rate-limits.ts'
import { type ResetMail, redeemReset, sendReset } from '../accounts/password-reset.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'
import { jsonRequest, openApiRouter, problem } from './openapi.ts'

const tries = {
  400: problem('The body is not valid'),
  403: problem('A page of another site asked'),
  429: problem('Too many tries: wait as long as Retry-After says'),
}

const ask = createRoute({
  method: 'post',
  path: '/password-resets',
  middleware: ownPagesOnly,
  summary:
    'Ask for a link by e-mail that sets a new password; the answer does not tell whether anybody is known by the address',
  request: jsonRequest(resetRequestSchema),
  responses: {
    202: { description: 'If somebody is known by this address, a link is on its way' },
    ...tries,
    501: problem('Mail is not set up here: ask an operator for a link'),
  },
})

const redeem = createRoute({
  method: 'post',
  path: '/password-resets/redeem',
  middleware: ownPagesOnly,
  summary: 'Set a new password by the token of a link; every session ends, and signing in is the next step',
  request: jsonRequest(resetSchema),
  responses: {
    204: { description: 'Set' },
    ...tries,
    410: problem('The link was used, is over, or never was'),
  },
})

/** For everybody: what is here must withstand strangers. */
export function passwordResetRoutes(deps: ApiDeps) {
  const routes = openApiRouter()

  routes.openapi(ask, async (c) => {
    const { email } = c.req.valid('json')
    const mail = mailOf(deps)
    await takeGuess(deps, 'reset', { account: email, caller: c.get('caller') })
    sendAfterwards(deps, mail, email)
    return c.body(null, 202)
  })

  routes.openapi(redeem, async (c) => {
    const { token, password } = c.req.valid('json')
    await takeGuess(deps, 'reset', { account: token.slice(0, 8), caller: c.get('caller') })
    await redeemReset(deps, c, { token, password })
    return c.body(null, 204)
  })
  return routes
}

function mailOf({ mailer, publicUrl }: ApiDeps): ResetMail {
  if (!mailer || publicUrl === undefined)
    throw new AppError('not_configured', 'mail is not set up here: ask an operator for a link')
  return { mailer, publicUrl }
}

/** Looking somebody up, and writing to them, takes time that would tell that they are known: so it begins after the answer. */
function sendAfterwards(deps: ApiDeps, mail: ResetMail, email: string): void {
  setImmediate(() => {
    sendReset(deps, mail, email).catch((err: unknown) =>
      deps.log.error({ err }, 'a link for a new password could not be sent'),
    )
  })
}
