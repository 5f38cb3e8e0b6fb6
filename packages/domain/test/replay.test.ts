import { describe, expect, test } from 'bun:test'
import type { Sighting } from '../src/monitor-move.ts'
import { defaultPolicy, type VerdictPolicy } from '../src/policy.ts'
import { beginReplay, replay } from '../src/replay.ts'
import { makeTick } from '../testing/make.ts'
import { makeStand } from '../testing/stand.ts'

/** Looks as `a:down@2`, replayed in pages of so many. */
function replayed(looks: string, policy: Partial<VerdictPolicy> = {}, pageSize = 100): string[] {
  const ticks = looks.split(' ').map((look): Sighting => {
    const [region = '', verdict, second] = look.split(/[:@]/)
    return makeTick(region, Number(second) * 1_000, verdict as 'up')
  })
  let now = beginReplay(makeStand('a b c', { policy: { ...defaultPolicy, ...policy } }))
  for (let from = 0; from < ticks.length; from += pageSize) now = replay(now, ticks.slice(from, from + pageSize))
  return now.incidents.map(({ severity, beganAtMs, endedAtMs }) => {
    return `${severity} ${beganAtMs / 1_000}-${endedAtMs === null ? '' : endedAtMs / 1_000}`
  })
}

const outage =
  'a:up@1 b:up@1 c:up@1 a:down@60 b:down@61 c:down@62 a:up@120 b:up@121 c:up@122 a:up@180 b:up@181 c:up@182'

describe('looks that are replayed', () => {
  const cases: [string, string, Partial<VerdictPolicy>, string[]][] = [
    ['come to what they came to', outage, {}, ['down 60-121']],
    ['come to the same end sooner where one passing look is enough', outage, { recoveries: 1 }, ['down 60-121']],
    ['come to nothing where three failing looks in a row are asked for', outage, { failures: 3 }, []],
    [
      'come to an outage of one region where that is enough',
      'a:up@1 b:up@1 c:up@1 a:down@60',
      { quorum: { kind: 'any' }, failures: 1 },
      ['down 60-'],
    ],
    ['come to nothing where all must agree', outage.replace('c:down@62', 'c:up@62'), { quorum: { kind: 'all' } }, []],
    [
      'come to an incident of degraded looks where that is one',
      'a:up@1 b:up@1 a:degraded@60 b:degraded@61 a:down@120 b:down@121',
      { degradedIsIncident: true },
      ['down 60-'],
    ],
  ]
  test.each(cases)('%s', (_sentence, looks, policy, incidents) => expect(replayed(looks, policy)).toEqual(incidents))

  test.each([1, 2, 5])('come to the same in pages of %i', (pageSize) => {
    expect(replayed(outage, {}, pageSize)).toEqual(['down 60-121'])
  })

  test('tell why', () => {
    const failing = ['a', 'b'].map((region) => makeTick(region, 60_000, 'down'))
    expect(replay(beginReplay(makeStand('a b')), failing).incidents[0]?.cause).toEqual({
      code: 'TCP_REFUSED',
      message: 'it is down',
      region: 'a',
    })
  })
})
