import type { IncidentDetail } from '@repo/contracts/incidents'
import type { LiveEvent } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import { type By, lockIncidents } from '@repo/db/queries/incident-deeds'
import type { StoredIncident } from '@repo/db/queries/incidents'
import { type IncidentId, parseIncidentId, type WorkspaceId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { actorOf, record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import { expectedVersion } from './access/versions.ts'
import type { ApiDeps } from './deps.ts'
import { getIncident, toDetailJson } from './incident-reading.ts'
import { idOr404 } from './named-monitors.ts'
import { AppError } from './problems.ts'

export interface IncidentDeed {
  /** A noun and a verb, such as `incident.acknowledged`. */
  readonly action: string
  /** Another incident that is to stay as it is meanwhile. */
  readonly beside?: IncidentId
  /** What else is written down of it. */
  readonly said?: Record<string, unknown>
  /** @returns false where nothing had to be done. */
  apply(sql: Sql, at: { incident: StoredIncident; beside: StoredIncident | undefined; by: By }): Promise<boolean>
}

/** Does something with an incident while nobody else does, writes down who did, and tells of it. @throws AppError where that cannot be. */
export async function changeIncident(
  deps: ApiDeps,
  context: Context<Asked>,
  { action, beside, said, apply }: IncidentDeed,
): Promise<IncidentDetail> {
  const principal = context.get('principal')
  const { workspaceId } = principal
  const owned = { workspaceId, id: idOr404(parseIncidentId, context.req.param('id') ?? '') }
  const version = expectedVersion(context)
  const nowMs = deps.clock.nowMs()
  const { json, concerned } = await inTenant(deps, context, async (sql) => {
    const locked = await lockIncidents(sql, { workspaceId, ids: beside ? [owned.id, beside] : [owned.id] })
    const incident = locked.get(owned.id)
    if (!incident) throw new AppError('not_found')
    if (version !== undefined && version !== incident.version)
      throw new AppError('changed_meanwhile', 'read it anew, and try again')
    const { actorId, actorName } = actorOf(principal)
    const by = { actor: { id: actorId ?? principal.userId, name: actorName }, nowMs }
    const other = beside && locked.get(beside)
    const changed = await apply(sql, { incident, beside: other, by })
    const after = changed ? await getIncident(sql, owned) : incident
    if (changed)
      await record(sql, context, {
        action,
        subjectId: owned.id,
        before: audited(incident),
        after: { ...audited(after), ...said },
      })
    const concerned = changed ? [incident, ...(other ? [other] : [])] : []
    return { concerned, json: await toDetailJson(sql, after, nowMs) }
  })
  announceIncidents(deps, workspaceId, concerned)
  return json
}

/** What people wrote is in the incident; that they did is in the log. */
function audited({ acknowledged, assignee, resolution, mergedInto }: StoredIncident): Record<string, unknown> {
  return { acknowledgedBy: acknowledged?.by.name ?? null, assignee: assignee?.name ?? null, resolution, mergedInto }
}

/** Tells those who watch, and does not wait for it: they find it out by themselves if this fails. */
export function announceIncidents(
  { live, log }: Pick<ApiDeps, 'live' | 'log'>,
  workspaceId: WorkspaceId,
  incidents: readonly Pick<StoredIncident, 'id' | 'monitorId'>[],
): void {
  if (incidents.length === 0) return
  live
    .publish({ workspaceId, events: incidents.map(incidentEvent) })
    .catch((err: unknown) => log.warn({ err }, 'a change of an incident could not be announced'))
}

export function incidentEvent({ id, monitorId }: Pick<StoredIncident, 'id' | 'monitorId'>): LiveEvent {
  return { type: 'incident.changed', incidentId: id, monitorId }
}
