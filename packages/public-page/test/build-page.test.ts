import { describe, expect, test } from 'bun:test'
import { publicPageSchema } from '@repo/contracts/public-page'
import { pageContentSchema } from '@repo/contracts/status-pages'
import type { PublicMonitor } from '@repo/db/queries/public-pages'
import { makeMonitorId, noonMs } from '@repo/domain/testing'
import { noDurations } from '@repo/domain/uptime'
import { barsOf, type DayFact } from '../src/bars.ts'
import { buildPage } from '../src/build-page.ts'
import type { MaintenanceFact } from '../src/maintenance-facts.ts'
import { leavesOf, type PageFacts, type PageHistory, type Sayings } from '../src/page-facts.ts'

const HOUR_MS = 3_600_000
const monitorId = makeMonitorId()
const today = new Date(noonMs).toISOString().slice(0, 10)

const dates = Array.from({ length: 90 }, (_, ago) =>
  new Date(noonMs - (89 - ago) * 86_400_000).toISOString().slice(0, 10),
)

function contentOf(components: readonly Record<string, unknown>[]) {
  const named = components.map((one) => ({ id: crypto.randomUUID(), name: 'Search', ...one }))
  return pageContentSchema.parse({
    title: 'Shop',
    sections: [{ id: crypto.randomUUID(), name: 'All', components: named }],
  })
}

const watched = { source: { kind: 'monitor', monitorId } }
const day = (date: string, hours: Partial<DayFact['durations']>): DayFact => ({
  date,
  durations: { ...noDurations(), ...Object.fromEntries(Object.entries(hours).map(([s, h]) => [s, h * HOUR_MS])) },
})

interface Given {
  readonly status?: PublicMonitor['status']
  readonly lastKnown?: PublicMonitor['lastKnown']
  readonly days?: readonly DayFact[]
  readonly components?: readonly Record<string, unknown>[]
  readonly groups?: PageFacts['standing']['groups']
  readonly sayings?: Partial<Sayings>
  readonly maintenances?: readonly MaintenanceFact[]
  readonly history?: Partial<PageHistory>
}

function build({ status = 'up', days = [], components = [watched], ...given }: Given) {
  const { lastKnown = status, groups = new Map(), maintenances = [] } = given
  const monitor = { id: monitorId, monitorKey: 1, status, sinceMs: noonMs, lastKnown }
  const content = contentOf(components)
  const shown = leavesOf(content).filter(({ source }) => source.kind === 'monitor')
  const facts: PageFacts = {
    standing: { monitors: new Map([[monitorId as string, monitor]]), groups },
    sayings: { states: [], incidents: [], announcements: [], ...given.sayings },
    history: {
      ...{ today, medians: new Map(), mediansAtMs: noonMs, groups: new Map() },
      bars: new Map(shown.map(({ id }) => [id, barsOf(days, dates)])),
      ...given.history,
    },
    maintenances,
  }
  return publicPageSchema.parse(buildPage({ slug: 'shop', domain: null, logo: null, content }, facts, noonMs))
}

const first = (given: Given) => build(given).sections[0]?.components[0]

describe('a page', () => {
  test('says now what is now, while the bar of today keeps what was', () => {
    const page = build({ status: 'up', days: [day(today, { up: 11, down: 1 })] })
    expect(page.indicator).toBe('none')
    expect(page.sections[0]?.components[0]?.days?.at(-1)).toEqual([11 * 3_600, 0, 3_600, 0, 0])
  })

  test('has ninety days, and none where nothing was said of one', () => {
    const days = first({ days: [day(today, { up: 12 })] })?.days
    expect(days).toHaveLength(90)
    expect(days?.slice(0, 89).every((one) => one === null)).toBeTrue()
  })

  test.each([
    ['down of what is known', { up: 9, down: 1, unknown: 5, maintenance: 5, paused: 4 }, 90],
    ['degraded is up', { up: 5, degraded: 5 }, 100],
    ['rounded down at three decimals', { up: 999_999, down: 1 }, 99.999],
    ['never a hundred where something was down', { up: 99_999_999, down: 1 }, 99.999],
    ['nothing down: a hundred', { up: 24 }, 100],
    ['all of it down: nothing', { down: 24 }, 0],
    ['nothing is known: no figure', { unknown: 24 }, null],
  ])('says an uptime: %s', (_what, hours, percent) => {
    expect(first({ days: [day(today, hours)] })?.uptimePercent).toBe(percent)
  })

  test.each([
    ['up', 'operational', 'none'],
    ['degraded', 'degraded_performance', 'minor'],
    ['down', 'major_outage', 'critical'],
    ['unknown', 'unknown', 'unknown'],
    ['paused', 'unknown', 'unknown'],
    ['maintenance', 'under_maintenance', 'maintenance'],
  ] as const)('a monitor that is %s makes a component %s and a page %s', (status, state, indicator) => {
    const page = build({ status })
    expect([page.sections[0]?.components[0]?.state, page.indicator]).toEqual([state, indicator])
  })

  test('a component of parts is the worst of them, and out as a whole only where all of them are', () => {
    const part = (source: unknown) => ({ id: crypto.randomUUID(), name: 'Part', source })
    const parts = [part(watched.source), part({ kind: 'manual' })]
    const component = { source: { kind: 'parts' }, parts }
    expect(first({ status: 'down', components: [component] })?.state).toBe('partial_outage')
    const alone = { ...component, parts: parts.slice(0, 1) }
    expect(first({ status: 'down', components: [alone] })?.state).toBe('major_outage')
  })

  test('does not know of a monitor that is gone', () => {
    const gone = { source: { kind: 'monitor', monitorId: makeMonitorId() } }
    expect(first({ components: [gone] })).toMatchObject({ state: 'unknown', uptimePercent: null })
  })
})

const componentId = crypto.randomUUID()
const said = (more: Partial<Sayings['incidents'][number]> = {}): Sayings['incidents'][number] => ({
  ...{ id: crypto.randomUUID(), title: 'Slow', impact: 'minor', phase: 'investigating' },
  ...{ beganAtMs: noonMs - HOUR_MS, resolvedAtMs: null, components: [], updates: [] },
  ...more,
})

describe('what people say on a page', () => {
  const about = (state: 'degraded_performance' | 'operational') => [{ componentId, state }]

  test('makes a component worse than it is seen to be, and never better', () => {
    const component = { ...watched, id: componentId }
    const slow = { incidents: [said({ components: about('degraded_performance') })] }
    const one = first({ components: [component], sayings: slow })
    expect(one).toMatchObject({ state: 'degraded_performance', since: new Date(noonMs - HOUR_MS).toISOString() })
    expect(first({ status: 'down', components: [component], sayings: slow })?.state).toBe('major_outage')
    const well = { incidents: [said({ components: about('operational') })] }
    expect(first({ status: 'down', components: [component], sayings: well })?.state).toBe('major_outage')
  })

  test('says nothing of a component any more once it is over', () => {
    const over = said({ components: about('degraded_performance'), resolvedAtMs: noonMs, impact: 'critical' })
    const page = build({ components: [{ ...watched, id: componentId }], sayings: { incidents: [over] } })
    expect([page.indicator, page.sections[0]?.components[0]?.state]).toEqual(['none', 'operational'])
    expect(page.incidents).toHaveLength(1)
  })

  test.each([
    ['none', 'up', 'none'],
    ['minor', 'up', 'minor'],
    ['critical', 'up', 'critical'],
    ['minor', 'down', 'critical'],
    ['major', 'maintenance', 'major'],
    ['none', 'unknown', 'unknown'],
  ] as const)('of the impact %s beside a monitor that is %s makes a page %s', (impact, status, indicator) => {
    expect(build({ status, sayings: { incidents: [said({ impact })] } }).indicator).toBe(indicator)
  })

  test('is shown for ninety days after it was over, and as long as it lasts', () => {
    const longAgo = { beganAtMs: noonMs - 200 * 24 * HOUR_MS }
    const over = [89, 91].map((days) => said({ ...longAgo, resolvedAtMs: noonMs - days * 24 * HOUR_MS }))
    expect(build({ sayings: { incidents: [said(longAgo), ...over] } }).incidents).toHaveLength(2)
  })

  test('names none of the components that the page does not show', () => {
    const components = [{ componentId: crypto.randomUUID(), state: 'major_outage' as const }]
    expect(build({ sayings: { incidents: [said({ components })] } }).incidents[0]?.componentIds).toEqual([])
  })

  test('of a component that nobody watches is what it is', () => {
    const component = { id: componentId, source: { kind: 'manual' } }
    const was = {
      componentId,
      state: 'operational',
      beganAtMs: noonMs - 2 * HOUR_MS,
      endedAtMs: noonMs - HOUR_MS,
    } as const
    const is = { componentId, state: 'unknown', beganAtMs: noonMs - HOUR_MS, endedAtMs: null } as const
    expect(first({ components: [component], sayings: { states: [was, is] } })).toMatchObject({
      ...{ state: 'unknown', lastKnown: 'operational', since: new Date(noonMs - HOUR_MS).toISOString() },
    })
    expect(first({ components: [component] })).toMatchObject({ state: 'operational', since: null })
  })

  test.each([
    ['before it begins', -2, null, 0],
    ['while it lasts', 0, 1, 1],
    ['for ever, where it has no end', 0, null, 1],
    ['and not when it is over', -1, 0, 0],
  ])('to everybody is said %s', (what, fromHour, untilHour, count) => {
    const fromMs = noonMs + (what === 'before it begins' ? 1 : fromHour) * HOUR_MS
    const untilMs = untilHour === null ? null : noonMs + untilHour * HOUR_MS
    const announcement = { id: crypto.randomUUID(), title: 'Moving', body: '', fromMs, untilMs }
    expect(build({ sayings: { announcements: [announcement] } }).announcements).toHaveLength(count)
  })
})

describe('what was known last', () => {
  test.each([
    ['unknown', 'down', 'major_outage'],
    ['paused', 'up', 'operational'],
    ['unknown', null, 'unknown'],
    ['degraded', 'degraded', 'degraded_performance'],
  ] as const)('of a monitor that is %s and was %s is told to machines as %s', (status, lastKnown, state) => {
    expect(first({ status, lastKnown })?.lastKnown).toBe(state)
  })

  test('of parts is the worst of theirs', () => {
    const part = (source: unknown) => ({ id: crypto.randomUUID(), name: 'Part', source })
    const parts = [part(watched.source), part({ kind: 'manual' })]
    const component = { source: { kind: 'parts' }, parts }
    const shown = first({ status: 'unknown', lastKnown: 'down', components: [component] })
    expect(shown).toMatchObject({ state: 'unknown', lastKnown: 'partial_outage' })
  })
})

describe('a group', () => {
  const groupId = crypto.randomUUID()
  const component = { source: { kind: 'group', groupId } }
  const groupOf = (...ids: string[]) =>
    new Map([[groupId, { rule: { kind: 'any' as const }, members: ids.map((id) => ({ monitorId: id, weight: 1 })) }]])

  test('is what its members make it', () => {
    expect(first({ status: 'down', components: [component], groups: groupOf(monitorId) })?.state).toBe('major_outage')
    expect(first({ status: 'up', components: [component], groups: groupOf(monitorId) })?.state).toBe('operational')
  })

  test('is not known where it is gone, or has no members', () => {
    expect(first({ components: [component] })?.state).toBe('unknown')
    expect(first({ components: [component], groups: groupOf() })?.state).toBe('unknown')
  })
})

describe('maintenance', () => {
  const window = (more: Partial<MaintenanceFact> = {}): MaintenanceFact => ({
    ...{ windowId: crypto.randomUUID(), workspaceId: crypto.randomUUID(), version: 1, title: 'Upgrade', body: 'Soon.' },
    ...{ isRecurring: false, monitorIds: null, cancelled: [] },
    periods: [{ fromMs: noonMs + HOUR_MS, toMs: noonMs + 2 * HOUR_MS }],
    ...more,
  })
  const at = (from: number, to: number) => ({ fromMs: noonMs + from * HOUR_MS, toMs: noonMs + to * HOUR_MS })

  test.each([
    ['scheduled', at(1, 2)],
    ['in_progress', at(0, 1)],
    ['completed', at(-1, 0)],
  ] as const)('is %s', (state, period) => {
    expect(build({ maintenances: [window({ periods: [period] })] }).maintenances).toMatchObject([{ state }])
  })

  test('is of the components whose monitors it is of, and told of on no other page', () => {
    const shown = build({ components: [watched, { source: { kind: 'manual' } }], maintenances: [window()] })
    expect(shown.maintenances[0]?.componentIds).toEqual([shown.sections[0]?.components[0]?.id ?? ''])
    expect(build({ maintenances: [window({ monitorIds: new Set() })] }).maintenances).toEqual([])
  })

  describe('whose window is of other monitors now', () => {
    const windowId = crypto.randomUUID()
    const carriedOn = { begun: [at(-1, 0)], ahead: [at(5, 6)], isRecurring: true }
    const was = (formerId: string, more: Partial<MaintenanceFact> = {}) =>
      window({ windowId, formerId, isRecurring: true, periods: [], carriedOn, ...more })
    const elsewhere = { monitorIds: new Set<string>() }
    const now = (more: Partial<MaintenanceFact> = {}) => window({ windowId, periods: [at(-1, 1)], ...more })
    const told = (...maintenances: MaintenanceFact[]) =>
      build({ maintenances }).maintenances.map(({ state, endsAt }) => [state, (Date.parse(endsAt) - noonMs) / HOUR_MS])

    test('ended for the others when it was changed, and what was to come is cancelled', () => {
      expect(told(now(elsewhere), was('a'))).toEqual([
        ['cancelled', 6],
        ['completed', 0],
      ])
    })

    test('goes on for those that it is still of', () => {
      expect(told(now(), was('a'))).toEqual([['in_progress', 1]])
    })

    test('and was of others once more, ended with the last of what concerned them', () => {
      const later = was('b', { carriedOn: { ...carriedOn, begun: [at(-1, -0.5)], ahead: [] } })
      expect(told(now(elsewhere), was('a'), later)).toEqual([['completed', -0.5]])
      expect(told(now(elsewhere), later, was('a', elsewhere))).toEqual([['completed', -0.5]])
    })
  })

  test('that comes next is first, and what was last comes first of what is over', () => {
    const periods = [at(-4, -3), at(-2, -1), at(1, 2), at(3, 4)]
    const { maintenances } = build({ maintenances: [window({ isRecurring: true, periods })] })
    const hours = maintenances.map(({ startsAt }) => (Date.parse(startsAt) - noonMs) / HOUR_MS)
    expect(hours).toEqual([1, 3, -2, -4])
    expect(new Set(maintenances.map(({ id }) => id)).size).toBe(4)
  })
})
