import { createRoute } from '@hono/zod-openapi'
import {
  type Dependencies,
  dependenciesSchema,
  type Relative,
  setDependenciesSchema,
} from '@repo/contracts/dependencies'
import type { Sql } from '@repo/db/database'
import { listChildIds, listParentIds, setParents } from '@repo/db/queries/dependencies'
import { findMonitors, type StoredMonitor, shownStatus } from '@repo/db/queries/monitors'
import type { MonitorId } from '@repo/domain/ids'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, type Owned, ownedBy } from '../monitor-reading.ts'
import { namedMonitors } from '../named-monitors.ts'
import { AppError } from '../problems.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problem, problems } from './openapi.ts'

const read = createRoute({
  method: 'get',
  path: '/monitors/{id}/dependencies',
  summary: 'What a monitor hangs on, and what hangs on it',
  request: { params: idParams },
  responses: { 200: jsonAnswer(dependenciesSchema, 'Both, by name'), 404: problems[404] },
})
const set = createRoute({
  method: 'put',
  path: '/monitors/{id}/dependencies',
  summary: 'Set what a monitor hangs on: while that is down nobody is told that the monitor is',
  request: { params: idParams, ...jsonRequest(setDependenciesSchema) },
  responses: {
    200: jsonAnswer(dependenciesSchema, 'What it hangs on now, and what hangs on it'),
    ...problems,
    409: problem('The monitor would hang on itself'),
  },
})

export function dependencyRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(read, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const json = await inTenant(deps, c, async (sql) => {
      await getStored(sql, owned)
      return readDependencies(sql, owned)
    })
    return c.json(json, 200)
  })

  routes.openapi(guard(set, { role: 'member', resource: 'monitors', access: 'write' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const { parentIds } = c.req.valid('json')
    const json = await inTenant(deps, c, async (sql) => {
      await getStored(sql, owned)
      const parents = await namedMonitors(sql, owned.workspaceId, { named: parentIds, field: 'parentIds' })
      const before = await listParentIds(sql, owned)
      const ids = parents.map(({ id }) => id)
      const result = await setParents(sql, owned, ids)
      if (result.kind === 'circle') throw await circleError(sql, owned, result.way)
      await record(sql, c, {
        action: 'monitor.dependencies_changed',
        subjectId: owned.id,
        before: { parentIds: before.toSorted() },
        after: { parentIds: ids.toSorted() },
      })
      return readDependencies(sql, owned)
    })
    return c.json(json, 200)
  })
  return routes
}

async function readDependencies(sql: Sql, owned: Owned): Promise<Dependencies> {
  const parents = await findMonitors(sql, { ...owned, ids: await listParentIds(sql, owned) })
  const children = await findMonitors(sql, { ...owned, ids: await listChildIds(sql, owned) })
  return { parents: parents.map(toRelative).sort(byName), children: children.map(toRelative).sort(byName) }
}

function toRelative(monitor: StoredMonitor): Relative {
  return { id: monitor.id, name: monitor.name, status: shownStatus(monitor) }
}

function byName(a: Relative, b: Relative): number {
  return a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1
}

async function circleError(sql: Sql, { workspaceId }: Owned, way: readonly MonitorId[]): Promise<AppError> {
  const found = await findMonitors(sql, { workspaceId, ids: [...new Set(way)] })
  const names = new Map(found.map(({ id, name }) => [id, name]))
  return new AppError('dependency_cycle', way.map((id) => `"${names.get(id) ?? id}"`).join(' hangs on '))
}
