import { describe, expect, test } from 'bun:test'
import type { Sighting } from '../src/monitor-move.ts'
import { type MonitorStand, moveMonitor } from '../src/monitor-move.ts'
import { parseRegion } from '../src/region.ts'
import { makeTick, makeView } from '../testing/make.ts'

const regions = ['a', 'b', 'c'].map(parseRegion)

/** Three regions, all of them content since the schedule began at 1,000. */
const content: MonitorStand = {
  regions,
  paused: false,
  scheduleFromMs: 1_000,
  status: 'up',
  sinceMs: 1_000,
  views: regions.map((region) => makeView(region, 'up', 1_000)),
}
const fresh: MonitorStand = { ...content, status: 'unknown', sinceMs: null, views: [] }

describe('new ticks move nothing', () => {
  const cases: [string, MonitorStand, Sighting[]][] = [
    ['of a paused monitor', { ...content, paused: true }, [makeTick('a', 2_000, 'down')]],
    ['when they are of an older schedule', fresh, [makeTick('a', 999, 'down')]],
    ['when they come from a region that is not its own', content, [makeTick('elsewhere', 2_000, 'down')]],
    ['when newer ones are known', content, [makeTick('a', 1_000, 'down')]],
    ['when there are none', content, []],
  ]
  test.each(cases)('%s', (_sentence, stand, ticks) => expect(moveMonitor(stand, ticks)).toBeUndefined())
})

describe('a monitor', () => {
  test('goes down when a second region fails, since the first failing check of the first', () => {
    const first = moveMonitor(content, [makeTick('a', 2_000, 'down')])
    expect(first).toMatchObject({ verdict: { status: 'up' }, sinceMs: 1_000, failing: 1, reporting: 3 })
    const stand = { ...content, views: [makeView('a', 'down', 2_000), ...content.views.slice(1)] }
    const second = moveMonitor(stand, [makeTick('a', 2_900, 'down'), makeTick('b', 3_000, 'down')])
    expect(second).toMatchObject({
      verdict: { status: 'down', cause: { region: 'b' } },
      previous: 'up',
      sinceMs: 2_000,
      failing: 2,
    })
  })

  test('comes up again at the first passing check, whatever else came in the same batch', () => {
    const views = [makeView('a', 'down', 2_000), makeView('b', 'down', 2_000), makeView('c', 'up', 1_000)]
    const down: MonitorStand = { ...content, status: 'down', sinceMs: 2_000, views }
    const ticks = [makeTick('b', 5_000, 'up'), makeTick('b', 6_000, 'up')]
    expect(moveMonitor(down, ticks)).toMatchObject({ verdict: { status: 'up' }, previous: 'down', sinceMs: 5_000 })
  })

  test('keeps the beginning of a status that goes on', () => {
    expect(moveMonitor(content, [makeTick('a', 9_000, 'down')])).toMatchObject({ sinceMs: 1_000, previous: 'up' })
  })

  test('is known from its first tick on', () => {
    const move = moveMonitor({ ...fresh, regions: regions.slice(0, 1) }, [makeTick('a', 1_000, 'up')])
    expect(move).toMatchObject({ verdict: { status: 'up' }, previous: 'unknown', sinceMs: 1_000, reporting: 1 })
  })

  test('has no vote of a region that was taken away from it', () => {
    const stand = { ...content, regions: regions.slice(0, 2), views: [...content.views, makeView('b', 'down', 2_000)] }
    const views = [makeView('a', 'up', 1_000), makeView('b', 'down', 2_000), makeView('c', 'down', 2_000)]
    expect(moveMonitor({ ...stand, views }, [makeTick('a', 3_000, 'degraded')])).toMatchObject({
      verdict: { status: 'degraded' },
      failing: 1,
      reporting: 2,
    })
  })

  test('reports only the views that changed', () => {
    const looks = [makeTick('a', 2_000, 'up'), makeTick('b', 2_000, 'down'), makeTick('c', 500, 'down')]
    const move = moveMonitor(content, looks)
    expect(move?.views.map((view) => view.region)).toEqual([parseRegion('b')])
  })
})

describe('the order of the ticks in a batch does not matter', () => {
  const batches: [string, MonitorStand, Sighting[]][] = [
    ['as one region fails again and again', content, [2_000, 3_000, 4_000].map((ms) => makeTick('a', ms, 'down'))],
    [
      'as an outage begins',
      content,
      [
        makeTick('a', 2_000, 'down'),
        makeTick('b', 2_100, 'down'),
        makeTick('a', 3_000, 'down'),
        makeTick('c', 2_200, 'up'),
      ],
    ],
    [
      'as an outage ends',
      { ...content, status: 'down', sinceMs: 1_500, views: regions.map((region) => makeView(region, 'down', 1_500)) },
      [
        makeTick('a', 2_000, 'up'),
        makeTick('b', 2_100, 'up'),
        makeTick('a', 3_000, 'up'),
        makeTick('c', 2_200, 'down'),
      ],
    ],
    [
      'as two regions fail at the same instant',
      fresh,
      [makeTick('a', 2_000, 'down'), makeTick('b', 2_000, 'down'), makeTick('c', 2_000, 'down')],
    ],
    [
      'as late, foreign and doubled ticks come among them',
      content,
      [
        makeTick('a', 900, 'down'),
        makeTick('elsewhere', 5_000, 'down'),
        makeTick('b', 2_000, 'degraded'),
        makeTick('b', 2_000, 'degraded'),
        makeTick('c', 4_000, 'unknown'),
      ],
    ],
  ]
  test.each(batches)('%s', (_sentence, stand, ticks) => {
    const moves = permutations(ticks).map((order) => {
      const move = moveMonitor(stand, order)
      return { ...move, views: move?.views.toSorted((a, b) => a.region.localeCompare(b.region)) }
    })
    expect(moves).toEqual(moves.map(() => moves[0]) as typeof moves)
  })

  function permutations<Item>(items: readonly Item[]): Item[][] {
    if (items.length <= 1) return [[...items]]
    return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
  }
})
