import { inWorkspace } from '@repo/db/in-workspace'
import { chooseDigest, type DigestTokenHolder, findDigestToken } from '@repo/db/queries/digests'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { recordAs } from '../access/audit.ts'
import type { Asked } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import type { ApiDeps } from '../deps.ts'
import { AppError } from '../problems.ts'

const path = '/api/digest/unsubscribe'
const contentSecurityPolicy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * What `List-Unsubscribe` of a weekly mail leads to. Mail programs post a form to it (RFC 8058), and people who follow it are asked
 * first: whatever looks at the links of mails ends none. It works as often as it is asked, for old mails are opened too.
 */
export function digestUnsubscribeRoutes(deps: ApiDeps): Hono<Asked> {
  const routes = new Hono<Asked>()
  routes.get(path, async (c) => {
    const holder = await getHolder(deps, c)
    return page(c, holder.isWanted ? asking(holder) : ended(holder))
  })
  routes.post(path, async (c) => {
    const holder = await getHolder(deps, c)
    if (holder.isWanted) await end(deps, c, holder)
    return page(c, ended(holder))
  })
  return routes
}

/** @throws AppError `not_found`, or `too_many_requests`. */
async function getHolder(deps: ApiDeps, c: Context<Asked>): Promise<DigestTokenHolder> {
  const token = c.req.query('token') ?? ''
  await takeGuess(deps, 'alertLink', { account: token, caller: c.get('caller') })
  const holder = uuid.test(token) ? await findDigestToken(deps.sql, token) : undefined
  if (!holder) throw new AppError('not_found', 'nobody gets mails by this link any more')
  return holder
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function end({ sql }: ApiDeps, c: Context<Asked>, { workspaceId, userId, username }: DigestTokenHolder): Promise<void> {
  return inWorkspace(sql, workspaceId, async (tx) => {
    if (!(await chooseDigest(tx, { workspaceId, userId }, false))) return
    const actor = { actorKind: 'link', actorId: userId, actorName: username } as const
    const deed = { action: 'digest.changed', subjectId: userId, before: { enabled: true }, after: { enabled: false } }
    await recordAs(tx, c, { ...deed, ...actor, workspaceId })
  })
}

function asking({ workspaceName }: DigestTokenHolder) {
  return html`<h1>No more weekly mails?</h1>
    <p>You get a mail each week about ${workspaceName}.</p>
    <form method="post"><button type="submit">End these mails</button></form>`
}

function ended({ workspaceName }: DigestTokenHolder) {
  return html`<h1>No more weekly mails</h1>
    <p>You get no more weekly mails about ${workspaceName}. In your settings you can have them again.</p>`
}

async function page(c: Context<Asked>, content: ReturnType<typeof html>): Promise<Response> {
  const document = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>BetterUptime: weekly mails</title>
  </head>
  <body><main>${await content}</main></body>
</html>
`
  c.header('content-security-policy', contentSecurityPolicy)
  return c.html(document)
}
