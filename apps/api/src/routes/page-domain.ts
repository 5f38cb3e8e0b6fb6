import { createRoute } from '@hono/zod-openapi'
import { domainCheckSchema, setPageDomainSchema } from '@repo/contracts/page-assets'
import type { DomainProblem } from '@repo/contracts/page-domain'
import { statusPageSchema } from '@repo/contracts/status-pages'
import type { Sql } from '@repo/db/database'
import { type Looked, noteDomainFailure, noteDomainProof, setPageDomain } from '@repo/db/queries/page-domains'
import { domainKeeping, lookForProof } from '@repo/public-page/domain-proof'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { createHostList } from '../access/hosts.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { refuseMissed } from '../named-monitors.ts'
import { refused } from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, ownedPage, toDomainJson, toStatusPageJson } from '../status-pages.ts'
import { ifMatch, jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const asked = { params: idParams, headers: ifMatch }
const answers = {
  200: jsonAnswer(statusPageSchema, 'The page, with what is to be set in the name system'),
  404: problems[404],
  412: problem('It has another version than If-Match says'),
}
const set = createRoute({
  method: 'put',
  path: '/status-pages/{id}/domain',
  summary: 'Give a status page a name of its own, which it has once you have shown that it is yours',
  request: { ...asked, ...jsonRequest(setPageDomainSchema) },
  responses: { ...answers, 400: problems[400] },
})
const check = createRoute({
  method: 'post',
  path: '/status-pages/{id}/domain/check',
  summary: 'Look whether the TXT record is there',
  request: { params: idParams },
  responses: { 200: jsonAnswer(domainCheckSchema, 'What was found'), 404: problems[404] },
})
const remove = createRoute({
  method: 'delete',
  path: '/status-pages/{id}/domain',
  summary: 'Take the name of its own from a status page',
  request: asked,
  responses: answers,
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const

export function pageDomainRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()
  const isOurName = createHostList(deps.hosts)

  routes.openapi(guard(set, write), async (c) => {
    const name = c.req.valid('json').domain
    if (isOurName(name)) throw refused('domain', 'is a name of this instance itself')
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    const page = await inTenant(deps, c, async (sql) => {
      const before = await getStatusPage(sql, owned)
      // The same name once more keeps what was shown of it.
      if (before.domain?.name === name) return before
      const domain = { name, token: newToken() }
      refuseMissed(await setPageDomain(sql, owned, { domain, nowMs: nowMs(), expectedVersion: version }))
      const deed = { action: 'status_page.domain_set', subjectId: owned.id }
      await record(sql, c, { ...deed, before: { domain: before.domain?.name ?? null }, after: { domain: name } })
      return getStatusPage(sql, owned)
    })
    return c.json(toStatusPageJson(page, deps), 200, { etag: entityTag(page.version) })
  })

  routes.openapi(guard(check, write), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const { domain } = await inTenant(deps, c, (sql) => getStatusPage(sql, owned))
    if (!domain) throw new AppError('not_found', 'the page has no name of its own')
    // Whoever answers for a name may take their time: no transaction waits for them.
    const { found, problem } = await lookForProof(domain, deps.resolveTxt)
    const looked = { ...domain, id: owned.id, nowMs: nowMs() }
    const noted = await note(deps.sql, looked, problem)
    const after = await inTenant(deps, c, (sql) => getStatusPage(sql, owned))
    if (!after.domain) throw new AppError('not_found', 'the page has no name of its own')
    const status = statusOf(noted)
    const domainNow = toDomainJson(after.domain, deps)
    return c.json({ status, problem: noted, found: [...found], domain: domainNow }, 200)
  })

  routes.openapi(guard(remove, write), async (c) => {
    const owned = ownedPage(c, c.req.valid('param').id)
    const version = expectedVersion(c)
    const page = await inTenant(deps, c, async (sql) => {
      const before = await getStatusPage(sql, owned)
      refuseMissed(await setPageDomain(sql, owned, { domain: null, nowMs: nowMs(), expectedVersion: version }))
      const deed = { action: 'status_page.domain_removed', subjectId: owned.id }
      await record(sql, c, { ...deed, before: { domain: before.domain?.name ?? null } })
      return getStatusPage(sql, owned)
    })
    return c.json(toStatusPageJson(page, deps), 200, { etag: entityTag(page.version) })
  })
  return routes
}

function statusOf(problem: DomainProblem | null): 'verified' | 'pending' | 'failed' {
  if (problem === null) return 'verified'
  return problem === 'no_record' ? 'pending' : 'failed'
}

function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')
}

/** A name is one page's of the whole instance, so it is noted as the instance. @returns what is wrong with it. */
async function note(sql: Sql, looked: Looked, problem: DomainProblem | null): Promise<DomainProblem | null> {
  const { lostAfterMs } = domainKeeping
  const isTaken = problem === null && (await noteDomainProof(sql, looked)) === 'taken'
  const wrong = isTaken ? 'taken' : problem
  if (wrong !== null) await noteDomainFailure(sql, looked, { problem: wrong, lostAfterMs })
  return wrong
}
