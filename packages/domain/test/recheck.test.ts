import { describe, expect, test } from 'bun:test'
import { gridOf } from '../src/grid.ts'
import { type MonitorStand, moveMonitor, type Sighting } from '../src/monitor-move.ts'
import { defaultPolicy } from '../src/policy.ts'
import { parseRegion } from '../src/region.ts'
import { standAfter } from '../testing/follow.ts'
import { makeOutcome, makeTick, makeView } from '../testing/make.ts'
import { contentStand, makeStand } from '../testing/stand.ts'

const three = contentStand('a b c')
const { phaseMs, intervalMs } = gridOf(three.id, three.intervalMs)
/** The instant of a slot of its grid, and one a moment after it: of a look that was asked for. */
const slotMs = (count: number) => phaseMs + count * intervalMs
const soonMs = (count: number) => slotMs(count) + 1_234

function asked(stand: MonitorStand, ...batches: Sighting[][]): string {
  let now = stand
  let asks = ''
  for (const batch of batches) {
    const move = moveMonitor(now, batch)
    asks = (move?.asks ?? [])
      .map(({ region }) => region)
      .sort()
      .join(' ')
    now = standAfter(now, move)
  }
  return asks
}

describe('who is asked to look at once', () => {
  const one = contentStand('a')
  const down = [makeTick('a', slotMs(1), 'down'), makeTick('b', slotMs(1), 'down'), makeTick('c', slotMs(1), 'down')]
  const cases: [string, MonitorStand, Sighting[][], string][] = [
    ['the only region, when it began to fail', one, [[makeTick('a', slotMs(1), 'down')]], 'a'],
    ['the others, when one of three began to fail', three, [[makeTick('a', slotMs(1), 'down')]], 'b c'],
    ['the others, when one began to find it slow', three, [[makeTick('a', slotMs(1), 'degraded')]], 'b c'],
    [
      'nobody, when it goes on failing alone',
      three,
      [[makeTick('a', slotMs(1), 'down')], [makeTick('a', slotMs(2), 'down')]],
      '',
    ],
    [
      'the others, when it fails again after a pass',
      three,
      [[makeTick('a', slotMs(1), 'down')], [makeTick('a', slotMs(2), 'up')], [makeTick('a', slotMs(3), 'down')]],
      'b c',
    ],
    ['not those who looked since', three, [[makeTick('a', slotMs(1), 'down'), makeTick('b', soonMs(1), 'up')]], 'c'],
    ['nobody, when enough failed at once', three, [down.slice(0, 2)], ''],
    [
      'the region itself and those that saw it too, when one of them passes',
      three,
      [down, [makeTick('a', slotMs(2), 'up')]],
      'a b c',
    ],
    [
      'the region again, when what was asked for bore it out but was not yet enough',
      contentStand('a', { policy: { ...defaultPolicy, failures: 3 } }),
      [[makeTick('a', slotMs(1), 'down')], [makeTick('a', soonMs(1), 'down')]],
      'a',
    ],
    [
      'nobody, when what was asked for says something else',
      contentStand('a', { policy: { ...defaultPolicy, failures: 3 } }),
      [[makeTick('a', slotMs(1), 'degraded')], [makeTick('a', soonMs(1), 'up')]],
      '',
    ],
    [
      'nobody, when what was asked for points the other way',
      contentStand('a', {
        ...{ status: 'degraded', views: [makeView('a', 'degraded', 1_000)] },
        policy: { ...defaultPolicy, failures: 3, recoveries: 3 },
      }),
      [[makeTick('a', slotMs(1), 'down')], [makeTick('a', soonMs(1), 'up')]],
      '',
    ],
    [
      'nobody for a recovery of a monitor that flaps',
      { ...three, recoveries: [slotMs(1) - 3, slotMs(1) - 2, slotMs(1) - 1] },
      [down, [makeTick('a', slotMs(2), 'up')]],
      '',
    ],
    ['nobody, when a region could not look', one, [[makeTick('a', slotMs(1), 'unknown')]], ''],
    ['not a region without a voice', { ...three, voiceless: [parseRegion('b')] }, [down.slice(0, 1)], 'c'],
    ['nobody, for one without a voice', { ...three, voiceless: [parseRegion('a')] }, [down.slice(0, 1)], ''],
    ['the only region, when its very first look fails', makeStand('a'), [[makeTick('a', 1_000, 'down')]], 'a'],
  ]
  test.each(cases)('%s', (_sentence, stand, batches, regions) => expect(asked(stand, ...batches)).toBe(regions))
})

test('whoever looks again is told the address that failed, others are not', () => {
  const failing = { ...makeTick('a', slotMs(1), 'down'), outcome: makeOutcome('down', { address: '192.0.2.7' }) }
  const stand = { ...three, policy: { ...defaultPolicy, failures: 2 } }
  expect(moveMonitor(stand, [failing])?.asks).toEqual([
    { region: parseRegion('a'), avoid: '192.0.2.7' },
    { region: parseRegion('b'), avoid: null },
    { region: parseRegion('c'), avoid: null },
  ])
})

test('asking always ends, whatever the looks that were asked for say', () => {
  const words = ['up', 'degraded', 'down', 'unknown'] as const
  let seed = 7
  const random = (count: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return (seed >> 8) % count
  }
  for (let turn = 0; turn < 2_000; turn += 1) {
    const failures = 1 + random(4)
    let stand: MonitorStand = { ...three, policy: { ...defaultPolicy, failures, recoveries: 1 + random(4) } }
    let atMs = slotMs(1)
    let looks: Sighting[] = [makeTick('a', atMs, words[random(3)] ?? 'up')]
    let rounds = 0
    for (; looks.length > 0; rounds += 1) {
      expect(rounds).toBeLessThan(40)
      const move = moveMonitor(stand, looks)
      stand = standAfter(stand, move)
      atMs += 1_001
      looks = (move?.asks ?? []).map(({ region }) => makeTick(region, atMs, words[random(4)] ?? 'up'))
    }
  }
})
