import { describe, expect, test } from 'bun:test'
import { rowTicks, type TickShape, tickHeight, tickPaths, tickSummary } from '../src/tick-shape.ts'

const up = (responseTimeMs: number): TickShape => ({ verdict: 'up', responseTimeMs })
const down: TickShape = { verdict: 'down', responseTimeMs: null }

describe('a tick line', () => {
  test('draws a slower check higher, and none above the line of a failed one', () => {
    const heights = [0.2, 1, 5, 40, 300, 2_000, 10_000, 60_000].map((ms) => tickHeight(ms, rowTicks.heightPx))
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
    expect(heights[0]).toBe(3)
    expect(heights.at(-1)).toBe(22)
  })

  test('is one path per verdict that occurs', () => {
    const paths = tickPaths([up(10), down, up(20)], 60, rowTicks)
    expect(paths.up.match(/M/g)).toHaveLength(2)
    expect(paths.down.match(/M/g)).toHaveLength(1)
    expect(paths.unknown).toBe('')
  })

  test('puts fewer ticks than it has room for at its right end', () => {
    expect(tickPaths([down], 60, rowTicks).down).toStartWith('M200.6 ')
  })

  test('shows the newest ticks when there are more than it has room for', () => {
    const paths = tickPaths([down, up(1), up(1)], 2, rowTicks)
    expect(paths.down).toBe('')
  })

  test('tells a screen reader how many checks said what', () => {
    expect(tickSummary([up(1), up(2), down])).toBe('2 up, 1 down of the last 3 checks')
    expect(tickSummary([up(1)])).toBe('1 up of the last check')
    expect(tickSummary([])).toBe('No checks yet')
  })
})
