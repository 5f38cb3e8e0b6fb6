import type { Monitor } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { createMonitor, pauseMonitor } from '@repo/db/queries/monitors'
import { parseMonitorId } from '@repo/domain/ids'
import { monitorLimits } from '@repo/domain/limits'
import type { Context } from 'hono'
import { record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import type { ApiDeps } from './deps.ts'
import { watchingOf } from './heartbeats/watching.ts'
import { refuseForbidden } from './monitor-egress.ts'
import { auditedMonitor, getStored, type Owned, toMonitorJson } from './monitor-reading.ts'
import { keepLimits } from './monitor-writing.ts'
import { targetKey } from './monitors.ts'
import { AppError } from './problems.ts'
import { atRest } from './workspace-limits.ts'

const SUFFIX = ' (copy)'

/** A new monitor like the old one. Its sealed secrets are bound to the workspace and their field, and open here as there. */
export function cloneOwned(
  deps: ApiDeps,
  context: Context<Asked>,
  { owned, name }: { owned: Owned; name: string | undefined },
): Promise<Monitor> {
  const nowMs = deps.clock.nowMs()
  return inTenant(deps, context, async (sql) => {
    const source = await getStored(sql, owned)
    const spec = storedSpecSchema.safeParse(source.spec)
    if (!spec.success) throw new AppError('not_checked', 'its specification cannot be read: set what it checks anew')
    refuseForbidden(deps, spec.data)
    const created = {
      id: parseMonitorId(Bun.randomUUIDv7()),
      workspaceId: owned.workspaceId,
      name: name ?? `${source.name.slice(0, monitorLimits.nameLength - SUFFIX.length)}${SUFFIX}`,
      spec: spec.data,
      target: targetKey(spec.data),
      ...watchingOf(deps, spec.data, source),
      tags: source.tags,
      policy: source.policy,
      mutedRegions: source.mutedRegions,
    }
    const isPaused = source.pausedAtMs !== null
    await keepLimits(deps, sql, { workspaceId: owned.workspaceId, added: [isPaused ? atRest : created] })
    await createMonitor(sql, created, nowMs)
    if (isPaused) await pauseMonitor(sql, created, nowMs)
    const after = { ...auditedMonitor(created), clonedFrom: owned.id }
    await record(sql, context, { action: 'monitor.created', subjectId: created.id, after })
    return toMonitorJson({ ...deps, sql }, await getStored(sql, created))
  })
}
