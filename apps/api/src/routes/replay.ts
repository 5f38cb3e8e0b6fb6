import { createRoute } from '@hono/zod-openapi'
import { type Replayed, replayAskedSchema, replayLimits, replaySchema } from '@repo/contracts/replay'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { type ReplayedPast, replayPast } from '@repo/db/replay-past'
import type { OutcomeCode } from '@repo/domain/outcome'
import type { VerdictPolicy } from '@repo/domain/policy'
import { createGuard } from '../access/guard.ts'
import { inTenant } from '../access/tenant.ts'
import type { ApiDeps } from '../deps.ts'
import { fieldError } from '../field-error.ts'
import { getStored, idParams, ownedBy } from '../monitor-reading.ts'
import { votesOf } from '../monitor-votes.ts'
import { jsonAnswer, jsonRequest, openApiRouter, problems } from './openapi.ts'

const route = createRoute({
  method: 'post',
  path: '/monitors/{id}/replay',
  summary: 'Say what the stored checks would have come to under another policy; changes nothing',
  request: { params: idParams, ...jsonRequest(replayAskedSchema) },
  responses: { 200: jsonAnswer(replaySchema, 'What it would have come to, beside the present policy'), ...problems },
})

const DAY_MS = 86_400_000

export function replayRoutes(deps: ApiDeps) {
  const routes = openApiRouter()
  const guard = createGuard(deps)
  routes.openapi(guard(route, { role: 'viewer', resource: 'monitors', access: 'read' }), async (c) => {
    const owned = ownedBy(c.get('principal').workspaceId, c.req.valid('param').id)
    const asked = c.req.valid('json')
    const span = { fromMs: Date.parse(asked.from), toMs: Date.parse(asked.to) }
    refuseSpan(span)
    const json = await inTenant(deps, c, async (sql) => {
      const monitor = await getStored(sql, owned)
      const { policy } = votesOf({ policy: asked.policy }, monitor.regions, monitor)
      return compare(sql, { monitor, span, policy: policy as VerdictPolicy })
    })
    return c.json(json, 200)
  })
  return routes
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

function refuseSpan({ fromMs, toMs }: Span): void {
  if (toMs <= fromMs) throw fieldError('to', 'lies not after "from"')
  if (toMs - fromMs > replayLimits.days * DAY_MS)
    throw fieldError('to', `lies more than ${replayLimits.days} days after "from"`)
}

async function compare(
  sql: Sql,
  { monitor, span, policy }: { monitor: StoredMonitor; span: Span; policy: VerdictPolicy },
): Promise<Replayed> {
  const run = async (under: VerdictPolicy) => {
    const past = await replayPast(sql, monitor, { ...span, policy: under, mostLooks: replayLimits.looks })
    if (!past.isWhole)
      throw fieldError('from', `there are more than ${replayLimits.looks} checks since then: ask for less`)
    return past
  }
  const [replayed, present] = [await run(policy), await run(monitor.policy)]
  return {
    ...{ policy, from: isoTime(span.fromMs), to: isoTime(span.toMs), checks: replayed.looks },
    replayed: toOutcomeJson(replayed, span),
    present: toOutcomeJson(present, span),
  }
}

function toOutcomeJson({ incidents }: ReplayedPast, { toMs }: Span): Replayed['replayed'] {
  const lasted = ({ beganAtMs, endedAtMs }: (typeof incidents)[number]) => ((endedAtMs ?? toMs) - beganAtMs) / 1_000
  const down = incidents.filter(({ severity }) => severity === 'down')
  return {
    count: incidents.length,
    alerts: incidents.length + incidents.filter(({ endedAtMs }) => endedAtMs !== null).length,
    downSeconds: down.reduce((sum, one) => sum + lasted(one), 0),
    incidents: incidents
      .slice(-replayLimits.incidents)
      .toReversed()
      .map((one) => ({
        severity: one.severity,
        beganAt: isoTime(one.beganAtMs),
        endedAt: isoTimeOrNull(one.endedAtMs),
        durationSeconds: lasted(one),
        cause: one.cause && { ...one.cause, code: one.cause.code as OutcomeCode },
      })),
  }
}
