import type { CheckSpec } from '@repo/contracts/check-spec'
import type { ChangedPolicy } from '@repo/contracts/policy'
import type { Sql } from '@repo/db/database'
import type { NewMonitor } from '@repo/db/queries/monitors'
import { parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Region } from '@repo/domain/region'
import type { ApiDeps } from './deps.ts'
import { watchingOf } from './heartbeats/watching.ts'
import { refuseForbidden } from './monitor-egress.ts'
import { sealSpec } from './monitor-secrets.ts'
import { votesOf } from './monitor-votes.ts'
import { defaultName, targetKey } from './monitors.ts'
import { AppError } from './problems.ts'
import { findUsage, type Load, refuseBeyond } from './workspace-limits.ts'

export interface AskedMonitor {
  readonly name?: string | undefined
  readonly spec: CheckSpec
  readonly intervalSeconds: number
  readonly tags?: readonly string[]
  readonly policy?: ChangedPolicy | undefined
  readonly mutedRegions?: readonly string[] | undefined
}

/**
 * A monitor as it will be stored: its addresses judged, its secrets sealed. `path` is where it stands in what was sent.
 *
 * @throws AppError `invalid_body`.
 */
export function makeNew(
  deps: Pick<ApiDeps, 'egress' | 'keyring'>,
  { name, spec, intervalSeconds, tags = [], ...asked }: AskedMonitor,
  { workspaceId, regions, path = 'spec' }: { workspaceId: WorkspaceId; regions: readonly Region[]; path?: string },
): NewMonitor {
  refuseForbidden(deps, spec, path)
  const watching = watchingOf(deps, spec, { workspaceId, intervalMs: intervalSeconds * 1_000, regions })
  const votes = votesOf(asked, watching.regions)
  return {
    id: parseMonitorId(Bun.randomUUIDv7()),
    workspaceId,
    name: name ?? defaultName(spec),
    spec: sealSpec(deps.keyring, workspaceId, spec),
    target: targetKey(spec),
    ...watching,
    policy: { ...watching.policy, ...votes.policy },
    mutedRegions: votes.mutedRegions,
    tags,
  }
}

/** @throws AppError `limit_reached` where what comes, less what goes, is more than the workspace may have. */
export async function keepLimits(
  { limits }: Pick<ApiDeps, 'limits'>,
  sql: Sql,
  { workspaceId, added, gone }: { workspaceId: WorkspaceId; added: readonly Load[]; gone?: readonly Load[] },
): Promise<void> {
  const usage = await findUsage(sql, workspaceId, limits)
  if (!usage) throw new AppError('not_found')
  refuseBeyond(usage, added, gone)
}
