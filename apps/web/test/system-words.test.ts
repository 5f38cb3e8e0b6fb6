import { describe, expect, test } from 'bun:test'
import type { System, SystemIncident, SystemRegion } from '@repo/contracts/system'
import { percentText, perSecondText, regionState, verdictOf } from '../src/system/system-words.ts'

const region: SystemRegion = {
  ...{ name: 'eu', watched: true, consumers: 2, consumersCounting: 2, checksPerSecond: 1 },
  ...{ quarantined: false, pathOpen: true, resultAgeSeconds: 4, coveragePercent: 100 },
}
const incident = (stopsAlerts: boolean) => ({ kind: 'coverage', stopsAlerts }) as SystemIncident

describe('the system', () => {
  const cases: [System['state'], SystemRegion[], SystemIncident[], string][] = [
    ['working', [region], [], 'Everything works: checks come back from every region.'],
    [
      'degraded',
      [region, { ...region, name: 'us', pathOpen: false }],
      [],
      'No check comes back from us: what would be seen from there goes unnoticed.',
    ],
    ['degraded', [region], [incident(true)], 'Checks come back, but an outage of yours could be noticed late.'],
    [
      'degraded',
      [region],
      [incident(false)],
      'Something is not as it should be; outages of yours are noticed all the same.',
    ],
    ['stopped', [{ ...region, pathOpen: false }], [], 'No check comes back: an outage of yours would go unnoticed.'],
    ['stopped', [], [], 'Nothing is checked: no consumer works anywhere.'],
  ]
  test.each(cases)('that is %s is told of in one sentence', (state, regions, open, text) => {
    expect(verdictOf({ state, regions, open } as unknown as System).text).toBe(text)
  })
})

describe('a region', () => {
  test.each([
    [{}, 'Working'],
    [{ consumersCounting: 1 }, 'Partly'],
    [{ consumersCounting: 0 }, 'Does not count'],
    [{ consumers: 0, consumersCounting: 0 }, 'Nobody there'],
    [{ pathOpen: false }, 'Silent'],
    [{ quarantined: true }, 'No vote'],
  ])('%j is %s', (changed, word) => expect(regionState({ ...region, ...changed }).word).toBe(word))
})

test('figures have as many digits as say something', () => {
  expect([0, 2.456, 1_240.4].map(perSecondText)).toEqual(['0', '2.46', '1,240'])
  expect([null, 100, 99.966, 97.25].map(percentText)).toEqual(['–', '100 %', '99.966 %', '97.2 %'])
})
