import { createRoute, z } from '@hono/zod-openapi'
import { componentStatesSchema, setComponentStateSchema } from '@repo/contracts/page-notices'
import { leavesAndParents } from '@repo/contracts/status-pages'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { listComponentStates, setComponentState } from '@repo/db/queries/component-states'
import { record } from '../access/audit.ts'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { idParams } from '../monitor-reading.ts'
import { contentsOf } from '../page-notices.ts'
import { AppError } from '../problems.ts'
import { getStatusPage, type OwnedPage, ownedPage } from '../status-pages.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const answer = jsonAnswer(componentStatesSchema, 'What people say of them')
const list = createRoute({
  method: 'get',
  path: '/status-pages/{id}/components',
  summary: 'What people say of the components of a status page that nobody watches',
  request: { params: idParams },
  responses: { 200: answer, 404: problems[404] },
})
const set = createRoute({
  method: 'put',
  path: '/status-pages/{id}/components/{componentId}/state',
  summary: 'Say what a component that nobody watches is, from now on and at once for everybody',
  request: { params: idParams.extend({ componentId: z.string() }), ...jsonRequest(setComponentStateSchema) },
  responses: { 200: answer, ...problems },
})

const write = { role: 'member', resource: 'pages', access: 'write' } as const
const look = { role: 'viewer', resource: 'pages', access: 'read' } as const

export function pageComponentRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)

  routes.openapi(guard(list, look), async (c) => {
    const page = ownedPage(c, c.req.valid('param').id)
    const items = await inTenant(deps, c, async (sql) => {
      await getStatusPage(sql, page)
      return readStates(sql, page)
    })
    return c.json({ items }, 200)
  })

  routes.openapi(guard(set, write), async (c) => {
    const { id, componentId } = c.req.valid('param')
    const { state } = c.req.valid('json')
    const page = ownedPage(c, id)
    const items = await inTenant(deps, c, async (sql) => {
      await refuseWatched(sql, page, componentId)
      const before = (await readStates(sql, page)).find((one) => one.componentId === componentId)
      await setComponentState(sql, page, { componentId, state, nowMs: deps.clock.nowMs() })
      const deed = { action: 'page_component.changed', subjectId: componentId }
      await record(sql, c, { ...deed, before: { state: before?.state ?? null }, after: { state } })
      return readStates(sql, page)
    })
    return c.json({ items }, 200)
  })
  return routes
}

/** @throws AppError `not_found` for a component that the page does not have, or that is judged by what is watched. */
async function refuseWatched(sql: Sql, page: OwnedPage, componentId: string): Promise<void> {
  const found = contentsOf(await getStatusPage(sql, page)).flatMap(({ sections }) => leavesAndParents(sections))
  if (!found.some(({ id, source }) => id === componentId && source.kind === 'manual')) throw new AppError('not_found')
}

async function readStates(sql: Sql, page: OwnedPage) {
  const states = await listComponentStates(sql, page)
  return states.map(({ componentId, state, beganAtMs }) => ({ componentId, state, since: isoTime(beganAtMs) }))
}
