import type { CheckResult } from '@repo/domain/check'
import type { WorkspaceId } from '@repo/domain/ids'
import { parseRegion, pingRegion } from '@repo/domain/region'
import {
  type Look,
  makeMonitorId,
  makeResult,
  makeUserId,
  makeWorkspaceId,
  noonMs,
  type Watched,
} from '@repo/domain/testing'
import { sql as text } from 'drizzle-orm'
import type { Sql } from '../src/database.ts'
import { insertTicks } from '../src/queries/insert-ticks.ts'
import { type MonitorFigures, storedPercent } from '../src/queries/monitor-figures.ts'
import { createMonitor, findMonitor, type NewMonitor, type StoredMonitor } from '../src/queries/monitors.ts'
import { getRegionKeys } from '../src/queries/regions.ts'
import { createUser, type NewUser } from '../src/queries/users.ts'
import { hashOf } from './people.ts'

/** Rows for tests, made by the queries that make them in earnest. */

export async function addUser(sql: Sql, changed: Partial<NewUser> = {}): Promise<NewUser> {
  const id = makeUserId()
  const user = { id, workspaceId: makeWorkspaceId(), username: `user-${id}`, passwordHash: 'none', ...changed }
  if (!(await createUser(sql, user)).created) throw new Error(`the name ${user.username} is taken`)
  return user
}

export async function addWorkspace(sql: Sql): Promise<WorkspaceId> {
  return (await addUser(sql)).workspaceId
}

export function makeMonitor(workspaceId: WorkspaceId, changed: Partial<NewMonitor> = {}): NewMonitor {
  const url = 'https://example.com/'
  return {
    id: makeMonitorId(),
    workspaceId,
    name: 'example.com',
    spec: { kind: 'http', url },
    target: url,
    intervalMs: 60_000,
    regions: [parseRegion('a')],
    ...changed,
  }
}

/** A job that tells of itself, by default every hour with five minutes of grace. Its token is its id. */
export async function addHeartbeat(sql: Sql, workspaceId: WorkspaceId, spec: object = {}): Promise<StoredMonitor> {
  const id = makeMonitorId()
  const schedule = { kind: 'period', seconds: 3_600 }
  return addMonitor(sql, workspaceId, {
    id,
    spec: { kind: 'heartbeat', schedule, graceSeconds: 300, maxRunSeconds: null, ...spec },
    target: 'heartbeat',
    intervalMs: 3_600_000,
    regions: [pingRegion],
    policy: { failures: 1, recoveries: 1 },
    heartbeat: { tokenHash: hashOf(id), token: 'sealed' },
  })
}

/** A monitor whose schedule began at `noonMs`. */
export async function addMonitor(
  sql: Sql,
  workspaceId: WorkspaceId,
  changed: Partial<NewMonitor> = {},
): Promise<StoredMonitor> {
  const created = makeMonitor(workspaceId, changed)
  await createMonitor(sql, created, noonMs)
  return reread(sql, created)
}

export async function reread(sql: Sql, owned: Pick<NewMonitor, 'workspaceId' | 'id'>): Promise<StoredMonitor> {
  const monitor = await findMonitor(sql, owned)
  if (!monitor) throw new Error(`there is no monitor ${owned.id}`)
  return monitor
}

/** Stores ticks as they are, without any verdict. */
export async function addTicks(sql: Sql, watched: Watched, ticks: readonly Look[]): Promise<readonly CheckResult[]> {
  const keys = await getRegionKeys(sql, [...new Set(ticks.map((tick) => tick.region))])
  return insertTicks(
    sql,
    ticks.map((tick) => makeResult(watched, tick)),
    keys,
  )
}

/** Figures of the monitor of this name, in small letters, as the keeper of figures writes them. */
export async function setFigures(
  sql: Sql,
  workspaceId: WorkspaceId,
  { name, ...figures }: MonitorFigures & { name: string },
): Promise<void> {
  await sql.execute(text`
    update monitor_figures set uptime_day = ${storedPercent(figures.uptimePercent24h)}::integer,
      uptime_month = ${storedPercent(figures.uptimePercent30d)}::integer, p95_us = ${figures.p95Us}::integer
    where workspace_id = ${workspaceId} and name_key = ${name}`)
}
