import { groupRuleSchema } from '@repo/contracts/groups'
import type { LiveBatch } from '@repo/contracts/live'
import type { Sql } from '@repo/db/database'
import {
  endGroupOutages,
  enqueueGroupEvents,
  type GroupStand,
  listGroupStands,
  openGroupOutages,
  tellGroupOutages,
} from '@repo/db/queries/group-outages'
import { decideGroupOutage, type GroupOutageStep } from '@repo/domain/group-outage'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Lease } from '@repo/streams/lease'
import { createPace, type Pace } from './pace.ts'

export interface GroupKeeperDeps {
  readonly sql: Sql
  readonly lease: Lease
  readonly announce: (batch: LiveBatch) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly pace?: Pace
}

const everyMs = 1_000

/**
 * Opens and ends the outages of groups as their members come and go, one of all dbpushers at a time. Whatever makes a group work
 * or not (a verdict, a pause, maintenance, another rule) is seen in what it is now: nothing has to be noted down for it.
 */
export function createGroupKeeper(deps: GroupKeeperDeps): Service {
  const { sql, lease, announce, clock, log, pace = createPace(everyMs) } = deps

  return async function groupKeeper(signal) {
    while (!signal.aborted) {
      await pace.time(round).catch((err: unknown) => log.warn({ err }, 'groups could not be judged, trying again'))
      await clock.sleep(pace.waitMs(), signal)
    }
    await lease.release().catch(() => {})
  }

  async function round(): Promise<void> {
    if (!(await lease.hold()).held) return
    const nowMs = clock.nowMs()
    const decided = (await listGroupStands(sql, nowMs)).flatMap((group) => {
      const rule = groupRuleSchema.parse(group.rule)
      const step = decideGroupOutage({ ...group, rule }, nowMs)
      return step.kind === 'none' ? [] : [{ group, step }]
    })
    if (decided.length === 0) return
    const moved = await sql.transaction((tx) => saveSteps(tx, decided, nowMs))
    for (const [workspaceId, groups] of Map.groupBy(moved, (group) => group.workspaceId))
      await announce({ workspaceId, events: groups.map(({ id }) => ({ type: 'group.changed', groupId: id })) })
  }
}

interface Decided {
  readonly group: GroupStand
  readonly step: GroupOutageStep
}

/** @returns the groups of which something is new. What somebody else did meanwhile is neither done nor told once more. */
async function saveSteps(tx: Sql, decided: readonly Decided[], nowMs: number): Promise<GroupStand[]> {
  const opening = decided.flatMap(({ group, step }) =>
    step.kind === 'open' ? [{ ...step, group, id: Bun.randomUUIDv7(), groupId: group.id }] : [],
  )
  const telling = decided.flatMap(({ group, step }) => (step.kind === 'tell' && group.open ? [group] : []))
  const ending = decided.flatMap(({ group, step }) =>
    step.kind === 'end' && group.open ? [{ group, ...group.open, endedAtMs: step.endedAtMs }] : [],
  )
  const openedIds = await openGroupOutages(
    tx,
    opening.map((one) => ({ ...one, toldAtMs: one.isTold ? nowMs : null })),
  )
  const toldIds = await tellGroupOutages(
    tx,
    telling.flatMap(({ open }) => open?.id ?? []),
    nowMs,
  )
  const endedIds = await endGroupOutages(tx, ending)
  const opened = opening.filter(({ id }) => openedIds.has(id))
  const told = telling.filter(({ open }) => open && toldIds.has(open.id))
  const ended = ending.filter(({ id }) => endedIds.has(id))
  await enqueueGroupEvents(tx, [
    ...opened
      .filter(({ isTold }) => isTold)
      .map(({ group, id, beganAtMs, failing }) => downEvent(group, { id, beganAtMs }, failing)),
    ...told.flatMap((group) => (group.open ? [downEvent(group, group.open, failingOf(group))] : [])),
    ...ended
      .filter(({ isTold }) => isTold)
      .map(({ group, id, beganAtMs, endedAtMs }) => ({
        ...{ groupId: group.id, event: 'group_up' as const },
        body: { outageId: id, name: group.name, beganAtMs, endedAtMs },
      })),
  ])
  return [...opened.map(({ group }) => group), ...told, ...ended.map(({ group }) => group)]
}

function downEvent(
  { id: groupId, name }: GroupStand,
  { id, beganAtMs }: { id: string; beganAtMs: number },
  failing: readonly string[],
) {
  return { groupId, event: 'group_down' as const, body: { outageId: id, name, beganAtMs, failing } }
}

function failingOf({ members }: GroupStand): string[] {
  return members.flatMap(({ name, status }) => (status === 'down' || status === 'unknown' ? [name] : []))
}
