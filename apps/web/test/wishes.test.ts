import { describe, expect, test } from 'bun:test'
import type { Monitor } from '@repo/contracts/monitors'
import { QueryClient } from '@tanstack/react-query'
import { keys } from '../src/api/queries.ts'
import { readWished, showWish, withWishes } from '../src/api/wishes.ts'
import { makeMonitor } from './make.ts'

const monitor = makeMonitor({ id: 'a', status: 'up' })
const pause = (shown: Monitor): Monitor => ({ ...shown, status: 'paused' })

function shownTo() {
  const client = new QueryClient()
  client.setQueryData(keys.monitor('a'), monitor)
  return { wish: showWish(client, new Set(['a']), pause), shown: () => client.getQueryData<Monitor>(keys.monitor('a')) }
}

/** A reading whose answer, that of before, comes when it is let. */
function readingOf() {
  const { promise, resolve } = Promise.withResolvers<Monitor>()
  const read = readWished(
    () => promise,
    (answer, wished) => wished(answer),
  )
  return async () => {
    resolve(monitor)
    return (await read).status
  }
}

describe('a change that is wished', () => {
  test('is shown at once, and what was there before where it is refused', () => {
    const { wish, shown } = shownTo()
    expect(shown()?.status).toBe('paused')
    wish.takeBack()
    expect(shown()).toEqual(monitor)
  })

  test('is painted over by no answer to what was asked before it was granted', async () => {
    const before = readingOf()
    const { wish } = shownTo()
    const meanwhile = readingOf()
    wish.grant()
    const after = readingOf()
    expect([await before(), await meanwhile(), await after()]).toEqual(['paused', 'paused', 'up'])
  })

  test('is in no answer once it was refused', async () => {
    const before = readingOf()
    const { wish } = shownTo()
    const meanwhile = readingOf()
    expect(withWishes(monitor).status).toBe('paused')
    wish.takeBack()
    expect([await before(), await meanwhile(), withWishes(monitor).status]).toEqual(['up', 'up', 'up'])
  })
})
