import type { Incident } from '@repo/contracts/incidents'
import type { Status } from '@repo/domain/status'

export type IncidentState = 'open' | 'acknowledged' | 'resolved'

export function stateOf({ endedAt, acknowledged }: Pick<Incident, 'endedAt' | 'acknowledged'>): IncidentState {
  if (endedAt !== null) return 'resolved'
  return acknowledged ? 'acknowledged' : 'open'
}

/** What is open wants somebody's eye by its severity; what is over is well. */
export function stateLook(incident: Pick<Incident, 'endedAt' | 'acknowledged' | 'severity'>): {
  status: Status
  word: string
} {
  const state = stateOf(incident)
  if (state === 'resolved') return { status: 'up', word: 'Resolved' }
  return { status: incident.severity, word: state === 'acknowledged' ? 'Acknowledged' : 'Open' }
}

export const severityWords: Record<Incident['severity'], string> = { down: 'Down', degraded: 'Degraded' }

export const resolutionTexts: Record<NonNullable<Incident['resolution']>, string> = {
  recovered: 'Recovered by itself',
  by_hand: 'Resolved by hand',
  paused: 'Its monitor was paused',
  changed: 'Its monitor was changed',
  merged: 'Merged into another incident',
}

const traitTexts: readonly (readonly [prefix: string, text: string])[] = [
  ['certificate:', 'the same certificate'],
  ['address:', 'the same address'],
  ['zone:', 'names of one zone'],
  ['code:', 'the same cause'],
]

/** What the members of a storm have in common: `the same address 192.0.2.1`. */
export function traitText(trait: string): string {
  const known = traitTexts.find(([prefix]) => trait.startsWith(prefix))
  if (!known) return 'the same cause'
  const [prefix, text] = known
  const value = prefix === 'certificate:' ? '' : trait.slice(prefix.length).replace('@', ' from ')
  return `${text} ${value}`.trim()
}
