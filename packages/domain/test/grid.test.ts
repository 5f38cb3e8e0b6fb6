import { describe, expect, test } from 'bun:test'
import { expiresAtMs, gridOf, hash32, newestSlotMs, nextSlotMs } from '../src/grid.ts'
import { type MonitorId, parseMonitorId } from '../src/ids.ts'

const id = parseMonitorId('019e8a5c-1f00-7000-8000-0000000000aa')

describe('the grid of a monitor', () => {
  const intervals = [[1_000], [7_000], [60_000], [180_000], [86_400_000]]

  test.each(intervals)('with an interval of %i ms lies at phase + k · interval and nowhere else', (intervalMs) => {
    const grid = gridOf(id, intervalMs)
    expect(grid.phaseMs).toBe(hash32(id) % intervalMs)
    for (const ms of [0, 1, 999, 1_780_000_000_000, 1_780_000_000_001, 1_799_999_999_999]) {
      expect((nextSlotMs(grid, ms) - grid.phaseMs) % intervalMs).toBe(0)
    }
  })

  const grid = { intervalMs: 1_000, phaseMs: 250 }
  test.each([
    ['before the first slot', 0, 250, -750],
    ['a millisecond before a slot', 5_249, 5_250, 4_250],
    ['at a slot', 5_250, 6_250, 5_250],
    ['a millisecond after a slot', 5_251, 6_250, 5_250],
    ['in the middle', 5_700, 6_250, 5_250],
  ])('%s, at %i, the next slot is %i and the newest %i', (_when, ms, next, newest) => {
    expect(nextSlotMs(grid, ms)).toBe(next)
    expect(newestSlotMs(grid, ms)).toBe(newest)
  })

  test('is the same for whoever computes it at whatever moment between two slots', () => {
    const own = gridOf(id, 60_000)
    const slot = nextSlotMs(own, 1_780_000_000_000)
    const asked = [0, 1, 100, 30_000, 59_999].map((earlierMs) => nextSlotMs(gridOf(id, 60_000), slot - 1 - earlierMs))
    expect(new Set(asked)).toEqual(new Set([slot]))
  })

  test('never drifts by the time that a check takes', () => {
    const own = gridOf(id, 1_000)
    const first = nextSlotMs(own, 1_780_000_000_000)
    let slot = first
    for (let count = 0; count < 10_000; count += 1) slot = nextSlotMs(own, slot + ((count * 37) % 1_000))
    expect(slot).toBe(first + 10_000 * 1_000)
  })

  test('survives restarts and new versions: the phase of an id is what it always was', () => {
    expect(hash32('')).toBe(2_872_998_923)
    expect(hash32(id)).toBe(1_886_740_739)
    expect(gridOf(id, 60_000).phaseMs).toBe(40_739)
  })
})

describe('the phases of monitors that were made in one millisecond', () => {
  const count = 10_000
  const buckets = 100
  const populations: [string, (index: number) => MonitorId][] = [
    ['with ids that count up', (index) => uuid7(index.toString(16).padStart(15, '0'))],
    ['with ids of random tails', (index) => uuid7(scrambled(index))],
  ]

  describe.each(populations)('%s', (_name, makeId) => {
    test.each([[1_000], [60_000], [180_000]])('spread evenly over an interval of %i ms', (intervalMs) => {
      const expected = count / buckets
      const filled = new Array<number>(buckets).fill(0)
      for (let index = 0; index < count; index += 1) {
        const bucket = Math.floor((gridOf(makeId(index), intervalMs).phaseMs / intervalMs) * buckets)
        filled[bucket] = (filled[bucket] ?? 0) + 1
      }
      const chiSquare = filled.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0)
      // Of really even populations one in ten thousand exceeds 161 at 99 degrees of freedom.
      expect(chiSquare).toBeLessThan(161)
      expect(Math.max(...filled)).toBeLessThan(1.5 * expected)
    })
  })

  function uuid7(tail: string): MonitorId {
    return parseMonitorId(`019e8a5c-1f00-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(-12)}`)
  }

  function scrambled(index: number): string {
    const word = (seed: number) => (Math.imul(index + seed, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
    return word(1).slice(0, 7) + word(77_777)
  }
})

describe('a check expires', () => {
  test.each([
    [1_000, 500],
    [20_000, 10_000],
    [60_000, 30_000],
    [180_000, 30_000],
    [86_400_000, 30_000],
  ])('of an interval of %i ms, %i ms after its instant', (intervalMs, windowMs) => {
    expect(expiresAtMs(1_780_000_000_000, intervalMs)).toBe(1_780_000_000_000 + windowMs)
  })
})
