import { z } from '@hono/zod-openapi'
import type { Monitor } from '@repo/contracts/monitors'
import { recentLimit } from '@repo/contracts/monitors'
import { storedSpecSchema } from '@repo/contracts/spec-schemas'
import { maskSpec } from '@repo/contracts/spec-secrets'
import type { Sql } from '@repo/db/database'
import { findMonitor, type StoredMonitor } from '@repo/db/queries/monitors'
import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import { defaultPolicy, type VerdictPolicy } from '@repo/domain/policy'
import type { ApiDeps } from './deps.ts'
import { toMonitorsJson } from './monitors.ts'
import { AppError } from './problems.ts'

export const idParams = z.object({ id: z.string() })

export interface Owned {
  readonly workspaceId: WorkspaceId
  readonly id: MonitorId
}

/** An id that is none is as absent as one that never was. @throws AppError `not_found`. */
export function ownedBy(workspaceId: WorkspaceId, id: string): Owned {
  try {
    return { workspaceId, id: parseMonitorId(id) }
  } catch {
    throw new AppError('not_found')
  }
}

/** @throws AppError `not_found` where the workspace has no such monitor. */
export async function getStored(sql: Sql, owned: Owned): Promise<StoredMonitor> {
  const monitor = await findMonitor(sql, owned)
  if (!monitor) throw new AppError('not_found')
  return monitor
}

/** With all the marks that can be asked for, unless fewer are wanted. */
export async function toMonitorJson(
  { sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>,
  stored: StoredMonitor,
  recent: number = recentLimit,
): Promise<Monitor> {
  const [json] = await toMonitorsJson({ sql, clock }, [stored], recent)
  if (!json) throw new AppError('not_found')
  return json
}

/** A monitor as the audit log keeps it: nothing of its state, and nothing of its secrets. */
export function auditedMonitor({ spec, ...monitor }: AuditedMonitor): Record<string, unknown> {
  const parsed = storedSpecSchema.safeParse(spec)
  return {
    name: monitor.name,
    spec: parsed.success ? maskSpec(parsed.data) : null,
    intervalSeconds: monitor.intervalMs / 1_000,
    regions: [...monitor.regions],
    tags: [...(monitor.tags ?? [])],
    policy: { ...defaultPolicy, ...monitor.policy },
    mutedRegions: [...(monitor.mutedRegions ?? [])],
  }
}

type AuditedMonitor = Pick<StoredMonitor, 'name' | 'spec' | 'intervalMs' | 'regions'> &
  Partial<Pick<StoredMonitor, 'tags' | 'mutedRegions'>> & { policy?: Partial<VerdictPolicy> }
