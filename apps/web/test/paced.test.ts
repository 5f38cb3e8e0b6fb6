import { expect, test } from 'bun:test'
import { createPaced } from '../src/live/paced.ts'

test('the first comes at once, and what comes soon after it together, a while later', async () => {
  const given: { items: readonly number[]; atMs: number }[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const paced = createPaced<number>(60, (items) => {
    given.push({ items, atMs: Date.now() })
    if (given.length === 1) for (const item of [2, 3]) paced.add(item)
    else resolve()
  })
  paced.add(1)
  await promise
  expect(given.map(({ items }) => items)).toEqual([[1], [2, 3]])
  expect((given[1]?.atMs ?? 0) - (given[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(55)
})

test('what waits when it is stopped is given to nobody', async () => {
  const given: (readonly number[])[] = []
  const paced = createPaced<number>(0, (items) => given.push(items))
  paced.add(1)
  paced.stop()
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(given).toEqual([])
})
