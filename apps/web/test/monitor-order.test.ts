import { describe, expect, test } from 'bun:test'
import { inHeldOrder } from '../src/monitors/held-order.ts'
import { compareMonitors, isInFilter } from '../src/monitors/monitor-order.ts'
import { makeMonitor } from './make.ts'

const names = (monitors: readonly { name: string }[]) => monitors.map(({ name }) => name)

describe('monitors', () => {
  test('stand worst first, then by name whatever its case', () => {
    const sorted = [
      makeMonitor({ name: 'b' }),
      makeMonitor({ name: 'A' }),
      makeMonitor({ name: 'z', status: 'down' }),
      makeMonitor({ name: 'y', status: 'unknown' }),
      makeMonitor({ name: 'a0', status: 'paused' }),
      makeMonitor({ name: 'x', status: 'degraded' }),
      makeMonitor({ name: 'w', status: 'maintenance' }),
    ].sort(compareMonitors)
    expect(names(sorted)).toEqual(['z', 'x', 'y', 'w', 'A', 'b', 'a0'])
  })

  test.each([
    [{ text: 'SHOP', status: '' }, true],
    [{ text: 'example', status: '' }, true],
    [{ text: 'shop', status: 'down' }, false],
    [{ text: 'nothing', status: '' }, false],
    [{ text: 'shop prod', status: '' }, true],
    [{ text: 'shop lab', status: '' }, false],
  ] as const)('are found by name, by URL and by status: %p is %p', (filter, found) => {
    expect(isInFilter(makeMonitor({ name: 'Shop', tags: ['prod'] }), filter)).toBe(found)
  })
})

describe('an order that is held', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => makeMonitor({ name }))
  const loaded = [a, b, c].flatMap((monitor) => monitor ?? [])

  test('stays although the right one has changed', () => {
    expect(names(inHeldOrder({ loaded, wanted: loaded.toReversed(), ids: ['a', 'b', 'c'] }))).toEqual(['a', 'b', 'c'])
  })

  test('takes new rows at its end and drops those that are gone', () => {
    expect(names(inHeldOrder({ loaded, wanted: loaded, ids: ['gone', 'c', 'b'] }))).toEqual(['c', 'b', 'a'])
  })

  test('keeps a row that has left the filter', () => {
    expect(names(inHeldOrder({ loaded, wanted: loaded.slice(1), ids: ['a', 'b', 'c'] }))).toEqual(['a', 'b', 'c'])
  })
})
