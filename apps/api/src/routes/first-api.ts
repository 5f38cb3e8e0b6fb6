import { createWebsiteSchema, signInSchema, signUpSchema, type WebsiteStatus } from '@repo/contracts/first-api'
import { normalUrl, websiteSpec } from '@repo/contracts/specs/http'
import { isoTime } from '@repo/contracts/ticks'
import { createMonitorOnce, findMonitorByTarget } from '@repo/db/queries/monitors'
import { listTicks } from '@repo/db/queries/ticks'
import { monitorLimits } from '@repo/domain/limits'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { type Context, Hono } from 'hono'
import { record } from '../access/audit.ts'
import { type Asked, createLock } from '../access/guard.ts'
import { isForeign, refuseStrangePage } from '../access/origin.ts'
import { inTenant } from '../access/tenant.ts'
import { enter } from '../accounts/enter.ts'
import { join } from '../accounts/join.ts'
import { passSecondFactor } from '../accounts/second-factor.ts'
import type { ApiDeps } from '../deps.ts'
import { readJson } from '../json-body.ts'
import { auditedMonitor } from '../monitor-reading.ts'
import { keepLimits, makeNew } from '../monitor-writing.ts'
import { announceChange } from '../monitors.ts'
import { AppError } from '../problems.ts'
import { cookieOf } from './sign-in.ts'

/** The first version's routes, word for word. */
export function firstApi(deps: ApiDeps): Hono<Asked> {
  const routes = new Hono<Asked>()
  const lock = createLock(deps)
  routes.get('/test', (c) => c.json({ status: 'ok' }))
  routes.post('/users/signup', (c) => signUp(deps, c))
  routes.post('/users/signin', (c) => signIn(deps, c))
  routes.post('/website/create', lock({ role: 'member', resource: 'monitors', access: 'write' }), (c) =>
    createWebsite(deps, c),
  )
  routes.get('/users/status/:websiteUrl{.+}', lock({ role: 'viewer', resource: 'monitors', access: 'read' }), (c) =>
    websiteStatus(deps, c),
  )
  return routes
}

async function signUp(deps: ApiDeps, c: Context<Asked>): Promise<Response> {
  refuseStrangePage(c.req.raw)
  const id = await join(deps, c, await readJson(c, signUpSchema))
  return c.json({ id }, 201)
}

/** Who has a second factor sends its code along; a page of another site gets the token, and no cookie. */
async function signIn(deps: ApiDeps, c: Context<Asked>): Promise<Response> {
  const { code, ...credentials } = await readJson(c, signInSchema)
  const caller = c.get('caller')
  let entrance = await enter(deps, caller, credentials)
  if (entrance.state === 'second_factor') {
    if (code === undefined)
      throw new AppError('second_factor_required', 'send the code of your authenticator as "code"')
    entrance = await passSecondFactor(deps, caller, { challenge: entrance.challenge, code })
  }
  if (entrance.state !== 'signed_in') throw new AppError('second_factor_required')
  const { token } = entrance
  return c.json({ token, jwt: token }, 200, isForeign(c.req.raw) ? {} : cookieOf(entrance, caller))
}

async function createWebsite(deps: ApiDeps, c: Context<Asked>): Promise<Response> {
  const { url } = await readJson(c, createWebsiteSchema)
  const { workspaceId } = c.get('principal')
  const asked = { spec: websiteSpec(url), intervalSeconds: monitorLimits.websiteIntervalSeconds }
  const created = makeNew(deps, asked, { workspaceId, regions: deps.regions, path: '' })
  await inTenant(deps, c, async (sql) => {
    if (await findMonitorByTarget(sql, created)) throw new AppError('already_watched')
    await keepLimits(deps, sql, { workspaceId, added: [created] })
    if (!(await createMonitorOnce(sql, created, deps.clock.nowMs()))) throw new AppError('already_watched')
    await record(sql, c, { action: 'monitor.created', subjectId: created.id, after: auditedMonitor(created) })
  })
  announceChange(deps, created, [{ type: 'monitor.changed', monitorId: created.id }])
  return c.json({ id: created.id, url }, 201)
}

async function websiteStatus(deps: ApiDeps, c: Context<Asked>): Promise<Response> {
  const url = c.req.param('websiteUrl') ?? ''
  if (!URL.canParse(url)) throw new AppError('not_found', 'you do not watch this website')
  const { workspaceId } = c.get('principal')
  const tick = await inTenant(deps, c, async (sql) => {
    const monitor = await findMonitorByTarget(sql, { workspaceId, target: normalUrl(url) })
    if (!monitor) throw new AppError('not_found', 'you do not watch this website')
    return (await listTicks(sql, monitor.monitorKey, { limit: 1 })).items[0]
  })
  const status: WebsiteStatus = {
    url,
    status: tick ? firstApiStatus(tick.outcome.verdict) : 'Unknown',
    responseTime: tick && tick.outcome.verdict !== 'unknown' ? Math.round(tick.outcome.phases.total / 1_000) : null,
    region: tick?.region ?? null,
    checkedAt: tick ? isoTime(tick.startedAtMs) : null,
  }
  return c.json(status)
}

/** The first API knows three words; a degraded website answered, so it is `UP`. */
function firstApiStatus(verdict: OutcomeVerdict): WebsiteStatus['status'] {
  const words = { up: 'UP', degraded: 'UP', down: 'Down', unknown: 'Unknown' } as const
  return words[verdict]
}
