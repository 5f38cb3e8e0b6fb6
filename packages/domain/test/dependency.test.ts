import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Dependency, findAnyCircle, findCircle } from '../src/dependency.ts'
import type { MonitorId } from '../src/ids.ts'

const edge = (text: string): Dependency => {
  const [childId, parentId] = text.split('>') as [MonitorId, MonitorId]
  return { childId, parentId }
}

describe('what monitors hang on', () => {
  const cases: [string, string[], string[] | undefined][] = [
    ['is no circle where nothing comes back', ['a>b', 'b>c', 'a>c'], undefined],
    ['is a circle of one where a monitor hangs on itself', ['a>a'], ['a', 'a']],
    ['is a circle over others', ['a>b', 'b>c', 'c>a'], ['a', 'b', 'c', 'a']],
    ['is no circle of this monitor where others go in one', ['a>b', 'b>c', 'c>b'], undefined],
  ]
  test.each(cases)('%s', (_sentence, edges, expected) => {
    expect(findCircle(edges.map(edge), 'a' as MonitorId)).toEqual(expected as MonitorId[])
  })

  test('is found to be a circle exactly where one can get back, and the way is one that can be gone', () => {
    const id = fc.constantFrom(...'abcdefg') as fc.Arbitrary<MonitorId>
    fc.assert(
      fc.property(fc.array(fc.record({ childId: id, parentId: id }), { maxLength: 12 }), (edges) => {
        const from = 'a' as MonitorId
        const reached = new Set(edges.filter(({ childId }) => childId === from).map(({ parentId }) => parentId))
        for (let step = 0; step < 7; step += 1)
          for (const { childId, parentId } of edges) if (reached.has(childId)) reached.add(parentId)
        const circle = findCircle(edges, from)
        expect(circle !== undefined).toBe(reached.has(from))
        for (const [place, parentId] of (circle ?? []).entries())
          if (place > 0) expect(edges).toContainEqual({ childId: circle?.[place - 1] ?? from, parentId })
      }),
    )
  })

  test('go round somewhere exactly where one of them can get back to itself, and the way is one that can be gone', () => {
    const id = fc.constantFrom(...'abcdefg') as fc.Arbitrary<MonitorId>
    fc.assert(
      fc.property(fc.array(fc.record({ childId: id, parentId: id }), { maxLength: 12 }), (edges) => {
        const circle = findAnyCircle(edges)
        const isRound = edges.some(({ childId }) => findCircle(edges, childId) !== undefined)
        expect(circle !== undefined).toBe(isRound)
        expect(circle?.at(0)).toBe(circle?.at(-1) as MonitorId)
        for (const [place, parentId] of (circle ?? []).entries())
          if (place > 0) expect(edges).toContainEqual({ childId: circle?.[place - 1] as MonitorId, parentId })
      }),
    )
  })

  test('are looked through in one go, however many there are and however far they reach', () => {
    const edges = Array.from({ length: 200_000 }, (_, place) => edge(`${place}>${place + 1}`))
    expect(findAnyCircle(edges)).toBeUndefined()
    expect(findAnyCircle([...edges, edge('200000>199999')])).toEqual(['199999', '200000', '199999'] as MonitorId[])
  })
})
