import type { AlertDeed } from '@repo/contracts/alert-links'
import type { Sql } from '@repo/db/database'
import {
  findSubjectGroups,
  findSubjectIncidents,
  findSubjectMonitors,
  findSubjectStorms,
  type SubjectGroup,
  type SubjectIncident,
  type SubjectMonitor,
  type SubjectStorm,
} from '@repo/db/queries/alert-subjects'
import type { ClaimedDelivery } from '@repo/db/queries/deliveries'
import { recentMarks, type TickMark } from '@repo/db/queries/ticks'
import type { PlannedEvent } from '@repo/domain/alert-plan'
import { type Alert, type AlertLinks, noLinks } from '@repo/notifiers/alert'
import { alertLinkPage, type LinkSealer, unsubscribeAddress, writeAlertLink } from '@repo/notifiers/alert-link'

export interface Writing {
  readonly nowMs: number
  /** The start of links; without it there are none. */
  readonly publicUrl: string | undefined
  /** What makes links by which something may be done. */
  readonly sealer: LinkSealer
}

/** A delivery, and what is to be said by it. */
export interface Saying {
  readonly told: ClaimedDelivery
  readonly event: PlannedEvent
}

/** What is said, and in whose timeline it stands that it was. */
export interface Written {
  readonly alert: Alert
  readonly incidentId: string | null
}

/**
 * Writes what is to be said, from how things stand now. @returns what is said by each delivery, by its id: none by one of which what it
 * is about is gone.
 */
export async function writeAlerts(
  sql: Sql,
  sayings: readonly Saying[],
  writing: Writing,
): Promise<ReadonlyMap<string, Written>> {
  const subjects = await readSubjects(sql, sayings, writing.nowMs)
  return new Map(
    sayings.flatMap((saying) => {
      const written = write(saying, subjects, writing)
      return written ? [[saying.told.id, written]] : []
    }),
  )
}

/** Everything that some of the messages are about. */
interface Subjects {
  readonly incidents: ReadonlyMap<string, SubjectIncident>
  readonly monitors: ReadonlyMap<number, SubjectMonitor>
  readonly storms: ReadonlyMap<string, SubjectStorm>
  readonly groups: ReadonlyMap<string, SubjectGroup>
  /** By the keys of their monitors. */
  readonly marks: ReadonlyMap<number, readonly TickMark[]>
}

async function readSubjects(sql: Sql, sayings: readonly Saying[], nowMs: number): Promise<Subjects> {
  const idsOf = <Id>(pick: (story: ClaimedDelivery['story']) => Id | null) => [
    ...new Set(sayings.flatMap(({ told }) => pick(told.story) ?? [])),
  ]
  const [incidents, monitors, storms, groups] = await Promise.all([
    findSubjectIncidents(
      sql,
      idsOf(({ incidentId }) => incidentId),
    ),
    findSubjectMonitors(
      sql,
      idsOf(({ monitorKey }) => monitorKey),
    ),
    findSubjectStorms(
      sql,
      idsOf(({ stormId }) => stormId),
    ),
    findSubjectGroups(
      sql,
      idsOf(({ groupOutageId }) => groupOutageId),
    ),
  ])
  const keys = new Set([...monitors.keys(), ...[...incidents.values()].map(({ monitor }) => monitor.monitorKey)])
  const windows = [...keys].map((monitorKey) => ({ monitorKey, sinceMs: nowMs - lineMs, untilMs: nowMs }))
  return { incidents, monitors, storms, groups, marks: await recentMarks(sql, windows, lineLength) }
}

function write(saying: Saying, subjects: Subjects, writing: Writing): Written | undefined {
  const { stormId, groupOutageId, incidentId } = saying.told.story
  if (stormId !== null) return writeStorm(saying, subjects.storms.get(stormId), writing)
  if (groupOutageId !== null) return writeGroup(saying, subjects.groups.get(groupOutageId), writing)
  if (incidentId !== null) return writeIncident(saying, subjects, writing)
  return writeNews(saying, subjects, writing)
}

function writeIncident(saying: Saying, { incidents, marks }: Subjects, writing: Writing): Written | undefined {
  const incident = incidents.get(saying.told.story.incidentId ?? '')
  if (!incident) return undefined
  const { monitor, beganAtMs, endedAtMs, cause, evidence } = incident
  return {
    incidentId: incident.id,
    alert: {
      ...aboutMonitor(monitor, marks),
      ...commonOf(saying, { ...writing, path: `/incidents/${incident.id}`, dedupKey: incident.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(saying, beganAtMs, endedAtMs), cause, evidence, storm: null },
    },
  }
}

function writeStorm(saying: Saying, storm: SubjectStorm | undefined, writing: Writing): Written | undefined {
  if (!storm) return undefined
  const { trait, members, count, beganAtMs, endedAtMs, cause, firstIncidentId } = storm
  return {
    incidentId: firstIncidentId,
    alert: {
      ...nothingSeen,
      ...commonOf(saying, { ...writing, path: '/incidents', dedupKey: saying.told.story.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(saying, beganAtMs, endedAtMs), cause },
      storm: { trait, members, count },
    },
  }
}

function writeGroup(saying: Saying, group: SubjectGroup | undefined, writing: Writing): Written | undefined {
  if (!group) return undefined
  const { groupId, name, beganAtMs, endedAtMs, failing } = group
  const message = failing.length > 0 ? `these members do not work: ${named(failing)}` : 'too few of its members work'
  return {
    incidentId: null,
    alert: {
      ...nothingSeen,
      subject: { kind: 'group', id: groupId, name, target: null },
      ...commonOf(saying, { ...writing, path: '/monitors', dedupKey: saying.told.story.id }),
      ...{ sinceMs: beganAtMs, durationMs: durationOf(saying, beganAtMs, endedAtMs), storm: null },
      cause: { code: 'GROUP_DOWN', message },
    },
  }
}

/** The first ten of them, and how many more there are. */
function named(names: readonly string[]): string {
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  return `${names.slice(0, 10).join(', ')}${more}`
}

function writeNews(saying: Saying, { monitors, marks }: Subjects, writing: Writing): Written | undefined {
  const { monitorKey, body, events } = saying.told.story
  const monitor = monitors.get(monitorKey ?? 0)
  if (!monitor) return undefined
  const region = typeof body.region === 'string' ? { failing: [body.region], total: monitor.regions.length } : null
  return {
    incidentId: null,
    alert: {
      ...aboutMonitor(monitor, marks),
      ...commonOf(saying, { ...writing, path: `/monitors/${monitor.id}`, dedupKey: saying.told.story.id }),
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

function aboutMonitor(monitor: SubjectMonitor, seen: Subjects['marks']) {
  const { monitorKey, id, name, target, regions, failing } = monitor
  const marks = seen.get(monitorKey)
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
  { told, event }: Saying,
  writing: Writing & { path: string; dedupKey: string },
): Pick<Alert, 'event' | 'workspaceName' | 'links' | 'policyName' | 'dedupKey' | 'deliveryKey'> {
  const { dedupKey } = writing
  const { workspaceName, policyName, id } = told
  // Whoever may have heard that it is down, and knows a message by its key, must not take this for the same one.
  const deliveryKey = event === 'was_down' ? `${id}.over` : id
  return { event, workspaceName, policyName, dedupKey, deliveryKey, links: linksOf({ told, event }, writing) }
}

/** What can be done about it from the message itself. Of what is over there is nothing to be done. */
function linksOf({ told, event }: Saying, { nowMs, publicUrl, sealer, path }: Writing & { path: string }): AlertLinks {
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

function durationOf({ event }: Saying, beganAtMs: number, endedAtMs: number | null): number | null {
  return (event === 'recovered' || event === 'was_down') && endedAtMs !== null ? endedAtMs - beganAtMs : null
}
