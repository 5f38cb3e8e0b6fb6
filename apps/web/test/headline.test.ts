import { expect, test } from 'bun:test'
import type { MonitorCounts } from '@repo/contracts/monitors'
import { headline } from '../src/monitors/headline.ts'

const none: MonitorCounts = { total: 0, up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0, paused: 0 }
const cases: [Partial<MonitorCounts>, string][] = [
  [{}, 'Nothing is watched yet. '],
  [{ total: 1, up: 1 }, 'Your monitor is up. '],
  [{ total: 148, up: 148 }, 'All 148 monitors are up. '],
  [{ total: 1, down: 1 }, '1 of 1 monitor is down. '],
  [
    { total: 148, up: 144, down: 2, degraded: 1, unknown: 1 },
    '2 of 148 monitors are down. 1 degraded, 1 without a verdict.',
  ],
  [{ total: 10_000, up: 9_999, down: 1 }, '1 of 10,000 monitors is down. '],
  [{ total: 3, up: 2, degraded: 1 }, '1 of 3 monitors is degraded. '],
  [{ total: 3, up: 1, paused: 2 }, 'Nothing is down. '],
  [{ total: 3, unknown: 3 }, 'No monitor has reported yet. '],
  [{ total: 3, up: 2, maintenance: 1 }, 'Nothing is down. 1 under maintenance.'],
  [{ total: 1, maintenance: 1 }, 'Your monitor is under maintenance. '],
  [{ total: 2, maintenance: 2 }, 'All monitors are under maintenance. '],
  [{ total: 2, paused: 2 }, 'All monitors are paused. '],
]

test.each(cases)('%p is told as "%s"', (counts, sentence) => {
  const { truth, rest } = headline({ ...none, ...counts })
  expect(`${truth} ${rest}`).toBe(sentence)
})
