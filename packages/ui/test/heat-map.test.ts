import { expect, test } from 'bun:test'
import { heatBounds, heatStep } from '../src/heat-map.tsx'

test('heat has five steps of equal ratio between the quickest and the slowest', () => {
  const bounds = heatBounds([10, 100, 320])
  expect(bounds.map(Math.round)).toEqual([20, 40, 80, 160])
  expect([10, 20, 50, 320].map((ms) => heatStep(ms, bounds))).toEqual([0, 0, 2, 4])
})

test('latencies that are alike are one step, and none are no step', () => {
  expect(heatBounds([100, 110])).toEqual([])
  expect(heatBounds([])).toEqual([])
})
