import { describe, expect, test } from 'bun:test'
import { noonMs } from '@repo/domain/testing'
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
    const whole = { host: null, urgent: false, politeUntilMs: noonMs + 15_000, ...wish }
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
    const wish = { host: 'a', urgent: false, politeUntilMs: 0 }
    await expect(places.use(wish, () => Promise.reject(new Error('stopping')))).rejects.toThrow('stopping')
    expect(places.running).toBe(0)
    ask('next')
    expect(began).toEqual(['next'])
  })
})
