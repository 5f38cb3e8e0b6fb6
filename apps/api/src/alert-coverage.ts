import { type Alerting, readAlertingColumns } from '@repo/contracts/alerting'
import type { ChannelUses, Coverage } from '@repo/contracts/alerts'
import type { Sql } from '@repo/db/database'
import { listAlertedMonitors, type NamedMonitor } from '@repo/db/queries/alert-references'
import { readAlerting } from '@repo/db/queries/alerting'
import { isCovered, usesOf } from '@repo/domain/alert-coverage'
import type { ChannelId, WorkspaceId } from '@repo/domain/ids'
import type { Log } from '@repo/service/log'
import { AppError } from './problems.ts'

interface Of {
  readonly workspaceId: WorkspaceId
  readonly log: Log
}

/** So many are named; how many there are is said. */
const named = 100

/** The monitors of which nobody would be told that they are down. Nobody is told of a paused one, and nobody misses it. */
export async function findCoverage(sql: Sql, of: Of): Promise<Coverage> {
  const { alerting, monitors } = await readAll(sql, of)
  return { monitors: monitors.length, uncovered: cut(monitors.filter((monitor) => !isCovered(monitor, alerting))) }
}

/** What a channel is for: the policies that name it, and the monitors of which nobody would be told without it. */
export async function findUses(sql: Sql, { channelId, ...of }: Of & { channelId: ChannelId }): Promise<ChannelUses> {
  const { alerting, monitors, nameOf } = await readAll(sql, of)
  const { channels, schedules } = alerting.recipients
  const others = channels.filter(({ id }) => id !== channelId)
  const without = { ...alerting, recipients: { channels: others, schedules } }
  return {
    policies: alerting.policies.flatMap((policy) => {
      const as = usesOf(policy, channelId)
      return as.length > 0 ? [{ id: policy.id, name: nameOf.get(policy.id) ?? '', as }] : []
    }),
    uncovered: cut(monitors.filter((monitor) => isCovered(monitor, alerting) && !isCovered(monitor, without))),
  }
}

/** All that decides who is told in a workspace. */
export async function getAlerting(sql: Sql, of: Of): Promise<Alerting> {
  return (await readStored(sql, of)).alerting
}

async function readStored(sql: Sql, { workspaceId, log }: Of) {
  const stored = (await readAlerting(sql, [workspaceId])).get(workspaceId)
  if (!stored) throw new AppError('not_found')
  const complain = (id: string, err: unknown) => log.error({ err, id }, 'an alert policy or a schedule cannot be read')
  return { stored, alerting: readAlertingColumns(stored, complain) }
}

async function readAll(sql: Sql, of: Of) {
  const { stored, alerting } = await readStored(sql, of)
  const { workspaceId } = of
  return {
    alerting,
    monitors: await listAlertedMonitors(sql, workspaceId),
    nameOf: new Map(stored.policies.map(({ id, name }) => [id, name])),
  }
}

function cut(monitors: readonly NamedMonitor[]): Coverage['uncovered'] {
  return { count: monitors.length, items: monitors.slice(0, named).map(({ id, name }) => ({ id, name })) }
}
