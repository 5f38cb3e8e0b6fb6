import { groupRuleSchema } from '@repo/contracts/groups'
import { scheduleSchema, windowAnnouncementSchema } from '@repo/contracts/maintenance'
import type { Plans } from '@repo/contracts/transfer-plans'
import type { Sql } from '@repo/db/database'
import { listDependencies } from '@repo/db/queries/dependencies'
import { listWindows } from '@repo/db/queries/maintenance'
import { listGroups } from '@repo/db/queries/monitor-groups'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { type AppliesTo, maintenanceLimits } from '@repo/domain/maintenance'
import { groupLimits } from '@repo/domain/monitor-group'

/** What refers to the monitors of a document, by their places in it. What somebody has spoilt is left out, as monitors are. */
export async function exportPlans(
  sql: Sql,
  workspaceId: WorkspaceId,
  monitorIds: readonly MonitorId[],
): Promise<Plans> {
  const placeOf = new Map(monitorIds.map((id, place) => [id, place]))
  const places = (ids: readonly MonitorId[]) => ids.flatMap((id) => placeOf.get(id) ?? [])
  const windows = await listWindows(sql, workspaceId, { limit: maintenanceLimits.windows })
  const groups = await listGroups(sql, workspaceId, { limit: groupLimits.groups })
  const dependencies = Map.groupBy(await listDependencies(sql, workspaceId), ({ childId }) => childId)
  return {
    maintenance: windows.items.flatMap(({ name, schedule, appliesTo, announcement }) => {
      const parsed = scheduleSchema.safeParse(schedule)
      if (!parsed.success) return []
      const said = windowAnnouncementSchema.safeParse(announcement)
      const window = { name, schedule: parsed.data, appliesTo: toPlaces(appliesTo, places) }
      return [{ ...window, ...(said.success && { announcement: said.data }) }]
    }),
    groups: groups.items.map(({ name, rule, members }) => ({
      name,
      rule: groupRuleSchema.parse(rule),
      members: members.flatMap(({ monitorId, weight }) => places([monitorId]).map((monitor) => ({ monitor, weight }))),
    })),
    dependencies: [...dependencies].flatMap(([childId, all]) =>
      places([childId]).map((monitor) => ({ monitor, parents: places(all.map(({ parentId }) => parentId)) })),
    ),
  }
}

function toPlaces(
  appliesTo: AppliesTo,
  places: (ids: readonly MonitorId[]) => number[],
): Plans['maintenance'][number]['appliesTo'] {
  if (appliesTo.kind === 'monitors') return { kind: 'monitors', monitors: places(appliesTo.monitorIds) }
  return appliesTo.kind === 'tags' ? { kind: 'tags', tags: [...appliesTo.tags] } : { kind: 'all' }
}
