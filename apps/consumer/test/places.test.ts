import { describe, expect, test } from 'bun:test'
import { makeWorkspaceId, noonMs } from '@repo/domain/testing'
import { createManualClock } from '@repo/service/testing'
import { eventually } from '@repo/streams/testing/eventually'
import { Places, type Wish } from '../src/places.ts'

function open({ count = 10, perHost = 2 } = {}) {
  const clock = createManualClock(noonMs)
  const places = new Places({ count, perHost, clock })
  const began: string[] = []
  const ends = new Map<string, () => void>()
  /** Asks for a place under a name, and keeps it until the name is ended. */
  function ask(name: string, wish: Partial<Wish> = {}): void {
    const whole = { workspaceId: undefined, host: null, urgent: false, politeUntilMs: noonMs + 15_000, ...wish }
    void places.use(whole, () => {
      began.push(name)
      return new Promise<void>((end) => ends.set(name, end))
    })
  }
  const end = (name: string) => ends.get(name)?.()
  return { clock, places, began, ask, end }
}

describe('places for probes', () => {
  test('are given in the order of asking, so many at once', async () => {
    const { began, ask, end } = open({ count: 2 })
    for (const name of ['a', 'b', 'c', 'd']) ask(name)
    expect(began).toEqual(['a', 'b'])
    end('a')
    await eventually('the next begins', () => began.length === 3)
    end('b')
    await eventually('the last begins', () => began.length === 4)
    expect(began).toEqual(['a', 'b', 'c', 'd'])
  })

  test('are given to the urgent first', async () => {
    const { began, ask, end } = open({ count: 1 })
    ask('running')
    ask('ordinary')
    ask('urgent', { urgent: true })
    end('running')
    await eventually('the next begins', () => began.length === 2)
    expect(began[1]).toBe('urgent')
  })

  test('burden one host with so many at once, while others pass by', async () => {
    const { began, ask, end, places } = open()
    for (const name of ['a1', 'a2', 'a3', 'b1', 'a4']) ask(name, { host: name.charAt(0) })
    await eventually('the other host is not kept waiting', () => began.includes('b1'))
    expect(began).toEqual(['a1', 'a2', 'b1'])
    expect([places.running, places.waiting]).toEqual([3, 2])
    end('a1')
    await eventually('the next of the host begins', () => began.includes('a3'))
    expect(began).not.toContain('a4')
  })

  test('do not let checks of a host that hangs wait until they cannot be run any more', async () => {
    const { clock, began, ask } = open()
    for (const name of ['a1', 'a2', 'a3']) ask(name, { host: 'a' })
    await clock.advance(14_999)
    expect(began).toEqual(['a1', 'a2'])
    await clock.advance(1)
    await eventually('patience is over', () => began.includes('a3'))
  })

  test('are free again after work that fails', async () => {
    const { places, began, ask } = open({ count: 1 })
    const wish = { workspaceId: undefined, host: 'a', urgent: false, politeUntilMs: 0 }
    await expect(places.use(wish, () => Promise.reject(new Error('stopping')))).rejects.toThrow('stopping')
    expect(places.running).toBe(0)
    ask('next')
    expect(began).toEqual(['next'])
  })
})

describe('places for the probes of several workspaces', () => {
  const [one, other] = [makeWorkspaceId(), makeWorkspaceId()]

  test('go to the workspace that has fewest, however long the others have waited', async () => {
    const { began, ask, end } = open({ count: 4, perHost: 100 })
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) ask(name, { workspaceId: one })
    for (const name of ['b1', 'b2', 'b3']) ask(name, { workspaceId: other })
    expect(began).toEqual(['a1', 'a2', 'a3', 'a4'])
    for (const name of ['a1', 'a2', 'a3']) end(name)
    await eventually('three more have begun', () => began.length === 7)
    expect(began.slice(4)).toEqual(['b1', 'b2', 'a5'])
  })

  test('are all of one workspace where no other is about', () => {
    const { began, ask } = open({ count: 16, perHost: 100 })
    for (let number = 0; number < 20; number += 1) ask(`a${number}`, { workspaceId: one })
    expect(began).toHaveLength(16)
  })

  test('are kept free, a few of them, from whoever has many, as long as another one is about', async () => {
    const { began, ask, end } = open({ count: 16, perHost: 100 })
    ask('b1', { workspaceId: other })
    end('b1')
    for (let number = 0; number < 20; number += 1) ask(`a${number}`, { workspaceId: one })
    await eventually('the crowd has begun', () => began.length >= 15)
    expect(began).toHaveLength(1 + 14)
    ask('b2', { workspaceId: other })
    expect(began.at(-1)).toBe('b2')
  })

  test('are all for one workspace again when no other was seen for more than an hour', async () => {
    const { clock, began, ask, end } = open({ count: 16, perHost: 100 })
    ask('b1', { workspaceId: other })
    end('b1')
    await eventually('it is over', () => began.length === 1)
    await clock.advance(4_000_000)
    for (let number = 0; number < 20; number += 1) ask(`a${number}`, { workspaceId: one })
    expect(began).toHaveLength(1 + 16)
  })

  test('burden a host for each workspace by itself: nobody delays the checks of another by checking the same host', () => {
    const { began, ask } = open()
    for (const name of ['a1', 'a2', 'a3']) ask(name, { workspaceId: one, host: 'shop.example' })
    ask('b1', { workspaceId: other, host: 'shop.example' })
    expect(began).toEqual(['a1', 'a2', 'b1'])
  })

  test('are given to the urgent of a workspace before its others, and not before those of whoever has less', async () => {
    const { began, ask, end } = open({ count: 4, perHost: 100 })
    for (const name of ['a1', 'a2', 'a3', 'b1']) ask(name, { workspaceId: name.startsWith('a') ? one : other })
    ask('a4', { workspaceId: one })
    ask('urgent', { workspaceId: one, urgent: true })
    ask('b2', { workspaceId: other })
    end('a1')
    await eventually('one more has begun', () => began.length === 5)
    end('a2')
    await eventually('another one has begun', () => began.length === 6)
    expect(began.slice(4)).toEqual(['b2', 'urgent'])
  })

  test('lose nobody, whatever the order in which they are asked for and given back', async () => {
    const { began, ask, end, places, clock } = open({ count: 8, perHost: 2 })
    const names = Array.from({ length: 500 }, (_, number) => `${number}`)
    for (const name of names) {
      const workspaceId = Number(name) % 3 === 0 ? one : other
      ask(name, { workspaceId, host: `h${Number(name) % 7}`, urgent: Number(name) % 11 === 0 })
    }
    for (let ended = 0; ended < names.length; ended += 1) {
      await eventually('the next begins', () => began.length > ended)
      expect(places.running).toBeLessThanOrEqual(8)
      end(began[ended] ?? '')
      if (ended % 100 === 0) await clock.advance(1)
    }
    await eventually('all are done', () => places.running === 0)
    expect(new Set(began).size).toBe(names.length)
    expect(places.waiting).toBe(0)
  })
})
