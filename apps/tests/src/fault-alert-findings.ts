import type { HeardMessage } from './alert-receiver.ts'
import { type AlertedIncident, type Ledger, type LedgerAlerts, stoodStill } from './fault-ledger.ts'
import { clock, some } from './fault-sentence.ts'

/** What is said is decided just before it is said: so much later it may arrive, on a busy machine. */
const underwayMs = 3_000
/** From a look at a target that stood still to the message about it. */
const toldWithinMs = 40_000

const beginnings = new Set(['down', 'reopened', 'storm', 'was_down'])
const ends = new Set(['recovered', 'was_down'])

/** Of every outage each channel is told that it began, and that it is over; and nothing is left to be told. */
export function alertsLost({ alerts }: Ledger): string[] {
  if (!alerts) return []
  const { incidents, channels, deliveries, unplanned } = alerts
  const accepted = alerts.heard.filter(({ isAccepted }) => isAccepted)
  const heardBy = Map.groupBy(accepted, ({ channel, dedupKey }) => `${channel} ${dedupKey}`)
  const missed = (isMeant: (incident: AlertedIncident) => boolean, events: ReadonlySet<string>) =>
    channels.flatMap(({ name, isLater }) =>
      incidents
        // Whoever is told later is told of nothing that is over by then.
        .filter((incident) => isMeant(incident) && !(isLater && incident.closedAtMs !== null))
        .filter(({ id, stormId }) => {
          const heard = [id, stormId].flatMap((key) => heardBy.get(`${name} ${key}`) ?? [])
          return !heard.some(({ event }) => events.has(event))
        })
        .map((incident) => `${nameIncident(incident)} by ${name}`),
    )
  const isOver = (incident: AlertedIncident) => membersWith(incident, alerts).every((one) => one.closedAtMs !== null)
  const heardKeys = new Set(accepted.map(({ deliveryKey }) => idOf(deliveryKey)))
  const unsettled = deliveries.filter(({ state }) => !['accepted', 'superseded'].includes(state))
  const unheard = deliveries.filter(({ key, state }) => state === 'accepted' && !heardKeys.has(key))
  return [
    ...some(
      missed(() => true, beginnings),
      'were not told to begin',
      String,
      'outages',
    ),
    ...some(missed(isOver, ends), 'were not told to be over', String, 'outages'),
    ...some(unsettled, 'found no end', ({ event, channel, state }) => `${event} by ${channel}, ${state}`, 'messages'),
    ...some(
      unheard,
      'are said to be taken and were not heard',
      ({ event, channel }) => `${event} by ${channel}`,
      'messages',
    ),
    ...(unplanned > 0 ? [`${unplanned} events are left of which nobody decided whom to tell`] : []),
  ]
}

/** Once; and once more for each notifier that died, under the key by which receivers know it. */
export function alertsDoubled({ alerts }: Ledger): string[] {
  if (!alerts) return []
  const accepted = alerts.heard.filter(({ isAccepted }) => isAccepted)
  const copies = [...Map.groupBy(accepted, ({ channel, deliveryKey }) => `${channel} ${deliveryKey}`).values()]
  const tooMany = copies.filter(({ length }) => length > 1 + alerts.kills)
  const sayings = Map.groupBy(accepted, ({ channel, dedupKey, event }) => `${channel} ${dedupKey} ${event}`)
  const twice = [...sayings.values()].filter(
    (same) => new Set(same.map(({ deliveryKey }) => deliveryKey)).size > 1 && !isReopened(same, accepted),
  )
  const nameCopies = ([first, ...more]: readonly HeardMessage[]) =>
    first ? `${nameMessage(first)}, ${more.length + 1} times` : ''
  return [
    ...some(tooMany, `were heard more often than the ${alerts.kills} kills explain`, nameCopies, 'messages'),
    ...some(twice, 'were said again under another key', nameCopies, 'messages'),
  ]
}

/** Nobody is told that something is down which is known to be up, nor that it is over while it lasts. */
export function alertsWrong({ alerts }: Ledger): string[] {
  if (!alerts) return []
  const byKey = new Map<string, AlertedIncident[]>()
  for (const incident of alerts.incidents) {
    byKey.set(incident.id, [incident])
    if (incident.stormId) byKey.set(incident.stormId, membersWith(incident, alerts))
  }
  const accepted = alerts.heard.filter(({ isAccepted }) => isAccepted)
  const overAtMs = ({ dedupKey }: HeardMessage) => {
    const members = byKey.get(dedupKey) ?? []
    return members.length === 0
      ? undefined
      : Math.max(...members.map(({ closedAtMs }) => closedAtMs ?? Number.POSITIVE_INFINITY))
  }
  const stale = accepted.filter(
    (one) => !ends.has(one.event) && one.atMs > (overAtMs(one) ?? Number.POSITIVE_INFINITY) + underwayMs,
  )
  const early = accepted.filter(
    (one) => ends.has(one.event) && one.atMs < (overAtMs(one) ?? Number.NEGATIVE_INFINITY) - underwayMs,
  )
  return [
    ...some(stale, 'said that something is down which was up again', nameMessage, 'messages'),
    ...some(early, 'said that something is over which was not', nameMessage, 'messages'),
  ]
}

/** Whatever fails on our side, nobody is told that a website is down which was well. */
export function healthyToldDown(ledger: Ledger): string[] {
  const healthy = new Set(
    ledger.monitors.filter(({ kind }) => kind === 'healthy').map(({ target }) => `target ${target}`),
  )
  const slander = (ledger.alerts?.heard ?? []).filter(
    ({ about, event, atMs }) =>
      about !== null &&
      healthy.has(about) &&
      beginnings.has(event) &&
      !stoodStill(ledger, { fromMs: atMs - toldWithinMs, toMs: atMs }),
  )
  return some(slander, 'said that something is down which was well', nameMessage, 'messages')
}

/** All that are told of with this one. */
function membersWith(incident: AlertedIncident, { incidents }: LedgerAlerts): AlertedIncident[] {
  return incident.stormId === null ? [incident] : incidents.filter(({ stormId }) => stormId === incident.stormId)
}

function isReopened([first]: readonly HeardMessage[], accepted: readonly HeardMessage[]): boolean {
  return accepted.some(({ dedupKey, event }) => event === 'reopened' && dedupKey === first?.dedupKey)
}

/** What was said to be down, and was over when it came to be said, goes by a key of its own. */
function idOf(deliveryKey: string): string {
  return deliveryKey.replace(/\.over$/, '')
}

function nameIncident({ monitorKey, closedAtMs }: AlertedIncident): string {
  return `of monitor ${monitorKey}${closedAtMs === null ? '' : `, over at ${clock(closedAtMs)},`}`
}

function nameMessage({ event, about, channel, atMs }: HeardMessage): string {
  return `${event}${about === null ? '' : ` of ${about}`} by ${channel} at ${clock(atMs)}`
}
