import { describe, expect, test } from 'bun:test'
import { gridOf } from '@repo/domain/grid'
import { makeMonitorId } from '@repo/domain/testing'
import type { HeardMessage } from '../src/alert-receiver.ts'
import { findingsOf } from '../src/fault-findings.ts'
import type { AlertedIncident, Ledger, LedgerAlerts, LedgerMonitor } from '../src/fault-ledger.ts'

const noonMs = 1_800_000_000_000
const second = (count: number) => noonMs + count * 1_000
const channels = ['ops', 'pager'].map((name) => ({ name, isLater: false }))

const outage: AlertedIncident = { id: 'one', stormId: null, monitorKey: 1, closedAtMs: second(20) }
const members = [1, 2, 3].map((monitorKey) => ({ ...outage, id: `member ${monitorKey}`, stormId: 'storm', monitorKey }))

describe('the ledger of alerts', () => {
  test('finds nothing where each channel was told once that it began and once that it is over', () => {
    expect(complaints(soundAlerts())).toEqual([])
  })

  test('is content with one message that it was down, and with a refusal before it was taken', () => {
    const heard = channels.flatMap(({ name }) => [
      { ...said('down', name, 4), isAccepted: false },
      said('was_down', name, 30),
    ])
    expect(complaints(withHeard(heard))).toEqual([])
  })

  test('is content with one message for all of a storm, and one when the last of it is over', () => {
    const heard = channels.flatMap(({ name }) => [
      said('storm', name, 4, 'storm'),
      said('recovered', name, 22, 'storm'),
    ])
    expect(complaints(withHeard(heard, members))).toEqual([])
  })

  test('asks for no end of what lasts, nor of a storm of which one lasts', () => {
    const [first, ...others] = members.map((one) => ({ ...one, closedAtMs: null }))
    if (!first) throw new Error('there are three')
    const heard = channels.map(({ name }) => said('storm', name, 4, 'storm'))
    expect(complaints(withHeard(heard, [first, ...members.slice(1)]))).toEqual([])
    expect(complaints(withHeard(heard, [first, ...others]))).toEqual([])
  })

  test.each([
    ['a beginning', 'down', /1 outages were not told to begin: of monitor 1, over at .*, by pager/],
    ['an end', 'recovered', /1 outages were not told to be over/],
  ])('misses %s that a channel did not take (I5)', (_what, event, sentence) => {
    const { heard } = soundAlerts()
    const lacking = heard.map((one) =>
      one.event === event && one.channel === 'pager' ? { ...one, isAccepted: false } : one,
    )
    const alerts = { ...withHeard(lacking), deliveries: [] }
    expect(complaints(alerts)).toEqual(['I5'])
    expect(sentences(alerts)[0]).toMatch(sentence)
  })

  test('misses what only one member of a storm was told of (I5)', () => {
    const heard = channels.map(({ name }) => said('down', name, 4, 'member 1'))
    expect(sentences(withHeard(heard, members))).toContainEqual(
      expect.stringMatching(/^4 outages were not told to begin/),
    )
  })

  test('does not miss what a channel that is told later did not hear of, where it was over by then', () => {
    const later = { channels: channels.map((one) => ({ ...one, isLater: one.name === 'pager' })) }
    const heard = soundAlerts().heard.filter(({ channel }) => channel === 'ops')
    expect(complaints({ ...withHeard(heard), ...later })).toEqual([])
    const lasting = withHeard(heard.slice(0, 1), [{ ...outage, closedAtMs: null }])
    expect(complaints({ ...lasting, ...later })).toEqual(['I5'])
  })

  test.each(['waiting', 'sending', 'dead'] as const)('objects to a message that is %s at the end (I5)', (state) => {
    const alerts = soundAlerts()
    const left = { key: 'left', channel: 'ops', event: 'down', state }
    expect(complaints({ ...alerts, deliveries: [...alerts.deliveries, left] })).toEqual(['I5'])
  })

  test('objects to a message that is said to be taken and was not heard (I5)', () => {
    const alerts = soundAlerts()
    const never = { key: 'never', channel: 'ops', event: 'down', state: 'accepted' as const }
    expect(complaints({ ...alerts, deliveries: [...alerts.deliveries, never] })).toEqual(['I5'])
  })

  test('objects to events of which nobody decided whom to tell (I5)', () => {
    expect(complaints({ ...soundAlerts(), unplanned: 2 })).toEqual(['I5'])
  })

  test('takes a message under the same key once more for each notifier that was killed, and no more often (I6)', () => {
    const alerts = soundAlerts()
    const twice = [...alerts.heard, ...alerts.heard.slice(0, 1)]
    expect(complaints({ ...alerts, heard: twice })).toEqual(['I6'])
    expect(complaints({ ...alerts, heard: twice, kills: 1 })).toEqual([])
    expect(complaints({ ...alerts, heard: [...twice, ...alerts.heard.slice(0, 1)], kills: 1 })).toEqual(['I6'])
  })

  test('objects to the same message under another key, whoever was killed (I6)', () => {
    const alerts = soundAlerts()
    const [first] = alerts.heard
    if (!first) throw new Error('there are four')
    const again = { ...first, deliveryKey: 'another' }
    expect(complaints({ ...alerts, heard: [...alerts.heard, again], kills: 9 })).toEqual(['I6'])
    const reopened = { ...again, event: 'reopened', deliveryKey: 'third' }
    expect(complaints({ ...alerts, heard: [...alerts.heard, again, reopened], kills: 9 })).toEqual([])
  })

  test('objects to a message that something is down which was known to be up (I6b)', () => {
    const late = (event: string, seconds: number, key: string, incidents: readonly AlertedIncident[]) =>
      complaints(
        withHeard(
          channels.flatMap(({ name }) => [said(event, name, seconds, key), said('recovered', name, seconds, key)]),
          incidents,
        ),
      )
    expect(late('down', 22, 'one', [outage])).toEqual([])
    expect(late('down', 24, 'one', [outage])).toEqual(['I6b'])
    expect(late('storm', 24, 'storm', members)).toEqual(['I6b'])
    const lasting = members.map((one, place) => (place === 0 ? { ...one, closedAtMs: second(40) } : one))
    expect(late('storm', 38, 'storm', lasting)).toEqual([])
  })

  test.each(['recovered', 'was_down'])('objects to %s where it is not over (I6b)', (event) => {
    const early = channels.flatMap(({ name }) => [said('down', name, 4), said(event, name, 10)])
    expect(complaints(withHeard(early))).toEqual(['I6b'])
    expect(complaints(withHeard(early, [{ ...outage, closedAtMs: null }]))).toEqual(['I6b'])
  })

  test('objects to a message that a target is down which was well, unless the farm stood still (I9b)', () => {
    const alerts = withHeard([{ ...said('down', 'ops', 4), about: 'target 1' }], [])
    expect(complaints(alerts)).toEqual(['I9b'])
    const stalls = [{ fromMs: second(0), toMs: second(1) }]
    expect(findingsOf({ ...ledgerWith(alerts), stalls })).toEqual([])
  })
})

function complaints(alerts: LedgerAlerts): string[] {
  return [...new Set(findingsOf(ledgerWith(alerts)).map(({ invariant }) => invariant))]
}

function sentences(alerts: LedgerAlerts): string[] {
  return findingsOf(ledgerWith(alerts)).map(({ sentence }) => sentence)
}

function soundAlerts(): LedgerAlerts {
  return withHeard(channels.flatMap(({ name }) => [said('down', name, 4), said('recovered', name, 22)]))
}

function withHeard(heard: readonly HeardMessage[], incidents: readonly AlertedIncident[] = [outage]): LedgerAlerts {
  const deliveries = heard
    .filter(({ isAccepted }) => isAccepted)
    .map(({ deliveryKey, channel, event }) => ({
      ...{ key: deliveryKey.replace('.over', ''), channel, event },
      state: 'accepted' as const,
    }))
  return { channels, kills: 0, incidents, deliveries, unplanned: 0, heard }
}

/** As a webhook has it: what is over when it comes to be said has a key of its own. */
function said(event: string, channel: string, seconds: number, dedupKey = 'one'): HeardMessage {
  const key = `${channel} ${dedupKey} ${event === 'recovered' ? 'closing' : 'opening'}`
  return {
    ...{ channel, event, about: event === 'storm' ? null : 'target 0', dedupKey },
    ...{ deliveryKey: event === 'was_down' ? `${key}.over` : key, atMs: second(seconds), isAccepted: true },
  }
}

/** A run in which nothing was due: what is wrong with it is wrong with its alerts. */
function ledgerWith(alerts: LedgerAlerts): Ledger {
  const kinds = ['down', 'healthy'] as const
  const monitors = kinds.map(
    (kind, target): LedgerMonitor => ({ key: target + 1, target, kind, grid: gridOf(makeMonitorId(), 60_000) }),
  )
  return {
    ...{ monitors, regions: ['eu'], intervalMs: 60_000, flipMs: 8_000 },
    ...{ window: { fromMs: noonMs, toMs: noonMs }, fault: { beganAtMs: noonMs, endedAtMs: noonMs } },
    ...{ records: [], requests: [], stalls: [], states: [], samples: [], buried: {} },
    accountWithinMs: 30_000,
    alerts,
  }
}
