import { type Group, groupRuleSchema } from '@repo/contracts/groups'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { listOpenOutages } from '@repo/db/queries/group-outages'
import { findGroup, type GroupMember, type StoredGroup } from '@repo/db/queries/monitor-groups'
import { findMonitors, shownStatus } from '@repo/db/queries/monitors'
import type { GroupId, WorkspaceId } from '@repo/domain/ids'
import { judgeGroup } from '@repo/domain/monitor-group'
import { namedMonitors } from './named-monitors.ts'
import { AppError } from './problems.ts'

/** @throws AppError `not_found` where the workspace has no such group. */
export async function getGroup(
  sql: Sql,
  owned: { readonly workspaceId: WorkspaceId; readonly id: GroupId },
): Promise<StoredGroup> {
  const group = await findGroup(sql, owned)
  if (!group) throw new AppError('not_found')
  return group
}

/** Groups with what their members say now, by one question for all of them, and the outage of each that lasts. */
export async function toGroupsJson(
  sql: Sql,
  workspaceId: WorkspaceId,
  groups: readonly StoredGroup[],
): Promise<Group[]> {
  const ids = new Set(groups.flatMap(({ members }) => members.map(({ monitorId }) => monitorId)))
  const monitors = new Map(
    (await findMonitors(sql, { workspaceId, ids: [...ids] })).map((monitor) => [monitor.id, monitor]),
  )
  const outages = await listOpenOutages(
    sql,
    groups.map(({ id }) => id),
  )
  return groups.map((group) => {
    const outage = outages.get(group.id)
    const rule = groupRuleSchema.parse(group.rule)
    const members = group.members.flatMap(({ monitorId, weight }) => {
      const monitor = monitors.get(monitorId)
      return monitor ? [{ monitorId, name: monitor.name, weight, status: shownStatus(monitor) }] : []
    })
    return {
      id: group.id,
      name: group.name,
      rule,
      status: judgeGroup(rule, members),
      members,
      outage: outage ? { id: outage.id, beganAt: isoTime(outage.beganAtMs) } : null,
      version: group.version,
      createdAt: isoTime(group.createdAtMs),
      updatedAt: isoTime(group.updatedAtMs),
    }
  })
}

/** @throws AppError `invalid_body` where the workspace does not have one of the monitors. */
export async function chooseMembers(
  sql: Sql,
  workspaceId: WorkspaceId,
  asked: readonly { readonly monitorId: string; readonly weight: number }[],
): Promise<GroupMember[]> {
  const named = asked.map(({ monitorId }) => monitorId)
  const monitors = await namedMonitors(sql, workspaceId, { named, field: 'members' })
  return monitors.map(({ id }, place) => ({ monitorId: id, weight: asked[place]?.weight ?? 1 }))
}

/** A group as the audit log keeps it. */
export function auditedGroup({
  name,
  rule,
  members,
}: Pick<StoredGroup, 'name' | 'rule' | 'members'>): Record<string, unknown> {
  return { name, rule, members: members.toSorted((a, b) => (a.monitorId < b.monitorId ? -1 : 1)) }
}
