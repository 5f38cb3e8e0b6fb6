import { createRoute } from '@hono/zod-openapi'
import { changeDigestSchema, digestSchema, digestTestSchema } from '@repo/contracts/digest'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { readWeek } from '@repo/db/queries/digest-week'
import { chooseDigest, type DigestChoice, findDigestChoice } from '@repo/db/queries/digests'
import { deliveryLimits } from '@repo/domain/delivery'
import { nextDigestMs, reportWeek } from '@repo/domain/digest'
import { sendDigest } from '@repo/notifiers/digest-mail'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { takeGuess } from '../access/rate-limits.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const nowhere = { 404: problem('You are in no workspace') }
const read = createRoute({
  method: 'get',
  path: '/digest',
  summary: 'Whether you get a mail about the workspace each week, where, and when it comes next',
  responses: { 200: jsonAnswer(digestSchema, 'Your weekly mail'), ...nowhere },
})
const change = createRoute({
  method: 'patch',
  path: '/digest',
  summary: 'Say whether you want a mail about the workspace each week',
  request: jsonRequest(changeDigestSchema),
  responses: { 200: jsonAnswer(digestSchema, 'Your weekly mail'), 400: problems[400], ...nowhere },
})
const test = createRoute({
  method: 'post',
  path: '/digest/test',
  summary: 'Send it to you now, about the last seven days, and hear what the mail server made of it',
  responses: {
    200: jsonAnswer(digestTestSchema, 'What the mail server made of it'),
    ...nowhere,
    501: problem('Mail is not set up here'),
  },
})

const WEEK_MS = 7 * 86_400_000

export function digestRoutes(deps: ApiDeps) {
  const { clock, mailer, publicUrl } = deps
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(read, { person: true }), async (c) => {
    const choice = await inTenant(deps, c, (sql) => getChoice(sql, c.get('principal')))
    return c.json(toDigestJson(deps, choice), 200)
  })

  routes.openapi(guard(change, { person: true }), async (c) => {
    const { enabled } = c.req.valid('json')
    const principal = c.get('principal')
    const choice = await inTenant(deps, c, async (sql) => {
      if (await chooseDigest(sql, principal, enabled)) {
        const [before, after] = [{ enabled: !enabled }, { enabled }]
        await record(sql, c, { action: 'digest.changed', subjectId: principal.userId, before, after })
      }
      return getChoice(sql, principal)
    })
    return c.json(toDigestJson(deps, choice), 200)
  })

  routes.openapi(guard(test, { person: true }), async (c) => {
    const principal = c.get('principal')
    const period = { fromMs: clock.nowMs() - WEEK_MS, toMs: clock.nowMs() }
    if (!mailer) throw new AppError('not_configured', 'mail is not set up here')
    const { email, ...place } = await inTenant(deps, c, (sql) => getChoice(sql, principal))
    if (email === null) return c.json({ outcome: 'refused' as const, reason: noAddress, answer: '' }, 200)
    await takeGuess(deps, 'mailTo', { account: email, caller: c.get('caller') })
    const report = reportWeek(await inTenant(deps, c, (sql) => readWeek(sql, principal.workspaceId, period)), period)
    const mail = { report, place: { ...place, publicUrl }, to: email, key: crypto.randomUUID() }
    const delivery = await sendDigest(mailer, mail, AbortSignal.timeout(deliveryLimits.attemptMs))
    const { kind: outcome, answer } = delivery
    return c.json({ outcome, answer, reason: delivery.kind === 'accepted' ? '' : delivery.reason }, 200)
  })
  return routes
}

const noAddress = 'your account has no e-mail address'

/** @throws AppError `not_found` for somebody who is in no workspace. */
async function getChoice(sql: Sql, principal: Principal): Promise<DigestChoice> {
  const choice = await findDigestChoice(sql, principal)
  if (!choice) throw new AppError('not_found', 'you are in no workspace')
  return choice
}

function toDigestJson(
  { mailer, clock }: Pick<ApiDeps, 'mailer' | 'clock'>,
  { isWanted, email, timeZone }: DigestChoice,
) {
  const isComing = isWanted && email !== null && mailer !== undefined
  const nextAt = isComing ? isoTime(nextDigestMs(timeZone, clock.nowMs())) : null
  return { enabled: isWanted, email, timeZone, nextAt }
}
