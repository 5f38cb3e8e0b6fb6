import { createWebsiteSchema, signInSchema, signUpSchema, type WebsiteStatus } from '@repo/contracts/first-api'
import { normalUrl, websiteSpec } from '@repo/contracts/specs/http'
import { isoTime } from '@repo/contracts/ticks'
import { createMonitorOnce, findMonitorByTarget } from '@repo/db/queries/monitors'
import { listTicks } from '@repo/db/queries/ticks'
import { createUser, findCredentials } from '@repo/db/queries/users'
import { parseMonitorId, parseUserId, parseWorkspaceId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { OutcomeVerdict } from '@repo/domain/outcome'
import { type Context, Hono } from 'hono'
import type { ApiDeps } from '../deps.ts'
import { readJson } from '../json-body.ts'
import { announceChange, defaultName } from '../monitors.ts'
import { AppError } from '../problems.ts'
import { requirePerson, type SignedIn, sessionCookie } from '../sessions.ts'

/** The first version's routes, word for word. */
export function firstApi(deps: ApiDeps): Hono<SignedIn> {
  const routes = new Hono<SignedIn>()
  routes.get('/test', (c) => c.json({ status: 'ok' }))
  routes.post('/users/signup', (c) => signUp(deps, c))
  routes.post('/users/signin', (c) => signIn(deps, c))
  routes.post('/website/create', requirePerson(deps), (c) => createWebsite(deps, c))
  routes.get('/users/status/:websiteUrl{.+}', requirePerson(deps), (c) => websiteStatus(deps, c))
  return routes
}

async function signUp({ sql, passwords }: ApiDeps, c: Context<SignedIn>): Promise<Response> {
  const { password, ...person } = await readJson(c, signUpSchema)
  const id = parseUserId(Bun.randomUUIDv7())
  const passwordHash = await passwords.hash(password)
  const workspaceId = parseWorkspaceId(Bun.randomUUIDv7())
  if (!(await createUser(sql, { ...person, id, workspaceId, passwordHash }))) throw new AppError('username_taken')
  return c.json({ id }, 201)
}

async function signIn({ sql, passwords, tokens, clock }: ApiDeps, c: Context<SignedIn>): Promise<Response> {
  const { username, password } = await readJson(c, signInSchema)
  const credentials = await findCredentials(sql, username)
  const matches = await passwords.verify(password, credentials?.passwordHash)
  if (!credentials || !matches) throw new AppError('wrong_credentials')
  const token = await tokens.sign(credentials.userId, clock.nowMs())
  return c.json({ token, jwt: token }, 200, { 'set-cookie': sessionCookie(token) })
}

async function createWebsite(deps: ApiDeps, c: Context<SignedIn>): Promise<Response> {
  const { url } = await readJson(c, createWebsiteSchema)
  const spec = websiteSpec(url)
  const created = {
    id: parseMonitorId(Bun.randomUUIDv7()),
    workspaceId: c.get('person').workspaceId,
    name: defaultName(spec),
    spec,
    target: normalUrl(url),
    intervalMs: monitorLimits.websiteIntervalSeconds * 1_000,
    regions: deps.regions,
  }
  if (!(await createMonitorOnce(deps.sql, created, deps.clock.nowMs()))) throw new AppError('already_watched')
  announceChange(deps, created, [{ type: 'monitor.changed', monitorId: created.id }])
  return c.json({ id: created.id, url }, 201)
}

async function websiteStatus({ sql }: ApiDeps, c: Context<SignedIn>): Promise<Response> {
  const url = c.req.param('websiteUrl') ?? ''
  if (!URL.canParse(url)) throw new AppError('not_found', 'you do not watch this website')
  const { workspaceId } = c.get('person')
  const monitor = await findMonitorByTarget(sql, { workspaceId, target: normalUrl(url) })
  if (!monitor) throw new AppError('not_found', 'you do not watch this website')
  const { items } = await listTicks(sql, monitor.monitorKey, { limit: 1 })
  const tick = items[0]
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
