import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { maskSpec } from '@repo/contracts/spec-secrets'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import { type Exported, type ExportedMonitor, transferFormat } from '@repo/contracts/transfer'
import type { Sql } from '@repo/db/database'
import { listKeys } from '@repo/db/queries/api-keys'
import { listMembers } from '@repo/db/queries/members'
import { listMonitors, listTags, type MonitorCursor } from '@repo/db/queries/monitor-list'
import type { StoredMonitor } from '@repo/db/queries/monitors'
import { findWorkspace } from '@repo/db/queries/workspaces'
import type { WorkspaceId } from '@repo/domain/ids'
import type { Context } from 'hono'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import type { ApiDeps } from './deps.ts'
import { exportPlans } from './plan-export.ts'
import { AppError } from './problems.ts'

/** All that a workspace has, in one instant of it, without what opens anything. A monitor whose row is spoilt is left out. */
export function exportWorkspace(deps: ApiDeps, context: Context<Asked>): Promise<Exported> {
  const { workspaceId } = context.get('principal')
  return inTenant(deps, context, async (sql) => {
    const workspace = await findWorkspace(sql, workspaceId)
    if (!workspace) throw new AppError('not_found')
    // One whose row is spoilt is left out, and has no place.
    const monitors = (await listAll(sql, workspaceId)).filter(({ spec }) => storedSpecSchema.safeParse(spec).success)
    return {
      format: transferFormat,
      exportedAt: isoTime(deps.clock.nowMs()),
      workspace: { name: workspace.name },
      tags: (await listTags(sql, workspaceId)).map(({ tag }) => tag),
      monitors: monitors.flatMap(toExported),
      ...(await exportPlans(
        sql,
        workspaceId,
        monitors.map(({ id }) => id),
      )),
      members: (await listMembers(sql, workspaceId)).map(({ username, role }) => ({ username, role })),
      keys: (await listKeys(sql, workspaceId)).map(
        ({ name, prefix, scopes, createdByName, createdAtMs, expiresAtMs }) => ({
          name,
          prefix,
          scopes: [...scopes],
          createdBy: createdByName,
          createdAt: isoTime(createdAtMs),
          expiresAt: isoTimeOrNull(expiresAtMs),
        }),
      ),
    }
  })
}

const monitorsAtOnce = 1_000

/** Every monitor of the workspace, in the order in which they came. */
export async function listAll(sql: Sql, workspaceId: WorkspaceId): Promise<StoredMonitor[]> {
  const found: StoredMonitor[] = []
  let cursor: MonitorCursor | undefined
  do {
    const page = await listMonitors(sql, workspaceId, { sort: 'created', limit: monitorsAtOnce, cursor })
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

function toExported({ spec, ...monitor }: StoredMonitor): ExportedMonitor[] {
  const parsed = storedSpecSchema.safeParse(spec)
  if (!parsed.success) return []
  return [
    {
      name: monitor.name,
      spec: maskSpec(parsed.data),
      intervalSeconds: monitor.intervalMs / 1_000,
      regions: [...monitor.regions],
      tags: [...monitor.tags],
      policy: monitor.policy,
      mutedRegions: [...monitor.mutedRegions],
      paused: monitor.pausedAtMs !== null,
    },
  ]
}
