import type { AlertDeed } from '@repo/contracts/alert-links'
import type { Sql } from '@repo/db/database'
import {
  findSubjectGroup,
  findSubjectIncident,
  findSubjectMonitor,
  findSubjectStorm,
  type SubjectMonitor,
} from '@repo/db/queries/alert-subjects'
import type { ClaimedDelivery } from '@repo/db/queries/deliveries'
import { recentMarks, type TickMark } from '@repo/db/queries/ticks'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { type Alert, type AlertLinks, noLinks } from '@repo/notifiers/alert'
import { alertLinkPage, type LinkSealer, unsubscribeAddress, writeAlertLink } from '@repo/notifiers/alert-link'

export interface Writing {
  readonly event: PlannedEvent
  readonly nowMs: number
  /** The start of links; without it there are none. */
  readonly publicUrl: string | undefined
  /** What makes links by which something may be done. */
  readonly sealer: LinkSealer
}

/** What is said, and in whose timeline it stands that it was. */
export interface Written {
  readonly alert: Alert
  readonly incidentId: string | null
}

/** Writes what is to be said, from how things stand now. @returns undefined where what it is about is gone. */
export async function writeAlert(sql: Sql, told: ClaimedDelivery, writing: Writing): Promise<Written | undefined> {
  if (told.story.stormId !== null) return writeStorm(sql, told, writing)
  if (told.story.groupOutageId !== null) return writeGroup(sql, told, writing)
  if (told.story.incidentId !== null) return writeIncident(sql, told, writing)
  return writeNews(sql, told, writing)
}

async function writeIncident(sql: Sql, told: ClaimedDelivery, writing: Writing): Promise<Written | undefined> {
  const incident = await findSubjectIncident(sql, told.story.incidentId ?? '')
  if (!incident) return undefined
  const { monitor, beganAtMs, endedAtMs, cause, evidence } = incident
  return {
    incidentId: incident.id,
    alert: {
      ...(await aboutMonitor(sql, monitor, writing)),
      ...commonOf(told, { ...writing, path: `/incidents/${incident.id}`, dedupKey: incident.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(writing, beganAtMs, endedAtMs), cause, evidence, storm: null },
    },
  }
}

async function writeStorm(sql: Sql, told: ClaimedDelivery, writing: Writing): Promise<Written | undefined> {
  const storm = await findSubjectStorm(sql, told.story.stormId ?? '')
  if (!storm) return undefined
  const { trait, members, count, beganAtMs, endedAtMs, cause, firstIncidentId } = storm
  return {
    incidentId: firstIncidentId,
    alert: {
      ...nothingSeen,
      ...commonOf(told, { ...writing, path: '/incidents', dedupKey: told.story.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(writing, beganAtMs, endedAtMs), cause },
      storm: { trait, members, count },
    },
  }
}

async function writeGroup(sql: Sql, told: ClaimedDelivery, writing: Writing): Promise<Written | undefined> {
  const group = await findSubjectGroup(sql, told.story.groupOutageId ?? '')
  if (!group) return undefined
  const { groupId, name, beganAtMs, endedAtMs, failing } = group
  const message = failing.length > 0 ? `these members do not work: ${named(failing)}` : 'too few of its members work'
  return {
    incidentId: null,
    alert: {
      ...nothingSeen,
      subject: { kind: 'group', id: groupId, name, target: null },
      ...commonOf(told, { ...writing, path: '/monitors', dedupKey: told.story.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(writing, beganAtMs, endedAtMs), storm: null },
      cause: { code: 'GROUP_DOWN', message },
    },
  }
}

/** The first ten of them, and how many more there are. */
function named(names: readonly string[]): string {
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return `${names.slice(0, 10).join(', ')}${more}`
}

async function writeNews(sql: Sql, told: ClaimedDelivery, writing: Writing): Promise<Written | undefined> {
  const { monitorKey, body, events } = told.story
  const monitor = monitorKey === null ? undefined : await findSubjectMonitor(sql, monitorKey)
  if (!monitor) return undefined
  const seen = await aboutMonitor(sql, monitor, writing)
  const region = typeof body.region === 'string' ? { failing: [body.region], total: monitor.regions.length } : null
  return {
    incidentId: null,
    alert: {
      ...seen,
      ...commonOf(told, { ...writing, path: `/monitors/${monitor.id}`, dedupKey: told.story.id }),
      ...{ sinceMs: body.beganAtMs ?? events[0]?.atMs ?? writing.nowMs, durationMs: null, storm: null, evidence: null },
      cause: body.cause ?? factCause(body),
      regions: region,
    },
  }
}

/** Of what ends soon, or is another than before. */
function factCause({ kind, shown, before, expiresAtMs }: Readonly<Record<string, unknown>>): Alert['cause'] {
  if (typeof kind !== 'string') return null
  const what = `the ${kind.split('_')[0] === 'dns' ? 'DNS records' : kind.split('_')[0]}`
  if (kind.endsWith('_expiring') && typeof expiresAtMs === 'number')
    return { code: kind, message: `${what} ${shown} ends on ${new Date(expiresAtMs).toISOString().slice(0, 10)}` }
  return { code: kind, message: `${what} changed from ${before} to ${shown}` }
}

const nothingSeen = { subject: null, regions: null, evidence: null, tickLine: null }

async function aboutMonitor(sql: Sql, monitor: SubjectMonitor, { nowMs }: Writing) {
  const { monitorKey, id, name, target, regions, failing } = monitor
  const marks = (await recentMarks(sql, [{ monitorKey, sinceMs: nowMs - lineMs, untilMs: nowMs }], lineLength)).get(
    monitorKey,
  )
  return {
    subject: { kind: 'monitor' as const, id, name, target: target === '' ? null : target },
    regions: regions.length > 1 ? { failing, total: regions.length } : null,
    tickLine: marks && marks.length > 0 ? marks.map(signOf).join('') : null,
  }
}

const lineLength = 20
const lineMs = 6 * 3_600_000

function signOf({ verdict, total }: TickMark): string {
  if (verdict === 'down') return '✕'
  if (verdict === 'unknown') return '·'
  if (verdict === 'degraded') return '▅'
  return (total ?? 0) < slowUs ? '▁' : '▂'
}

const slowUs = 500_000

function commonOf(
  told: ClaimedDelivery,
  writing: Writing & { path: string; dedupKey: string },
): Pick<Alert, 'event' | 'workspaceName' | 'links' | 'policyName' | 'dedupKey' | 'deliveryKey'> {
  const { event, dedupKey } = writing
  const { workspaceName, policyName, id } = told
  // Whoever may have heard that it is down, and knows a message by its key, must not take this for the same one.
  const deliveryKey = event === 'was_down' ? `${id}.over` : id
  return { event, workspaceName, policyName, dedupKey, deliveryKey, links: linksOf(told, writing) }
}

/** What can be done about it from the message itself. Of what is over there is nothing to be done. */
function linksOf(
  told: ClaimedDelivery,
  { event, nowMs, publicUrl, sealer, path }: Writing & { path: string },
): AlertLinks {
  if (publicUrl === undefined) return noLinks
  const { incidentId, stormId, isOver, isAcknowledged } = told.story
  const token = (deed: AlertDeed) => writeAlertLink(sealer, { deed, deliveryId: told.id, nowMs })
  const page = (deed: AlertDeed) => alertLinkPage(publicUrl, token(deed))
  const lasts = !isOver && event !== 'recovered' && event !== 'was_down'
  const isOutage = incidentId !== null || stormId !== null
  return {
    open: `${publicUrl}${path}`,
    acknowledge: isOutage && lasts && !isAcknowledged ? page('acknowledge') : null,
    pause: lasts && (incidentId !== null || event === 'advisory') ? page('pause') : null,
    unsubscribe: told.channel.kind === 'email' ? unsubscribeAddress(publicUrl, token('unsubscribe')) : null,
  }
}

function durationOf({ event }: Writing, beganAtMs: number, endedAtMs: number | null): number | null {
  return (event === 'recovered' || event === 'was_down') && endedAtMs !== null ? endedAtMs - beganAtMs : null
}
