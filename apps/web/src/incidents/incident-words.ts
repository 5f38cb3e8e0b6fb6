import type { Incident } from '@repo/contracts/incidents'
import type { Status } from '@repo/domain/status'
import { msg, spoken, t } from '@repo/ui/words'

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
  if (state === 'resolved') return { status: 'up', word: t('Resolved') }
  return { status: incident.severity, word: state === 'acknowledged' ? t('Acknowledged') : t('Open') }
}

export const severityWords = spoken<Incident['severity']>({ down: msg('Down'), degraded: msg('Degraded') })

export const resolutionTexts = spoken<NonNullable<Incident['resolution']>>({
  recovered: msg('Recovered by itself'),
  by_hand: msg('Resolved by hand'),
  paused: msg('Its monitor was paused'),
  changed: msg('Its monitor was changed'),
  merged: msg('Merged into another incident'),
})

const traitTexts: readonly (readonly [prefix: string, text: string])[] = [
  ['certificate:', msg('the same certificate')],
  ['address:', msg('the same address')],
  ['zone:', msg('names of one zone')],
  ['code:', msg('the same cause')],
]

/** What the members of a storm have in common: `the same address 192.0.2.1`. */
export function traitText(trait: string): string {
  const known = traitTexts.find(([prefix]) => trait.startsWith(prefix))
  if (!known) return t('the same cause')
  const [prefix, text] = known
  if (prefix === 'certificate:') return t(text)
  const [value = '', region] = trait.slice(prefix.length).split('@')
  return region === undefined ? `${t(text)} ${value}` : `${t(text)} ${t('{value} from {region}', { value, region })}`
}
