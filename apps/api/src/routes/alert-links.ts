import { createRoute } from '@hono/zod-openapi'
import { alertLinkSchema, alertLinkTokenSchema } from '@repo/contracts/alert-links'
import { type Context, Hono } from 'hono'
import type { Asked } from '../access/guard.ts'
import { ownPagesOnly } from '../access/origin.ts'
import { takeGuess } from '../access/rate-limits.ts'
import { followAlertLink, lookAtAlertLink, unsubscribe } from '../alert-links.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const answers = {
  200: jsonAnswer(alertLinkSchema, 'What the link is for'),
  400: problems[400],
  410: problem('It was used, or is over'),
  429: problem('Too many tries'),
}
const look = createRoute({
  method: 'post',
  path: '/alert-links/look',
  middleware: ownPagesOnly,
  summary: 'What a link in a message would do; looking does not use it up',
  request: jsonRequest(alertLinkTokenSchema),
  responses: answers,
})
const follow = createRoute({
  method: 'post',
  path: '/alert-links/use',
  middleware: ownPagesOnly,
  summary: 'Do what a link in a message says: acknowledge, pause, or end the mails. It works once',
  request: jsonRequest(alertLinkTokenSchema),
  responses: {
    ...answers,
    403: problem('Whose message it was may not do this any more, or a page of another site asked'),
  },
})

/** For whoever has a message of ours: the link in it is all that they need. */
export function alertLinkRoutes(deps: ApiDeps) {
  const routes = openApiRouter()

  routes.openapi(look, async (c) => {
    const { token } = c.req.valid('json')
    await countTry(deps, c, token)
    return c.json(await lookAtAlertLink(deps, token), 200)
  })

  routes.openapi(follow, async (c) => {
    const { token } = c.req.valid('json')
    await countTry(deps, c, token)
    return c.json(await followAlertLink(deps, c, token), 200)
  })
  return routes
}

/**
 * What `List-Unsubscribe` leads to. Mail programs post a form to it (RFC 8058), and people who follow it are asked first:
 * whatever looks at the links of mails ends none.
 */
export function unsubscribeRoutes(deps: ApiDeps): Hono<Asked> {
  const routes = new Hono<Asked>()
  routes.get('/unsubscribe', (c) => c.redirect(`/act#${tokenIn(c)}`, 303))
  routes.post('/unsubscribe', async (c) => {
    const token = tokenIn(c)
    await countTry(deps, c, token)
    await unsubscribe(deps, c, token)
    return c.text('You get no more of these mails.')
  })
  return routes
}

/** @throws AppError `invalid_parameter`. */
function tokenIn(c: Context<Asked>): string {
  const parsed = alertLinkTokenSchema.safeParse({ token: c.req.query('token') ?? '' })
  if (!parsed.success) throw invalid('invalid_parameter', parsed.error)
  return parsed.data.token
}

/** All of them begin alike: the end is what tells one from another. */
function countTry(deps: ApiDeps, c: Context<Asked>, token: string) {
  return takeGuess(deps, 'alertLink', { account: token.slice(-16), caller: c.get('caller') })
}
