import { describe, expect, test } from 'bun:test'
import { noonMs } from '@repo/domain/testing'
import { Backlog } from '../src/backlog.ts'
import { Schedule } from '../src/schedule.ts'
import { makePlanned } from './planned.ts'

/** Late checks, each of which may still be run for so long. */
function makeLate(count: number, aliveMs = 30_000) {
  const schedule = new Schedule(noonMs)
  const monitor = makePlanned({ scheduleFromMs: noonMs, intervalMs: 86_400_000 })
  schedule.set(monitor, noonMs)
  const [check] = schedule.takeDue({ nowMs: noonMs, throughMs: noonMs })
  if (!check) throw new Error('there is one')
  return Array.from({ length: count }, (_, index) => ({
    ...check,
    monitorKey: index,
    scheduledAtMs: noonMs + index,
    expiresAtMs: noonMs + aliveMs,
  }))
}

/** What is let go in turns of a tenth of a second. */
function drain(backlog: Backlog, { turns, checksPerSecond }: { turns: number; checksPerSecond: number }) {
  return Array.from({ length: turns }, (_, turn) => backlog.take(noonMs + turn * 100, checksPerSecond))
}

describe('checks that are late', () => {
  test('go at less than a fifth of the steady rate, so that all together stay below 1.2 times of it', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(1_000))
    const going = drain(backlog, { turns: 100, checksPerSecond: 100 })
    for (let second = 0; second < 10; second += 1) {
      const count = going.slice(second * 10, second * 10 + 10).flat().length
      expect(count).toBeLessThanOrEqual(20)
    }
    expect(going.flat().length).toBeWithin(140, 170)
  })

  test('go one by one where next to nothing is checked', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(3))
    expect(drain(backlog, { turns: 100, checksPerSecond: 0.1 }).flat()).toHaveLength(3)
  })

  test('go the newest first, for it has the longest to live', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(3))
    const order = drain(backlog, { turns: 100, checksPerSecond: 10 }).flat()
    expect(order.map((check) => check.scheduledAtMs - noonMs)).toEqual([2, 1, 0])
  })

  test('are dropped when they can no longer be run in time', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(100, 1_000))
    const going = drain(backlog, { turns: 50, checksPerSecond: 10 })
    expect(going.slice(10).flat()).toEqual([])
    expect(backlog.size).toBe(0)
  })

  test('are forgotten by one who no longer leads', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(5))
    backlog.clear()
    expect(drain(backlog, { turns: 50, checksPerSecond: 1_000 }).flat()).toEqual([])
  })

  test('may be more than fit into an argument list', () => {
    const backlog = new Backlog()
    backlog.add(makeLate(200_000))
    expect(backlog.size).toBe(200_000)
  })
})
