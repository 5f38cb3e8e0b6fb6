import { createRoute } from '@hono/zod-openapi'
import {
  alertPolicyListSchema,
  alertPolicySchema,
  changeAlertPolicySchema,
  coverageSchema,
  createAlertPolicySchema,
  simulateSchema,
  simulationSchema,
} from '@repo/contracts/alerts'
import {
  changeAlertPolicy,
  createAlertPolicy,
  deleteAlertPolicy,
  listAlertPolicies,
} from '@repo/db/queries/alert-policies'
import { replanStories } from '@repo/db/queries/alert-stories'
import { alertLimits } from '@repo/domain/alert-policy'
import { parseAlertPolicyId } from '@repo/domain/ids'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import { inTenant } from '../access/tenant.ts'
import { entityTag, expectedVersion } from '../access/versions.ts'
import { findCoverage } from '../alert-coverage.ts'
import {
  auditedPolicy,
  getAlertPolicy,
  refuseUnknown,
  simulate,
  toAlertPoliciesJson,
  toAlertPolicyJson,
} from '../alert-policies.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { idOr404, refuseMissed } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import {
  idempotencyKey,
  ifMatch,
  jsonAnswer,
  jsonRequest,
  keyedProblems,
  openApiRouter,
  problem,
  problems,
} from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/alert-policies',
  summary: 'All alert policies of the workspace, in the order in which they were made',
  responses: { 200: jsonAnswer(alertPolicyListSchema, 'The policies') },
})
const create = createRoute({
  method: 'post',
  path: '/alert-policies',
  summary: 'Decide who is told of what, when and until when',
  request: { headers: idempotencyKey, ...jsonRequest(createAlertPolicySchema) },
  responses: { 201: jsonAnswer(alertPolicySchema, 'The policy'), 400: problems[400], ...keyedProblems },
})
const simulation = createRoute({
  method: 'post',
  path: '/alert-policies/simulate',
  summary: 'Who would be told what if a monitor went down at an instant; nobody is told',
  request: jsonRequest(simulateSchema),
  responses: { 200: jsonAnswer(simulationSchema, 'What would be told within two days'), 400: problems[400] },
})
const coverage = createRoute({
  method: 'get',
  path: '/alert-policies/coverage',
  summary: 'Of which monitors nobody would be told that they are down',
  responses: { 200: jsonAnswer(coverageSchema, 'How many there are, and the first hundred') },
})
const read = createRoute({
  method: 'get',
  path: '/alert-policies/{id}',
  summary: 'Read an alert policy',
  request: { params: idParams },
  responses: { 200: jsonAnswer(alertPolicySchema, 'The policy'), 404: problems[404] },
})
const changedMeanwhile = { 412: problem('It has another version than If-Match says') }
const change = createRoute({
  method: 'patch',
  path: '/alert-policies/{id}',
  summary: 'Change an alert policy; what was told already stays told',
  request: { params: idParams, headers: ifMatch, ...jsonRequest(changeAlertPolicySchema) },
  responses: { 200: jsonAnswer(alertPolicySchema, 'The policy after the change'), ...problems, ...changedMeanwhile },
})
const remove = createRoute({
  method: 'delete',
  path: '/alert-policies/{id}',
  summary: 'Delete an alert policy; nobody is told by it any more',
  request: { params: idParams, headers: ifMatch },
  responses: { 204: { description: 'Deleted' }, 404: problems[404], ...changedMeanwhile },
})

const write = { role: 'member', resource: 'monitors', access: 'write' } as const
const look = { role: 'viewer', resource: 'monitors', access: 'read' } as const

export function alertPolicyRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  const nowMs = () => deps.clock.nowMs()

  routes.openapi(guard(list, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const policies = await inTenant(deps, c, (sql) => listAlertPolicies(sql, workspaceId))
    return c.json({ items: toAlertPoliciesJson(deps.log, policies) }, 200)
  })

  routes.openapi(guard(create, write, idempotent(deps)), async (c) => {
    const { name, rule } = c.req.valid('json')
    const owned = { workspaceId: c.get('principal').workspaceId, id: parseAlertPolicyId(Bun.randomUUIDv7()) }
    const policy = await inTenant(deps, c, async (sql) => {
      if ((await listAlertPolicies(sql, owned.workspaceId)).length >= alertLimits.policies)
        throw new AppError('limit_reached', `at most ${alertLimits.policies} alert policies`)
      await refuseUnknown(sql, owned.workspaceId, rule)
      await createAlertPolicy(sql, { ...owned, name, rule }, nowMs())
      await replanStories(sql, owned.workspaceId, nowMs())
      await record(sql, c, {
        action: 'alert_policy.created',
        subjectId: owned.id,
        after: auditedPolicy({ name, rule }),
      })
      return getAlertPolicy(sql, owned)
    })
    const headers = { etag: entityTag(policy.version), location: `/api/v1/alert-policies/${owned.id}` }
    return c.json(toAlertPolicyJson(policy), 201, headers)
  })

  routes.openapi(guard(simulation, look), async (c) => {
    const { workspaceId } = c.get('principal')
    const asked = c.req.valid('json')
    const json = await inTenant(deps, c, (sql) => simulate(sql, asked, { workspaceId, log: deps.log }))
    return c.json(json, 200)
  })

  routes.openapi(guard(coverage, look), async (c) => {
    const { workspaceId } = c.get('principal')
    return c.json(await inTenant(deps, c, (sql) => findCoverage(sql, { workspaceId, log: deps.log })), 200)
  })

  routes.openapi(guard(read, look), async (c) => {
    const id = idOr404(parseAlertPolicyId, c.req.valid('param').id)
    const policy = await inTenant(deps, c, (sql) => getAlertPolicy(sql, { ...c.get('principal'), id }))
    return c.json(toAlertPolicyJson(policy), 200, { etag: entityTag(policy.version) })
  })

  routes.openapi(guard(change, write), async (c) => {
    const { name, rule } = c.req.valid('json')
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseAlertPolicyId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    const policy = await inTenant(deps, c, async (sql) => {
      const before = await getAlertPolicy(sql, owned)
      if (rule) await refuseUnknown(sql, workspaceId, rule)
      refuseMissed(await changeAlertPolicy(sql, owned, { name, rule, nowMs: nowMs(), expectedVersion: version }))
      await replanStories(sql, workspaceId, nowMs())
      const after = await getAlertPolicy(sql, owned)
      await record(sql, c, {
        action: 'alert_policy.changed',
        subjectId: owned.id,
        before: auditedPolicy(before),
        after: auditedPolicy(after),
      })
      return after
    })
    return c.json(toAlertPolicyJson(policy), 200, { etag: entityTag(policy.version) })
  })

  routes.openapi(guard(remove, write), async (c) => {
    const { workspaceId } = c.get('principal')
    const owned = { workspaceId, id: idOr404(parseAlertPolicyId, c.req.valid('param').id) }
    const version = expectedVersion(c)
    await inTenant(deps, c, async (sql) => {
      const before = await getAlertPolicy(sql, owned)
      refuseMissed(await deleteAlertPolicy(sql, owned, { expectedVersion: version }))
      await record(sql, c, { action: 'alert_policy.deleted', subjectId: owned.id, before: auditedPolicy(before) })
    })
    return c.body(null, 204)
  })
  return routes
}
