import { describe, expect, test } from 'bun:test'
import { type MonitorStand, moveMonitor, rejudgeMonitor, type Sighting } from '../src/monitor-move.ts'
import { defaultPolicy } from '../src/policy.ts'
import { parseRegion } from '../src/region.ts'
import { follow } from '../testing/follow.ts'
import { makeTick, makeView } from '../testing/make.ts'
import { contentStand, makeStand } from '../testing/stand.ts'

const content = contentStand('a b c')
const fresh = makeStand('a b c')

describe('new ticks move nothing', () => {
  const cases: [string, MonitorStand, Sighting[]][] = [
    ['of a paused monitor', { ...content, paused: true }, [makeTick('a', 2_000, 'down')]],
    ['when they are of an older schedule', fresh, [makeTick('a', 999, 'down')]],
    ['when they come from a region that is not its own', content, [makeTick('elsewhere', 2_000, 'down')]],
    ['when newer ones are known', content, [makeTick('a', 1_000, 'down')]],
    ['when they say what was known', content, [makeTick('a', 2_000, 'up')]],
    ['when there are none', content, []],
  ]
  test.each(cases)('%s', (_sentence, stand, ticks) => expect(moveMonitor(stand, ticks)).toBeUndefined())
})

/** Looks as `a:down` at 2, 3, 4 … seconds, each in a batch of its own. */
function told(stand: MonitorStand, looks: string) {
  const batches = looks.split(' ').map((look, index) => {
    const [region = '', verdict] = look.split(':')
    return [makeTick(region, (index + 2) * 1_000, verdict as 'up')]
  })
  return follow(stand, batches)
    .history.map(({ status, sinceMs }) => `${status}@${sinceMs / 1_000}`)
    .join(' ')
}

describe('of three regions a monitor', () => {
  const cases: [sentence: string, looks: string, history: string][] = [
    ['goes down with the second that fails, since the first did', 'a:down b:down', 'down@2'],
    ['does not go down by one that fails again and again', 'a:down a:down a:down', ''],
    ['does not go down when the one recovers before the other fails', 'a:down a:up a:up b:down', ''],
    ['is still down after one passing look of one region', 'a:down b:down a:up', 'down@2'],
    ['is up again when a region passed twice, since the first of these', 'a:down b:down a:up a:up', 'down@2 up@4'],
    ['stays down when a region only now and then passes', 'a:down b:down a:up a:down a:up a:down', 'down@2'],
    ['stays down when one of those that saw it went blind', 'a:down b:down a:unknown c:up', 'down@2'],
    ['is unknown when all of them went blind', 'a:unknown b:unknown c:unknown', 'unknown@4'],
    ['is what it was when they see again', 'a:unknown b:unknown c:unknown a:up', 'unknown@4 up@5'],
    ['is degraded with the second that finds it slow', 'a:degraded b:degraded', 'degraded@2'],
    ['is no longer down when most merely find it slow', 'a:down b:down a:degraded a:degraded', 'down@2 degraded@4'],
  ]
  test.each(cases)('%s', (_sentence, looks, history) => expect(told(content, looks)).toBe(history))

  test('has no vote of one that was silenced, and needs two of the others', () => {
    const stand = { ...content, voiceless: [parseRegion('a')], configured: 2 }
    expect(told(stand, 'a:down b:down')).toBe('')
    expect(told(stand, 'a:down b:down c:down')).toBe('down@3')
  })

  test('has no vote of a region that was taken away from it', () => {
    const views = [makeView('a', 'up', 1_000), makeView('b', 'down', 2_000), makeView('c', 'down', 2_000)]
    const stand = { ...contentStand('a b'), views }
    expect(moveMonitor(stand, [makeTick('a', 3_000, 'degraded')])).toMatchObject({
      verdict: { status: 'degraded', failing: 1, reporting: 2 },
    })
  })
})

describe('of one region a monitor', () => {
  const cases: [sentence: string, looks: string, history: string][] = [
    ['is up with its first passing look', 'a:up', 'up@2'],
    ['is not known after one failing look', 'a:down', ''],
    ['goes down with the second in a row, since the first', 'a:up a:down a:down', 'up@2 down@3'],
    ['does not go down when the second passes', 'a:up a:down a:up', 'up@2'],
    ['is up again with the second passing look', 'a:down a:down a:up a:up', 'down@2 up@4'],
    ['is unknown while nobody can look', 'a:up a:unknown', 'up@2 unknown@3'],
    ['is down again as soon as the region sees it again', 'a:down a:down a:unknown a:down', 'down@2 unknown@4 down@5'],
    [
      'is not called down on the way from blindness to passing',
      'a:down a:down a:unknown a:up a:up',
      'down@2 unknown@4 up@5',
    ],
  ]
  test.each(cases)('%s', (_sentence, looks, history) => expect(told(makeStand('a'), looks)).toBe(history))

  test('goes down with its first failing look where that was asked for', () => {
    const stand = contentStand('a', { policy: { ...defaultPolicy, failures: 1 } })
    expect(told(stand, 'a:down a:up a:up')).toBe('down@2 up@3')
  })
})

describe('a monitor that keeps coming back and going down again', () => {
  const flap = 'a:down a:down a:up a:up'
  const stand = contentStand('a')

  test('stays down from the third time on until it passed three times as often', () => {
    const thrice = told(stand, [flap, flap, flap].join(' '))
    expect(thrice).toBe('down@2 up@4 down@6 up@8 down@10 up@12')
    expect(told(stand, [flap, flap, flap, flap, flap].join(' '))).toBe(`${thrice} down@14`)
    expect(told(stand, `${[flap, flap, flap, flap].join(' ')} a:up a:up a:up a:up`)).toBe(`${thrice} down@14 up@16`)
  })

  test('is believed at once again when that was long ago', () => {
    const later = [2, 3, 4].map((second) => [makeTick('a', 3_600_000 + second * 1_000, second < 4 ? 'down' : 'up')])
    const flapped = { ...stand, recoveries: [2_000, 3_000, 4_000] }
    const last = [makeTick('a', 3_606_000, 'up')]
    expect(follow(flapped, [...later, last]).stand.status).toBe('up')
  })
})

describe('where who may vote changes, the verdict', () => {
  const oneAlone = { ...content, views: [makeView('a', 'down', 2_000), ...content.views.slice(1)] }

  test('stays where it stays the same', () => expect(rejudgeMonitor(oneAlone, 9_000)).toBeUndefined())

  test('moves where fewer need to agree', () => {
    const any = { ...oneAlone, policy: { ...defaultPolicy, quorum: { kind: 'any' } as const } }
    expect(rejudgeMonitor(any, 9_000)).toMatchObject({ transitions: [{ status: 'down', sinceMs: 2_000 }], asks: [] })
  })

  test('is up from now on where those that failed have lost their voice', () => {
    const views = [makeView('a', 'down', 2_000), makeView('b', 'down', 2_000), makeView('c', 'up', 1_000)]
    const down = { ...content, status: 'down', sinceMs: 2_000, views, voiceless: [parseRegion('a')] } as const
    expect(rejudgeMonitor(down, 9_000)).toMatchObject({ transitions: [{ status: 'up', sinceMs: 9_000 }] })
  })
})

test('a move tells only of the views that changed', () => {
  const looks = [makeTick('a', 2_000, 'up'), makeTick('b', 2_000, 'down'), makeTick('c', 500, 'down')]
  expect(moveMonitor(content, looks)?.views.map((view) => view.region)).toEqual([parseRegion('b')])
})

test('an outage that lies within one batch is told with its beginning and its end', () => {
  const batch = ['a', 'b'].flatMap((region) => [makeTick(region, 2_000, 'down'), makeTick(region, 3_000, 'up')])
  const looks = [...batch, makeTick('a', 4_000, 'up'), makeTick('b', 4_000, 'up')]
  const move = moveMonitor(content, looks)
  expect(move?.transitions.map(({ status, sinceMs }) => [status, sinceMs])).toEqual([
    ['down', 2_000],
    ['up', 3_000],
  ])
})
