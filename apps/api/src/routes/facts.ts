import { createRoute } from '@hono/zod-openapi'
import { type Fact, factsSchema } from '@repo/contracts/facts'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { listFacts, type ReadFact } from '@repo/db/queries/watched-facts'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { jsonAnswer, openApiRouter, problems } from './openapi.ts'

const list = createRoute({
  method: 'get',
  path: '/monitors/{id}/facts',
  summary: 'The certificate, the registration and the records that were last seen',
  request: { params: idParams },
  responses: { 200: jsonAnswer(factsSchema, 'What is known, one of each kind'), 404: problems[404] },
})

export function factRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(list, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const facts = await inTenant(deps, c, async (sql) => listFacts(sql, (await getStored(sql, owned)).monitorKey))
    return c.json({ items: facts.map(toFactJson) }, 200)
  })
  return routes
}

function toFactJson({ kind, known, expiresAtMs, changedAtMs }: ReadFact): Fact {
  const { certificate } = known
  return {
    kind,
    shown: known.shown,
    expiresAt: isoTimeOrNull(expiresAtMs),
    changedAt: isoTime(changedAtMs),
    fingerprint: kind === 'certificate' ? known.value : null,
    // A chain shares what it is made of with what is stored; the answer has arrays of its own.
    certificate: certificate ? { ...certificate, names: [...certificate.names], chain: [...certificate.chain] } : null,
  }
}
