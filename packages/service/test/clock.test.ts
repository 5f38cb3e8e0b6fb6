import { describe, expect, test } from 'bun:test'
import { type Clock, systemClock } from '../src/clock.ts'
import { createManualClock } from '../testing/manual-clock.ts'

const clocks: [string, Clock][] = [
  ['system', systemClock],
  ['manual', createManualClock(0)],
]

describe.each(clocks)('sleep on the %s clock', (_name, clock) => {
  test('ends at once when the signal aborts, without an error', async () => {
    const ending = new AbortController()
    const asleep = clock.sleep(600_000, ending.signal)
    ending.abort()
    expect(await asleep).toBeUndefined()
  })

  test('does not begin under a signal that has aborted', async () => {
    expect(await clock.sleep(600_000, AbortSignal.abort())).toBeUndefined()
  })
})

describe('the system clock', () => {
  test('tells epoch milliseconds', () => {
    const before = Date.now()
    expect(systemClock.nowMs()).toBeWithin(before, Date.now() + 1)
  })

  test('sleeps for as long as it is asked to', async () => {
    const startedAt = performance.now()
    await systemClock.sleep(30, new AbortController().signal)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29)
  })

  test('leaves nothing behind on a signal that outlives many sleeps', async () => {
    const { signal } = new AbortController()
    let listening = 0
    const watched = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') listening += 1
        if (key === 'removeEventListener') listening -= 1
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    for (let count = 0; count < 10; count += 1) await systemClock.sleep(0, watched)
    expect(listening).toBe(0)
  })
})

describe('a clock that is moved by hand', () => {
  test('wakes sleepers in the order of their instants, those included that go to sleep again', async () => {
    const clock = createManualClock(1_000)
    const { signal } = new AbortController()
    const woken: string[] = []
    const sleepTwice = async (name: string, ms: number) => {
      for (let round = 0; round < 2; round += 1) {
        await clock.sleep(ms, signal)
        woken.push(`${name}@${clock.nowMs()}`)
      }
    }
    void sleepTwice('slow', 300)
    void sleepTwice('fast', 100)
    await clock.advance(500)
    expect(woken).toEqual(['fast@1100', 'fast@1200', 'slow@1300'])
    expect([clock.nowMs(), clock.sleepers]).toEqual([1_500, 1])
  })
})
