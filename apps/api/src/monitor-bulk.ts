import { type Bulk, bulkLimit, type bulkResults } from '@repo/contracts/bulk'
import type { LiveEvent } from '@repo/contracts/live'
import { tagLimits } from '@repo/contracts/monitors'
import { isoTime, isoTimeOrNull } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { listEndedByPause } from '@repo/db/queries/incident-deeds'
import { listMonitors } from '@repo/db/queries/monitor-list'
import { deleteMonitors, pauseMonitors, resumeMonitors, tagMonitors } from '@repo/db/queries/monitor-moves'
import { createMonitors, findMonitors, type StoredMonitor, shownStatus } from '@repo/db/queries/monitors'
import { type MonitorId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Context } from 'hono'
import { record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import { inTenant } from './access/tenant.ts'
import type { ApiDeps } from './deps.ts'
import { fieldError } from './field-error.ts'
import { incidentEvent } from './incident-changes.ts'
import { refuseMissing } from './missing-secrets.ts'
import { keepLimits, makeNew } from './monitor-writing.ts'
import { announceChanges, chooseRegions } from './monitors.ts'
import { atRest } from './workspace-limits.ts'

export type BulkItem = { id: string; result: (typeof bulkResults)[number] }

type BulkChange = Exclude<Bulk, { action: 'create' }>
type Action = BulkChange['action']

/** Does one thing to many monitors in one transaction, writes it down once, and tells of it once. */
export async function carryOutBulk(deps: ApiDeps, context: Context<Asked>, bulk: Bulk): Promise<BulkItem[]> {
  if (bulk.action === 'create') return createMany(deps, context, bulk.monitors)
  const { workspaceId } = context.get('principal')
  const nowMs = deps.clock.nowMs()
  const done = await inTenant(deps, context, async (sql) => {
    const { found, absent } = await findChosen(sql, workspaceId, bulk)
    const apply = { sql, workspaceId, found, nowMs }
    const changed = await ways[bulk.action](deps, apply, 'tags' in bulk ? bulk.tags : [])
    await record(sql, context, {
      action: `monitor.bulk_${results[bulk.action]}`,
      subjectId: null,
      after: { ids: changed, ...('tags' in bulk && { tags: bulk.tags }) },
    })
    const ended = bulk.action === 'pause' ? await listEndedByPause(sql, { workspaceId, ids: changed, nowMs }) : []
    return { found, absent, ended, changed: new Set<string>(changed) }
  })
  const changedOnes = done.found.filter(({ id }) => done.changed.has(id))
  const moved = changedOnes.map((monitor) => eventOf(bulk.action, monitor, nowMs))
  const events = [...moved, ...done.ended.map(incidentEvent)]
  announceChanges(deps, { workspaceId, ids: changedOnes.map(({ id }) => id) }, events)
  const result = (id: string): BulkItem['result'] => (done.changed.has(id) ? results[bulk.action] : 'unchanged')
  return [
    ...done.found.map(({ id }) => ({ id, result: result(id) })),
    ...done.absent.map((id) => ({ id, result: 'absent' as const })),
  ]
}

async function createMany(
  deps: ApiDeps,
  context: Context<Asked>,
  asked: Extract<Bulk, { action: 'create' }>['monitors'],
): Promise<BulkItem[]> {
  const { workspaceId } = context.get('principal')
  const named = asked.flatMap(({ regions }) => regions ?? [])
  await chooseRegions(deps, [...new Set(named)])
  const created = asked.map((one, index) => {
    const regions = (one.regions as typeof deps.regions | undefined) ?? deps.regions
    return makeNew(deps, one, { workspaceId, regions, path: `monitors.${index}.spec` })
  })
  const ids = created.map(({ id }) => id)
  await inTenant(deps, context, async (sql) => {
    await keepLimits(deps, sql, { workspaceId, added: created })
    await createMonitors(sql, created, deps.clock.nowMs())
    const after = { ids, names: created.map(({ name }) => name) }
    await record(sql, context, { action: 'monitor.bulk_created', subjectId: null, after })
  })
  announceChanges(
    deps,
    { workspaceId, ids },
    ids.map((monitorId) => ({ type: 'monitor.changed', monitorId })),
  )
  return ids.map((id) => ({ id, result: 'created' }))
}

async function findChosen(
  sql: Sql,
  workspaceId: WorkspaceId,
  { ids, filter }: Pick<BulkChange, 'ids' | 'filter'>,
): Promise<{ found: readonly StoredMonitor[]; absent: readonly string[] }> {
  if (ids) {
    const wanted = [...new Set(ids.map((id) => parseMonitorId(id.toLowerCase())))]
    const found = await findMonitors(sql, { workspaceId, ids: wanted })
    const known = new Set(found.map(({ id }) => id))
    return { found, absent: wanted.filter((id) => !known.has(id)) }
  }
  const { items, next } = await listMonitors(sql, workspaceId, { ...filter, limit: bulkLimit })
  if (next) throw fieldError('filter', `finds more than ${bulkLimit} monitors: say more of them`)
  return { found: items, absent: [] }
}

interface Applied {
  readonly sql: Sql
  readonly workspaceId: WorkspaceId
  readonly found: readonly StoredMonitor[]
  readonly nowMs: number
}

type Way = (deps: ApiDeps, applied: Applied, tags: readonly string[]) => Promise<MonitorId[]>

const idsOf = ({ workspaceId, found }: Applied) => ({ workspaceId, ids: found.map(({ id }) => id) })

const ways: Record<Action, Way> = {
  pause: (_deps, applied) => pauseMonitors(applied.sql, idsOf(applied), applied.nowMs),
  async resume(deps, applied) {
    const paused = applied.found.filter(({ pausedAtMs }) => pausedAtMs !== null)
    refuseMissing(paused)
    await keepLimits(deps, applied.sql, { ...applied, added: paused, gone: paused.map(() => atRest) })
    return resumeMonitors(applied.sql, idsOf(applied), applied.nowMs)
  },
  delete: (_deps, applied) => deleteMonitors(applied.sql, idsOf(applied)),
  tag(_deps, applied, tags) {
    const full = applied.found.find((monitor) => new Set([...monitor.tags, ...tags]).size > tagLimits.count)
    if (full) throw fieldError('tags', `"${full.name}" would have more than ${tagLimits.count} tags`)
    return tagMonitors(applied.sql, idsOf(applied), { add: tags, nowMs: applied.nowMs })
  },
  untag: (_deps, applied, tags) => tagMonitors(applied.sql, idsOf(applied), { remove: tags, nowMs: applied.nowMs }),
}

const results = {
  pause: 'paused',
  resume: 'resumed',
  delete: 'deleted',
  tag: 'tagged',
  untag: 'untagged',
} as const satisfies Record<Action, BulkItem['result']>

function eventOf(action: Action, before: StoredMonitor, nowMs: number): LiveEvent {
  const { id: monitorId, state } = before
  const previous = shownStatus(before)
  switch (action) {
    case 'delete':
      return { type: 'monitor.deleted', monitorId }
    case 'pause': {
      const since = isoTime(nowMs)
      return { type: 'monitor.status', monitorId, status: 'paused', previous, since, message: null }
    }
    case 'resume': {
      const status = state.maintenance ? 'maintenance' : 'unknown'
      const since = isoTimeOrNull(state.maintenance?.sinceMs ?? null)
      return { type: 'monitor.status', monitorId, status, previous, since, message: null }
    }
    default:
      return { type: 'monitor.changed', monitorId }
  }
}
