import type { Plans } from '@repo/contracts/transfer-plans'
import type { Sql } from '@repo/db/database'
import { setManyParents } from '@repo/db/queries/dependencies'
import { createWindow, listWindows, type NewWindow } from '@repo/db/queries/maintenance'
import { createGroup, listGroups, type NewGroup } from '@repo/db/queries/monitor-groups'
import { type MonitorId, parseGroupId, parseWindowId, type WorkspaceId } from '@repo/domain/ids'
import { type AppliesTo, maintenanceLimits } from '@repo/domain/maintenance'
import { groupLimits } from '@repo/domain/monitor-group'
import type { Context } from 'hono'
import { record } from './access/audit.ts'
import type { Asked } from './access/guard.ts'
import type { ApiDeps } from './deps.ts'
import { auditedWindow } from './maintenance-windows.ts'
import { auditedGroup } from './monitor-groups.ts'
import { AppError } from './problems.ts'

export interface PlansAsked {
  readonly sql: Sql
  readonly plans: Plans
  /** The monitor at each place of the document. */
  readonly places: readonly MonitorId[]
  readonly skipExisting: boolean
  readonly isDryRun: boolean
}

/**
 * Makes the windows, groups and dependencies of a document whose monitors are there, or says how many it would make.
 *
 * @throws AppError `limit_reached`, or `dependency_cycle`.
 */
export async function importPlans(
  { clock }: Pick<ApiDeps, 'clock'>,
  context: Context<Asked>,
  { sql, plans, places, skipExisting, isDryRun }: PlansAsked,
): Promise<{ maintenance: number; groups: number }> {
  const { workspaceId } = context.get('principal')
  const known = await knownNames(sql, workspaceId)
  const isWanted = (names: ReadonlySet<string>) => (one: { name: string }) => !skipExisting || !names.has(one.name)
  const windows = plans.maintenance.filter(isWanted(known.windows)).map((one): NewWindow => {
    const appliesTo = fromPlaces(one.appliesTo, places)
    return { ...one, id: parseWindowId(Bun.randomUUIDv7()), workspaceId, appliesTo }
  })
  const groups = plans.groups.filter(isWanted(known.groups)).map((one): NewGroup => {
    const members = one.members.flatMap(({ monitor, weight }) =>
      at(places, [monitor]).map((id) => ({ monitorId: id, weight })),
    )
    return { ...one, id: parseGroupId(Bun.randomUUIDv7()), workspaceId, members: uniqueBy(members) }
  })
  refuseMore('maintenance windows', known.windowCount + windows.length, maintenanceLimits.windows)
  refuseMore('groups', known.groupCount + groups.length, groupLimits.groups)
  const counts = { maintenance: windows.length, groups: groups.length }
  if (isDryRun) return counts
  const nowMs = clock.nowMs()
  for (const window of windows) {
    await createWindow(sql, window, nowMs)
    await record(sql, context, { action: 'maintenance.created', subjectId: window.id, after: auditedWindow(window) })
  }
  for (const group of groups) {
    await createGroup(sql, group, nowMs)
    await record(sql, context, { action: 'group.created', subjectId: group.id, after: auditedGroup(group) })
  }
  await importDependencies(sql, workspaceId, { plans, places })
  return counts
}

async function importDependencies(
  sql: Sql,
  workspaceId: WorkspaceId,
  { plans, places }: Pick<PlansAsked, 'plans' | 'places'>,
): Promise<void> {
  // Two places may be of one monitor, and then what was said last counts.
  const changes = new Map(
    plans.dependencies.flatMap(({ monitor, parents }) =>
      at(places, [monitor]).map((id) => [id, { id, parentIds: at(places, parents) }] as const),
    ),
  )
  const result = await setManyParents(sql, workspaceId, [...changes.values()])
  if (result.kind === 'set') return
  // The way may lead over monitors that were there before; one of its steps at least is of the document.
  const place = places.findIndex((id) => result.way.includes(id))
  throw new AppError('dependency_cycle', `over its parents, monitor ${place} of the document hangs on itself`)
}

async function knownNames(sql: Sql, workspaceId: WorkspaceId) {
  const windows = (await listWindows(sql, workspaceId, { limit: maintenanceLimits.windows })).items
  const groups = (await listGroups(sql, workspaceId, { limit: groupLimits.groups })).items
  return {
    windows: new Set(windows.map(({ name }) => name)),
    groups: new Set(groups.map(({ name }) => name)),
    windowCount: windows.length,
    groupCount: groups.length,
  }
}

function refuseMore(what: string, count: number, limit: number): void {
  if (count > limit) throw new AppError('limit_reached', `at most ${limit} ${what}`)
}

function fromPlaces(appliesTo: Plans['maintenance'][number]['appliesTo'], places: readonly MonitorId[]): AppliesTo {
  if (appliesTo.kind !== 'monitors') return appliesTo
  return { kind: 'monitors', monitorIds: at(places, appliesTo.monitors) }
}

/** Two places may be of one monitor: of those that were passed over because the workspace has it. */
function at(places: readonly MonitorId[], asked: readonly number[]): MonitorId[] {
  return [...new Set(asked.flatMap((place) => places[place] ?? []))]
}

function uniqueBy<Item extends { readonly monitorId: MonitorId }>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [item.monitorId, item])).values()]
}
