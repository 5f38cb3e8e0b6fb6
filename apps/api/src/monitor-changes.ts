import type { changeMonitorSchema, Monitor } from '@repo/contracts/monitors'
import type { Sql } from '@repo/db/database'
import { changeMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { parseRegion } from '@repo/domain/region'
import type { Context } from 'hono'
import type { z } from 'zod'
import { record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import { expectedVersion } from './access/versions.ts'
import type { ApiDeps } from './deps.ts'
import { type ChangedWatching, changedWatching } from './heartbeats/watching.ts'
import { refuseForbidden } from './monitor-egress.ts'
import { auditedMonitor, getStored, type Owned, toMonitorJson } from './monitor-reading.ts'
import { sealChange } from './monitor-secrets.ts'
import { secretsChanged } from './monitor-secrets-changed.ts'
import { votesOf } from './monitor-votes.ts'
import { keepLimits } from './monitor-writing.ts'
import { chooseRegions, targetKey } from './monitors.ts'
import { AppError } from './problems.ts'
import { atRest } from './workspace-limits.ts'

type AskedChange = z.output<typeof changeMonitorSchema>

/** Changes a monitor within the limits of its workspace, and writes down who did. @throws AppError where that cannot be. */
export async function changeOwned(
  deps: ApiDeps,
  context: Context<Asked>,
  { owned, asked }: { owned: Owned; asked: AskedChange },
): Promise<Monitor> {
  const version = expectedVersion(context)
  const { name, tags } = asked
  if (asked.regions) await chooseRegions(deps, asked.regions)
  if (asked.spec) refuseForbidden(deps, asked.spec)
  return inTenant(deps, context, async (sql) => {
    const before = await getStored(sql, owned)
    const { intervalSeconds, regions, afterMs } = changedWatching(before, asked)
    const spec = asked.spec && sealChange(deps.keyring, { ...owned, changed: asked.spec, stored: before.spec })
    const votes = votesOf(asked, regions?.map(parseRegion) ?? before.regions, before)
    await keepChangedLimits(deps, sql, { before, asked: { intervalSeconds, regions } })
    const result = await changeMonitor(sql, owned, {
      nowMs: deps.clock.nowMs(),
      afterMs,
      expectedVersion: version,
      ...(name !== undefined && { name }),
      ...(spec && { spec, target: targetKey(spec) }),
      ...(intervalSeconds !== undefined && { intervalMs: intervalSeconds * 1_000 }),
      ...(regions && { regions: regions.map(parseRegion) }),
      ...(tags && { tags }),
      ...(asked.policy && { policy: votes.policy }),
      ...((asked.mutedRegions || regions) && { mutedRegions: votes.mutedRegions }),
    })
    refuseMissed(result)
    const after = await getStored(sql, owned)
    const secrets = spec ? secretsChanged(deps.keyring, before, after) : []
    await record(sql, context, {
      action: 'monitor.changed',
      subjectId: owned.id,
      before: auditedMonitor(before),
      after: { ...auditedMonitor(after), ...(secrets.length > 0 && { secretsChanged: secrets }) },
    })
    return toMonitorJson({ ...deps, sql }, after)
  })
}

async function keepChangedLimits(
  deps: ApiDeps,
  sql: Sql,
  {
    before,
    asked: { intervalSeconds, regions },
  }: { before: StoredMonitor; asked: Pick<ChangedWatching, 'intervalSeconds' | 'regions'> },
): Promise<void> {
  if (intervalSeconds === undefined && !regions) return
  const after = {
    intervalMs: intervalSeconds === undefined ? before.intervalMs : intervalSeconds * 1_000,
    regions: regions ?? before.regions,
  }
  const isPaused = before.pausedAtMs !== null
  // What a paused one would ask for is counted when it is resumed; how often it may be checked is said now.
  const added = isPaused ? { ...after, regions: atRest.regions } : after
  await keepLimits(deps, sql, { workspaceId: before.workspaceId, added: [added], gone: [before] })
}

/**
 * Makes sure, until the transaction ends, that the monitor is of the version that was asked for.
 *
 * @throws AppError `changed_meanwhile`, or `not_found`.
 */
export async function holdVersion(
  sql: Sql,
  owned: Owned,
  { nowMs, expectedVersion: version }: { nowMs: number; expectedVersion: number | undefined },
): Promise<void> {
  if (version === undefined) return
  refuseMissed(await changeMonitor(sql, owned, { nowMs, expectedVersion: version }))
}

function refuseMissed(result: 'changed' | 'stale' | 'absent'): void {
  if (result === 'absent') throw new AppError('not_found')
  if (result === 'stale') throw new AppError('changed_meanwhile', 'read it anew, and try again')
}
