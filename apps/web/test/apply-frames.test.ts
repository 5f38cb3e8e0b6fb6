import { describe, expect, test } from 'bun:test'
import type { MonitorFrame } from '@repo/contracts/live'
import type { Monitor, MonitorCounts, MonitorPage } from '@repo/contracts/monitors'
import {
  framesByMonitor,
  patchCounts,
  patchMonitor,
  patchPages,
  patchTicks,
  statusNews,
} from '../src/live/apply-frames.ts'
import { makeMark, makeMonitor, makeTick } from './make.ts'

const tick = (monitorId: string, second: number): MonitorFrame => ({
  type: 'tick',
  id: 'a-1',
  monitorId,
  tick: makeTick(second),
})
const moved = (monitorId: string, previous: Monitor['status'], status: Monitor['status']): MonitorFrame => ({
  type: 'monitor.status',
  id: 'a-1',
  monitorId,
  status,
  previous,
  since: '2026-11-24T00:00:00.000Z',
  message: null,
})
const deleted = (monitorId: string): MonitorFrame => ({ type: 'monitor.deleted', id: 'a-1', monitorId })
const counts: MonitorCounts = { total: 3, up: 2, degraded: 0, down: 1, unknown: 0, maintenance: 0, paused: 0 }
const pagesOf = (...pages: Monitor[][]) => ({
  pages: pages.map((items): MonitorPage => ({ items, nextCursor: null, counts })),
  pageParams: pages.map(String),
})

describe('a live tick', () => {
  test('becomes the last of its monitor', () => {
    const patched = patchMonitor(makeMonitor({ recent: [makeMark(1)] }), [tick('www', 2)])
    expect(patched?.recent).toEqual([makeMark(1), makeMark(2)])
    expect(patched?.last).toEqual(makeMark(2))
  })

  test('that comes late takes its place and does not become the last', () => {
    const patched = patchMonitor(makeMonitor({ recent: [makeMark(1), makeMark(3)] }), [tick('www', 2)])
    expect(patched?.recent).toEqual([makeMark(1), makeMark(2), makeMark(3)])
    expect(patched?.last).toEqual(makeMark(3))
  })

  test('that is known already changes nothing', () => {
    const monitor = makeMonitor({ recent: [makeMark(1)] })
    expect(patchMonitor(monitor, [tick('www', 1)])).toBe(monitor)
  })

  test('is shown once in the table of ticks, newest first', () => {
    const data = { pages: [{ items: [makeTick(1)], nextCursor: null }], pageParams: [''] }
    const patched = patchTicks(data, [tick('www', 1), tick('www', 3), tick('www', 2)])
    expect(patched.pages[0]?.items).toEqual([makeTick(3), makeTick(2), makeTick(1)])
  })
})

describe('pages of monitors', () => {
  test('without a change stay the same objects', () => {
    const data = pagesOf([makeMonitor({ name: 'a' })], [makeMonitor({ name: 'b' })])
    const patched = patchPages(data, framesByMonitor([tick('b', 1)]))
    expect(patched.pages[0]).toBe(data.pages[0])
    expect(patched.pages[1]?.items[0]?.last).toEqual(makeMark(1))
  })

  test('lose a monitor that was deleted', () => {
    const data = pagesOf([makeMonitor({ name: 'a' }), makeMonitor({ name: 'b' })])
    const patched = patchPages(data, framesByMonitor([deleted('a')]))
    expect(patched.pages[0]?.items.map(({ name }) => name)).toEqual(['b'])
  })
})

describe('a change of status', () => {
  test('to maintenance takes the cause away: what regions say counts for nothing meanwhile', () => {
    const cause = { code: 'TCP_REFUSED', message: 'refused', region: 'a' } as const
    const patched = patchMonitor(makeMonitor({ status: 'down', cause }), [moved('www', 'down', 'maintenance')])
    expect([patched?.status, patched?.cause]).toEqual(['maintenance', null])
  })

  test('moves one count to another', () => {
    expect(patchCounts(counts, [moved('a', 'down', 'up')])).toEqual({ ...counts, down: 0, up: 3 })
  })

  test('that recovers forgets the cause', () => {
    const cause = { code: 'TCP_REFUSED', message: 'refused', region: 'eu' } as const
    const patched = patchMonitor(makeMonitor({ status: 'down', cause }), [moved('www', 'down', 'up')])
    expect(patched).toMatchObject({ status: 'up', cause: null })
  })

  test('is told in one sentence, however many there are', () => {
    expect(statusNews([moved('a', 'up', 'down'), moved('b', 'up', 'down'), moved('c', 'down', 'up')])).toBe(
      '2 monitors went down, 1 recovered',
    )
    expect(statusNews([tick('a', 1), moved('a', 'unknown', 'up')])).toBeUndefined()
  })
})
