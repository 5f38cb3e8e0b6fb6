import { describe, expect, test } from 'bun:test'
import type { Incident } from '@repo/contracts/incidents'
import type { System } from '@repo/contracts/system'
import { lastEnd, lastedSince, RECOVERED_MS, recoveredLately } from '../src/overview/recent-incidents.ts'
import { unreliableRegions } from '../src/overview/regions.ts'

const nowMs = Date.UTC(2026, 5, 1, 12)
const ago = (ms: number) => new Date(nowMs - ms).toISOString()

/** An incident of a monitor that ended so long ago. */
function makeIncident(monitorId: string, endedMs: number | null, rest: Partial<Incident> = {}): Incident {
  return {
    ...{ id: crypto.randomUUID(), monitor: { id: monitorId, name: monitorId }, severity: 'down' },
    ...{ beganAt: ago((endedMs ?? 0) + 60_000), openedAt: ago((endedMs ?? 0) + 60_000) },
    ...{ endedAt: endedMs === null ? null : ago(endedMs), resolution: endedMs === null ? null : 'recovered' },
    ...{ durationSeconds: 60, cause: { code: 'TCP_REFUSED', message: 'refused', region: null } },
    ...{ acknowledged: null, assignee: null, stormId: null, parentId: null, silentBecause: null },
    ...{ mergedInto: null, version: 1 },
    ...rest,
  } as Incident
}

const monitorsOf = (incidents: readonly Incident[]) => incidents.map(({ monitor }) => monitor.id)

describe('what has just recovered', () => {
  test('is named for five minutes, the latest first, each monitor once', () => {
    const incidents = [
      makeIncident('shop', RECOVERED_MS - 1),
      makeIncident('mail', 1_000),
      makeIncident('mail', 20_000),
      makeIncident('docs', RECOVERED_MS),
    ]
    expect(monitorsOf(recoveredLately(incidents, nowMs))).toEqual(['mail', 'shop'])
  })

  test('is nothing that was ended by hand, merged, or is down again', () => {
    const incidents = [
      makeIncident('shop', 1_000, { resolution: 'by_hand' }),
      makeIncident('mail', 1_000, { mergedInto: crypto.randomUUID() }),
      makeIncident('docs', 1_000),
      makeIncident('docs', null),
    ]
    expect(recoveredLately(incidents, nowMs)).toEqual([])
  })
})

describe('incidents of a day', () => {
  test('are those that lasted into it, and those that last', () => {
    const incidents = [makeIncident('shop', 1_000), makeIncident('mail', 5_000), makeIncident('docs', null)]
    expect(monitorsOf(lastedSince(incidents, nowMs - 2_000))).toEqual(['shop', 'docs'])
  })

  test('ended last when the latest of them did, and not at all while one lasts', () => {
    const ended = [makeIncident('shop', 9_000), makeIncident('mail', 5_000)]
    expect(lastEnd(ended)).toBe(ago(5_000))
    expect(lastEnd([...ended, makeIncident('docs', null)])).toBeUndefined()
    expect(lastEnd([])).toBeUndefined()
  })
})

test('a region that cannot see or is not believed is unreliable, one whose clock is off is not', () => {
  const region = { name: 'eu', quarantined: false } as System['regions'][number]
  const open = (kind: string, name: string | null) => ({ kind, region: name }) as System['open'][number]
  const regions = [region, { ...region, name: 'us', quarantined: true }]
  expect(unreliableRegions({ regions, open: [] })).toEqual(['us'])
  for (const kind of ['region_offline', 'path_silent', 'canary_failed', 'no_consumer'])
    expect(unreliableRegions({ regions, open: [open(kind, 'eu')] })).toEqual(['eu', 'us'])
  expect(
    unreliableRegions({ regions: [region], open: [open('clock_skew', 'eu'), open('no_publisher', null)] }),
  ).toEqual([])
})
