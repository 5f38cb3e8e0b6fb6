import type { Sql } from '@repo/db/database'
import { findEvidence, findLastGood, type SeenEvidence } from '@repo/db/queries/evidence'
import {
  addEntries,
  changeSeverities,
  type EndedIncident,
  endIncidents,
  findDismissed,
  findOpenIncidents,
  type NewEntry,
  type NewIncident,
  openIncidents,
} from '@repo/db/queries/incident-moves'
import { enqueueEvents, listWaiting, type OutboxEvent } from '@repo/db/queries/outbox'
import { linkChildren, listDependent, type Silence, silenceIncidents } from '@repo/db/queries/silence'
import type { MonitorId, WorkspaceId } from '@repo/domain/ids'
import { decideIncident, type Severity } from '@repo/domain/incident'
import type { Transition } from '@repo/domain/monitor-move'
import type { RegionView } from '@repo/domain/region-view'
import { stormKeys } from '@repo/domain/storm'
import { isFailing } from '@repo/domain/verdict'
import { heldUntil } from './mass-failure.ts'
import type { Move } from './save-moves.ts'
import { saveStorms } from './save-storms.ts'

/** Of which incidents there is something new. */
export interface SavedIncident {
  readonly workspaceId: WorkspaceId
  readonly incidentId: string
  readonly monitorId: MonitorId
}

/** Which of its monitor's changes a step belongs to. */
interface Turned {
  readonly turn: number
}

interface Opened extends Omit<NewIncident, 'traits'>, Turned {
  readonly move: Move
  readonly transition: Transition
}

/** What verdicts make of incidents, gathered over all of a batch so that it takes one statement of each kind. */
class Ledger {
  readonly opened: Opened[] = []
  readonly changed: ({ id: string; severity: Severity } & Turned)[] = []
  readonly ended: (EndedIncident & Turned)[] = []
  readonly entries: NewEntry[] = []
  readonly events: OutboxEvent[] = []
  readonly concerned = new Map<string, SavedIncident>()
}

interface Standing {
  readonly id: string
  readonly severity: Severity
  readonly isSilent: boolean
}

/** Opens, changes and ends incidents as the verdicts moved, tells their timelines, and notes whom it concerns. */
export async function saveIncidents(
  tx: Sql,
  moves: readonly Move[],
  { nowMs }: { nowMs: number },
): Promise<readonly SavedIncident[]> {
  const standing = await findOpenIncidents(
    tx,
    moves.map(({ monitor }) => monitor.monitorKey),
  )
  const ledger = new Ledger()
  const dismissed = await findDismissed(
    tx,
    moves.filter(mayGoOn).map(({ monitor }) => monitor.monitorKey),
  )
  for (const move of moves) {
    const { monitorKey } = move.monitor
    followMove(move, standing.get(monitorKey), { ledger, nowMs, isDismissed: dismissed.has(monitorKey) })
  }
  const seen = await findEvidence(
    tx,
    ledger.opened.map(({ monitorKey, beganAtMs }) => ({ monitorKey, fromMs: beganAtMs })),
  )
  const opened = ledger.opened.map((one) => ({ ...one, traits: traitsOf(one, evidenceOf(one, seen)) }))
  await saveSteps(tx, ledger, opened)
  const openedIds = opened.map(({ id }) => id)
  const silent = await silenceIncidents(tx, openedIds)
  await linkChildren(tx, openedIds, nowMs)
  const told = opened.filter(({ id }) => !silent.has(id))
  await addEntries(tx, [...(await openingEntries(tx, ledger, { seen, silent })), ...ledger.entries])
  const held = await holdOpenings(tx, told, nowMs)
  const waiting = await listWaiting(
    tx,
    ledger.ended.map(({ id }) => id),
    nowMs,
  )
  const notBefore = ({ monitorKey, incidentId }: OutboxEvent) =>
    held.get(monitorKey) ?? waiting.get(incidentId ?? '') ?? null
  await enqueueEvents(
    tx,
    ledger.events
      .filter(({ incidentId }) => incidentId === null || !silent.has(incidentId))
      .map((event) => ({ ...event, notBeforeMs: notBefore(event) })),
  )
  await saveStorms(tx, told, { nowMs, held })
  return [...ledger.concerned.values()]
}

/** What it hangs on is being looked at: so long nobody is told, for that may be what is down. */
const parentsAwaitedMs = 10_000

/** One change of each monitor after the other: one that ends and begins anew within a batch never has two open at once. */
async function saveSteps(
  tx: Sql,
  { changed, ended }: Ledger,
  opened: readonly (NewIncident & Turned)[],
): Promise<void> {
  const last = Math.max(-1, ...[...opened, ...changed, ...ended].map((step) => step.turn))
  for (let turn = 0; turn <= last; turn += 1) {
    const isNow = (step: Turned) => step.turn === turn
    await openIncidents(tx, opened.filter(isNow))
    await changeSeverities(tx, changed.filter(isNow))
    await endIncidents(tx, ended.filter(isNow))
  }
}

/** Until when nobody is told of these incidents, by monitor. */
async function holdOpenings(tx: Sql, opened: readonly Opened[], nowMs: number): Promise<ReadonlyMap<number, number>> {
  const dependent = await listDependent(
    tx,
    opened.map(({ monitorKey }) => monitorKey),
  )
  const awaited = [...dependent].map((monitorKey) => [monitorKey, nowMs + parentsAwaitedMs] as const)
  return new Map([...awaited, ...(await heldUntil(tx, opened, nowMs))])
}

interface Means {
  readonly ledger: Ledger
  readonly nowMs: number
}

/** It fails, and had not been well before: whether that is news depends on what people have made of it. */
function mayGoOn({ transitions }: Move): boolean {
  return transitions.some(({ status, previous }) => isFailing(status) && previous !== 'up')
}

function followMove(move: Move, open: Standing | undefined, means: Means & { readonly isDismissed: boolean }): void {
  const { ledger, nowMs } = means
  let incident = open
  let isDismissed = means.isDismissed
  for (const [turn, transition] of move.transitions.entries()) {
    const step = decideIncident(incident, transition.status, move.monitor.policy)
    const told = { move, transition, turn, ledger, nowMs }
    switch (step.kind) {
      case 'open':
        if (!isDismissed) incident = begin(told, step.severity)
        break
      case 'change':
        incident = incident && change(told, incident, step.severity)
        break
      case 'resolve':
        if (incident) resolve(told, incident)
        incident = undefined
        break
      case 'none':
        if (incident) noteStatus(told, incident)
        else if (transition.status !== 'unknown') isDismissed = false
    }
  }
  if (incident) noteVotes(move, incident.id, ledger)
}

interface Told extends Means, Turned {
  readonly move: Move
  readonly transition: Transition
}

function begin({ move, transition, turn, ledger, nowMs }: Told, severity: Severity): Standing {
  const { monitor } = move
  const id = crypto.randomUUID()
  const cause = causeOf(transition)
  const { monitorKey, workspaceId } = monitor
  ledger.opened.push({
    ...{ id, monitorKey, workspaceId, severity, cause, move, transition, turn },
    beganAtMs: transition.sinceMs,
    openedAtMs: nowMs,
  })
  ledger.events.push(eventOf('opened', { move, id, body: { severity, beganAtMs: transition.sinceMs, cause } }))
  concern(ledger, move, id)
  return { id, severity, isSilent: false }
}

function change({ move, transition, turn, ledger }: Told, incident: Standing, severity: Severity): Standing {
  const { id } = incident
  ledger.changed.push({ id, severity, turn })
  ledger.entries.push(entryOf(move, id, { atMs: transition.sinceMs, kind: 'severity', body: { severity } }))
  if (!incident.isSilent)
    ledger.events.push(eventOf('changed', { move, id, body: { severity, cause: causeOf(transition) } }))
  concern(ledger, move, id)
  return { ...incident, severity }
}

function resolve({ move, transition, turn, ledger, nowMs }: Told, { id, severity, isSilent }: Standing): void {
  const endedAtMs = transition.sinceMs
  ledger.ended.push({ id, endedAtMs, closedAtMs: nowMs, resolution: 'recovered', turn })
  noteVotes(move, id, ledger)
  ledger.entries.push(entryOf(move, id, { atMs: endedAtMs, kind: 'resolved', body: { resolution: 'recovered' } }))
  if (!isSilent)
    ledger.events.push(eventOf('resolved', { move, id, body: { severity, endedAtMs, resolution: 'recovered' } }))
  concern(ledger, move, id)
}

/** That nothing is known, or that it is known again. */
function noteStatus({ move, transition, ledger }: Told, { id }: Standing): void {
  const body = { status: transition.status }
  ledger.entries.push(entryOf(move, id, { atMs: transition.sinceMs, kind: 'status', body }))
  concern(ledger, move, id)
}

/** Which regions have come to vote otherwise: so an outage spreads, and so it passes. */
function noteVotes(move: Move, id: string, ledger: Ledger): void {
  const before = new Map(move.monitor.views.map((view) => [view.region, view.vote]))
  const isOpening = ledger.opened.some((one) => one.id === id)
  for (const view of move.views) {
    if (before.get(view.region) === view.vote || view.vote === 'unknown') continue
    // What opened it is told with its opening.
    if (isOpening && isFailing(view.vote)) continue
    const kind = isFailing(view.vote) ? 'region_failing' : 'region_passing'
    ledger.entries.push(entryOf(move, id, { atMs: view.voteSinceMs, kind, body: saidBy(view) }))
    concern(ledger, move, id)
  }
}

/** The first failing check, who bore it out, what it looked like, and the last time that it looked well. */
async function openingEntries(
  tx: Sql,
  { opened }: Ledger,
  { seen, silent }: { seen: readonly SeenEvidence[]; silent: ReadonlyMap<string, Silence> },
): Promise<NewEntry[]> {
  const entries: NewEntry[] = []
  for (const one of opened) {
    const { id, move, transition, openedAtMs, severity, cause } = one
    const failing = transition.views.filter((view) => isFailing(view.vote)).toSorted(byBeginning)
    const [first] = failing
    if (first) entries.push(entryOf(move, id, { atMs: first.voteSinceMs, kind: 'first_failure', body: saidBy(first) }))
    for (const view of failing.slice(1))
      entries.push(entryOf(move, id, { atMs: view.voteSinceMs, kind: 'region_failing', body: saidBy(view) }))
    const evidence = evidenceOf(one, seen)
    if (evidence) entries.push(entryOf(move, id, await evidenceEntry(tx, evidence)))
    const silence = silent.get(id) ?? null
    const body = { severity, cause, ...tallyOf(transition), ...(silence && { silence }) }
    entries.push(entryOf(move, id, { atMs: openedAtMs, kind: 'opened', body }))
  }
  return entries
}

function evidenceOf({ monitorKey }: Opened, seen: readonly SeenEvidence[]): SeenEvidence | undefined {
  return seen.find((one) => one.monitorKey === monitorKey)
}

function traitsOf({ move, transition, cause }: Opened, evidence: SeenEvidence | undefined): string[] {
  return stormKeys({
    code: cause.code,
    address: evidence?.outcome.address ?? null,
    host: hostIn(move.monitor.target),
    certificate: evidence?.certificate ?? null,
    regions: transition.views.filter((view) => isFailing(view.vote)).map((view) => view.region),
  })
}

const HOST = /^(?:[a-z]+:\/\/(?:[^/?#@]*@)?)?(\[[^\]]*\]|[^/?#: ]+)/i

/** The host in what a monitor is about: `https://shop.example/a`, `db.example:5432`, `example.com MX`. */
function hostIn(target: string): string | null {
  return HOST.exec(target)?.[1] ?? null
}

async function evidenceEntry(tx: Sql, { monitorKey, region, scheduledAtMs, outcome, evidence }: SeenEvidence) {
  const lastGood = await findLastGood(tx, { monitorKey, region, beforeMs: scheduledAtMs })
  return { atMs: scheduledAtMs, kind: 'evidence', body: { region, outcome, evidence, lastGood: lastGood ?? null } }
}

function tallyOf({ verdict, views }: Transition) {
  const passing = views.filter((view) => view.vote === 'up').map((view) => view.region)
  return { failing: verdict.failing, reporting: verdict.reporting, passing }
}

function byBeginning(a: RegionView, b: RegionView): number {
  return a.voteSinceMs - b.voteSinceMs
}

function saidBy({ region, vote, code, message }: RegionView) {
  return { region, verdict: vote, code, message }
}

function causeOf({ verdict: { cause } }: Transition): NewIncident['cause'] {
  if (cause) return { code: cause.code, message: cause.message, region: cause.region }
  return { code: 'LOST', message: 'nothing is known of why', region: null }
}

function entryOf({ monitor }: Move, incidentId: string, entry: Pick<NewEntry, 'atMs' | 'kind' | 'body'>): NewEntry {
  return { incidentId, workspaceId: monitor.workspaceId, ...entry }
}

function eventOf(
  event: OutboxEvent['event'],
  { move, id, body }: { move: Move; id: string; body: OutboxEvent['body'] },
): OutboxEvent {
  return { monitorKey: move.monitor.monitorKey, incidentId: id, event, body }
}

function concern(ledger: Ledger, { monitor }: Move, incidentId: string): void {
  ledger.concerned.set(incidentId, { workspaceId: monitor.workspaceId, incidentId, monitorId: monitor.id })
}
