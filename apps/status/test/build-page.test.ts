import { describe, expect, test } from 'bun:test'
import { publicPageSchema } from '@repo/contracts/public-page'
import { pageContentSchema } from '@repo/contracts/status-pages'
import type { PublicMonitor } from '@repo/db/queries/public-pages'
import type { DayStatus } from '@repo/db/queries/uptime'
import { makeMonitorId, noonMs } from '@repo/domain/testing'
import { noDurations } from '@repo/domain/uptime'
import { buildPage } from '../src/build-page.ts'

const HOUR_MS = 3_600_000
const monitorId = makeMonitorId()
const today = new Date(noonMs).toISOString().slice(0, 10)

function contentOf(components: readonly Record<string, unknown>[]) {
  const named = components.map((one) => ({ id: crypto.randomUUID(), name: 'Search', ...one }))
  return pageContentSchema.parse({
    title: 'Shop',
    sections: [{ id: crypto.randomUUID(), name: 'All', components: named }],
  })
}

const watched = { source: { kind: 'monitor', monitorId } }
const day = (date: string, hours: Partial<DayStatus['durations']>): DayStatus => ({
  date,
  durations: { ...noDurations(), ...Object.fromEntries(Object.entries(hours).map(([s, h]) => [s, h * HOUR_MS])) },
  outages: 0,
})

interface Given {
  readonly status?: PublicMonitor['status']
  readonly days?: readonly DayStatus[]
  readonly components?: readonly Record<string, unknown>[]
}

function build({ status = 'up', days = [], components = [watched] }: Given) {
  const monitors = new Map([[monitorId as string, { id: monitorId, monitorKey: 1, status, sinceMs: noonMs }]])
  const page = { slug: 'shop', domain: null, hasLogo: false, content: contentOf(components) }
  return publicPageSchema.parse(buildPage(page, { monitors, days: new Map([[1, days]]) }, noonMs))
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
