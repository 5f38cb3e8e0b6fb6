import { createRoute, z } from '@hono/zod-openapi'
import { exportSchema, importAnswerSchema, importSchema } from '@repo/contracts/transfer'
import { createGuard } from '../access/guard.ts'
import { idempotent } from '../access/idempotency.ts'
import type { ApiDeps } from '../deps.ts'
import { exportWorkspace } from '../monitor-export.ts'
import { importMonitors } from '../monitor-import.ts'
import { idempotencyKey, jsonAnswer, jsonRequest, keyedProblems, openApiRouter, problems } from './openapi.ts'

const exported = createRoute({
  method: 'get',
  path: '/workspace/export',
  summary: 'The workspace as one document, without secrets',
  responses: { 200: jsonAnswer(exportSchema, 'The document') },
})
const imported = createRoute({
  method: 'post',
  path: '/workspace/import',
  summary:
    'Create the monitors of such a document, and what refers to them: all of it, or nothing. A dry run says what would be done',
  request: {
    headers: idempotencyKey,
    query: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
    ...jsonRequest(importSchema),
  },
  responses: {
    200: jsonAnswer(importAnswerSchema, 'What was done, or would be'),
    400: problems[400],
    ...keyedProblems,
  },
})

export function transferRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(exported, { role: 'admin', resource: 'workspace', access: 'read' }), async (c) =>
    c.json(await exportWorkspace(deps, c), 200),
  )
  routes.openapi(
    guard(imported, { role: 'admin', resource: 'workspace', access: 'write' }, idempotent(deps)),
    async (c) => {
      const isDryRun = c.req.valid('query').dryRun === 'true'
      const { maintenance, groups, dependencies, ...asked } = c.req.valid('json')
      const plans = { maintenance, groups, dependencies }
      return c.json(await importMonitors(deps, c, { ...asked, isDryRun, plans }), 200)
    },
  )
  return routes
}
