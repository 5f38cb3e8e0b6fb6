import { readAlertingColumns } from '@repo/contracts/alerting'
import {
  type AlertPolicyJson,
  type AlertRule,
  alertRuleSchema,
  draftPolicyId,
  type Simulation,
  type simulateSchema,
  simulationLimits,
} from '@repo/contracts/alerts'
import { isoTime } from '@repo/contracts/ticks'
import type { Sql } from '@repo/db/database'
import { findAlertPolicy, type StoredAlertPolicy } from '@repo/db/queries/alert-policies'
import { findAlertedMonitor, findMissing, type Reference } from '@repo/db/queries/alert-references'
import { readAlerting } from '@repo/db/queries/alerting'
import { listChannels } from '@repo/db/queries/channels'
import { type AlertStory, planAlerts, type StoryEvent } from '@repo/domain/alert-plan'
import { alertLimits } from '@repo/domain/alert-policy'
import { type AlertPolicyId, parseMonitorId, type WorkspaceId } from '@repo/domain/ids'
import type { Log } from '@repo/service/log'
import type { z } from 'zod'
import { AppError } from './problems.ts'

/** @throws AppError `not_found` where the workspace has no such policy. */
export async function getAlertPolicy(
  sql: Sql,
  owned: { readonly workspaceId: WorkspaceId; readonly id: AlertPolicyId },
): Promise<StoredAlertPolicy> {
  const policy = await findAlertPolicy(sql, owned)
  if (!policy) throw new AppError('not_found')
  return policy
}

/** @throws Error for a rule that we could not have written. */
export function toAlertPolicyJson(policy: StoredAlertPolicy): AlertPolicyJson {
  const { id, name, version, createdAtMs, updatedAtMs } = policy
  const times = { createdAt: isoTime(createdAtMs), updatedAt: isoTime(updatedAtMs) }
  return { id, name, rule: alertRuleSchema.parse(policy.rule), version, ...times }
}

/** One that somebody has spoilt hides no other: it is left out, and can be deleted by its id. */
export function toAlertPoliciesJson(log: Log, policies: readonly StoredAlertPolicy[]): AlertPolicyJson[] {
  return policies.flatMap((policy) => {
    try {
      return [toAlertPolicyJson(policy)]
    } catch (err) {
      log.error({ err, policyId: policy.id }, 'an alert policy cannot be read')
      return []
    }
  })
}

/** A policy as the audit log keeps it. */
export function auditedPolicy({ name, rule }: Pick<StoredAlertPolicy, 'name' | 'rule'>): Record<string, unknown> {
  return { name, rule }
}

/** @throws AppError `invalid_body` naming each field that speaks of what the workspace does not have. */
export async function refuseUnknown(sql: Sql, workspaceId: WorkspaceId, rule: AlertRule): Promise<void> {
  await refuseMissing(sql, workspaceId, referencesOf(rule))
}

interface NamedReference extends Reference {
  /** Where it stands in the body. */
  readonly field: string
}

/** @throws AppError `invalid_body` naming the fields. */
export async function refuseMissing(
  sql: Sql,
  workspaceId: WorkspaceId,
  named: readonly NamedReference[],
): Promise<void> {
  const missing = new Set((await findMissing(sql, workspaceId, named)).map(keyOf))
  const errors = named
    .filter((one) => missing.has(keyOf(one)))
    .map(({ field, kind }) => ({ field, message: `there is no such ${kind}` }))
  const [first] = errors
  if (first) throw new AppError('invalid_body', `${first.field}: ${first.message}`, { errors })
}

function keyOf({ kind, id }: Reference): string {
  return `${kind} ${id.toLowerCase()}`
}

function referencesOf({ monitors, steps, fallbackChannelIds }: AlertRule): NamedReference[] {
  const field = (path: string) => `rule.${path}`
  const chosen: NamedReference[] = []
  if (monitors.kind === 'groups')
    chosen.push(
      ...monitors.groupIds.map((id, at) => ({ kind: 'group', id, field: field(`monitors.groupIds.${at}`) }) as const),
    )
  if (monitors.kind === 'monitors')
    chosen.push(
      ...monitors.monitorIds.map(
        (id, at) => ({ kind: 'monitor', id, field: field(`monitors.monitorIds.${at}`) }) as const,
      ),
    )
  const targets = steps.flatMap(({ targets }, step) =>
    targets.flatMap((target, at): NamedReference[] => {
      const place = field(`steps.${step}.targets.${at}`)
      if (target.kind === 'channel') return [{ kind: 'channel', id: target.channelId, field: `${place}.channelId` }]
      if (target.kind === 'person') return [{ kind: 'person', id: target.userId, field: `${place}.userId` }]
      if (target.kind === 'schedule') return [{ kind: 'schedule', id: target.scheduleId, field: `${place}.scheduleId` }]
      return []
    }),
  )
  const fallbacks = fallbackChannelIds.map(
    (id, at) => ({ kind: 'channel', id, field: field(`fallbackChannelIds.${at}`) }) as const,
  )
  return [...chosen, ...targets, ...fallbacks]
}

/**
 * What people would be told if a monitor went down then: asked of the very function by which they are told.
 *
 * @throws AppError `invalid_body` where the workspace has no such monitor.
 */
export async function simulate(
  sql: Sql,
  asked: z.output<typeof simulateSchema>,
  { workspaceId, log }: { workspaceId: WorkspaceId; log: Log },
): Promise<Simulation> {
  const monitor = await findAlertedMonitor(sql, { workspaceId, id: parseMonitorId(asked.monitorId.toLowerCase()) })
  if (!monitor) throw new AppError('invalid_body', 'monitorId: there is no such monitor')
  const stored = (await readAlerting(sql, [workspaceId])).get(workspaceId)
  if (!stored) throw new AppError('not_found')
  const policies = withDraft(stored.policies, asked.draft)
  const alerting = readAlertingColumns({ ...stored, policies }, (id, err) =>
    log.error({ err, id }, 'an alert policy or a schedule cannot be read'),
  )
  const atMs = Date.parse(asked.at)
  const story = storyOf(asked, atMs)
  const span = { fromMs: atMs - 1, untilMs: atMs + simulationLimits.spanSeconds * 1_000 }
  const planned = planAlerts({ ...story, about: [monitor] }, { ...alerting, ...span }).toSorted(
    (a, b) => a.dueAtMs - b.dueAtMs,
  )
  const { items: channels } = await listChannels(sql, workspaceId, { limit: alertLimits.channels })
  const channelOf = new Map(channels.map(({ id, name, kind }) => [id as string, { id, name, kind }]))
  const policyOf = new Map(policies.map(({ id, name }) => [id, { id, name }]))
  const items = planned.flatMap(({ dueAtMs, event, part, channelId, policyId }) => {
    const [channel, policy] = [channelOf.get(channelId), policyOf.get(policyId)]
    return channel && policy ? [{ at: isoTime(dueAtMs), event, part, channel, policy }] : []
  })
  return { items: items.slice(0, simulationLimits.items), isCut: items.length > simulationLimits.items }
}

/** As if it were saved. */
function withDraft(policies: readonly NamedPolicy[], draft: z.output<typeof simulateSchema>['draft']): NamedPolicy[] {
  if (draft === null) return [...policies]
  const { policyId, name, rule } = draft
  const written = { id: policyId?.toLowerCase() ?? draftPolicyId, name, rule }
  const isKnown = policies.some(({ id }) => id === written.id)
  return isKnown ? policies.map((policy) => (policy.id === written.id ? written : policy)) : [...policies, written]
}

interface NamedPolicy {
  readonly id: string
  readonly name: string
  readonly rule: unknown
}

function storyOf(
  { severity, lastsSeconds, acknowledgedAfterSeconds }: z.output<typeof simulateSchema>,
  atMs: number,
): Omit<AlertStory, 'about'> {
  const end: StoryEvent[] = lastsSeconds === null ? [] : [{ kind: 'resolved', atMs: atMs + lastsSeconds * 1_000 }]
  return {
    isStorm: false,
    events: [{ kind: 'opened', atMs, severity }, ...end],
    acknowledgedAtMs: acknowledgedAfterSeconds === null ? null : atMs + acknowledgedAfterSeconds * 1_000,
  }
}
