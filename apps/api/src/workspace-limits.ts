import type { Sql } from '@repo/db/database'
import { countMembers } from '@repo/db/queries/members'
import { countChecksPerMinute, countMonitors } from '@repo/db/queries/monitor-list'
import { findWorkspace } from '@repo/db/queries/workspaces'
import type { WorkspaceId } from '@repo/domain/ids'
import type { WorkspaceLimits } from './deps.ts'
import { AppError } from './problems.ts'

export interface Usage {
  readonly limits: WorkspaceLimits
  readonly used: { readonly monitors: number; readonly members: number; readonly checksPerMinute: number }
}

/** What a workspace may have, its own limits before those of the instance, and what it has; undefined where it is gone. */
export async function findUsage(
  sql: Sql,
  workspaceId: WorkspaceId,
  defaults: WorkspaceLimits,
): Promise<Usage | undefined> {
  const workspace = await findWorkspace(sql, workspaceId)
  if (!workspace) return undefined
  const own = workspace.limits
  const counts = await countMonitors(sql, workspaceId)
  return {
    used: {
      monitors: [...counts.values()].reduce((sum, count) => sum + count, 0),
      members: await countMembers(sql, workspaceId),
      checksPerMinute: await countChecksPerMinute(sql, workspaceId),
    },
    limits: {
      monitors: own.monitorLimit ?? defaults.monitors,
      members: own.memberLimit ?? defaults.members,
      checksPerMinute: own.checksPerMinute ?? defaults.checksPerMinute,
      intervalFloorSeconds: own.intervalFloorSeconds ?? defaults.intervalFloorSeconds,
    },
  }
}

export interface Load {
  readonly intervalMs: number
  readonly regions: { readonly length: number }
}

/**
 * Refuses what would go beyond the limits: `added` comes, `gone` goes. What a workspace has already may stay, whatever its
 * limits became. Two requests at once may pass by a monitor or two together.
 *
 * @throws AppError `limit_reached`.
 */
export function refuseBeyond({ limits, used }: Usage, added: readonly Load[], gone: readonly Load[] = []): void {
  const monitors = used.monitors + added.length - gone.length
  if (added.length > gone.length && monitors > limits.monitors)
    throw new AppError(
      'limit_reached',
      `this workspace may have ${limits.monitors} monitors and would have ${monitors}`,
    )
  const more = perMinute(added) - perMinute(gone)
  if (more > 0 && used.checksPerMinute + more > limits.checksPerMinute)
    throw new AppError(
      'limit_reached',
      `this workspace may have ${limits.checksPerMinute} checks a minute and would have ${Math.ceil(used.checksPerMinute + more)}`,
    )
  const [shortest, before] = [shortestOf(added), shortestOf(gone)]
  if (shortest < limits.intervalFloorSeconds * 1_000 && shortest < before)
    throw new AppError('limit_reached', `this workspace checks every ${limits.intervalFloorSeconds} s at most`)
}

/** A monitor that is paused: it counts as one, and asks for no checks. */
export const atRest: Load = { intervalMs: Number.POSITIVE_INFINITY, regions: [] }

function shortestOf(loads: readonly Load[]): number {
  return loads.reduce((shortest, { intervalMs }) => Math.min(shortest, intervalMs), Number.POSITIVE_INFINITY)
}

export function perMinute(loads: readonly Load[]): number {
  return loads.reduce((sum, { intervalMs, regions }) => sum + (60_000 / intervalMs) * regions.length, 0)
}
