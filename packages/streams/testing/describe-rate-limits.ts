import { describe, expect, test } from 'bun:test'
import type { RateLimits } from '../src/rate-limits.ts'
import { eventually } from './eventually.ts'

const rate = { limit: 3, windowMs: 60_000 }

/** The specification of the port `RateLimits`: every adapter passes it. */
export function describeRateLimits(adapter: string, makeLimits: () => RateLimits): void {
  describe(`rate limits (${adapter})`, () => {
    test('allow as much as the limit, and then no more', async () => {
      const limits = makeLimits()
      const taken = [1, 2, 3, 4, 5].map(() => limits.take('a', rate))
      const said = (await Promise.all(taken)).map(({ allowed, limit, remaining }) => ({ allowed, limit, remaining }))
      expect(said).toEqual([
        { allowed: true, limit: 3, remaining: 2 },
        { allowed: true, limit: 3, remaining: 1 },
        { allowed: true, limit: 3, remaining: 0 },
        { allowed: false, limit: 3, remaining: 0 },
        { allowed: false, limit: 3, remaining: 0 },
      ])
    })

    test('say how long the window still lasts, which no taking prolongs', async () => {
      const limits = makeLimits()
      const { resetMs: first } = await limits.take('a', rate)
      await Bun.sleep(20)
      const { resetMs: second } = await limits.take('a', rate)
      expect(first).toBeGreaterThan(59_000)
      expect(first).toBeLessThanOrEqual(60_000)
      expect(second).toBeLessThanOrEqual(first - 15)
      expect(Number.isInteger(second)).toBe(true)
    })

    test('allow again when the window is over', async () => {
      const limits = makeLimits()
      const short = { limit: 1, windowMs: 100 }
      const startedAtMs = performance.now()
      expect((await limits.take('a', short)).allowed).toBe(true)
      expect((await limits.take('a', short)).allowed).toBe(false)
      await eventually('it is allowed', async () => (await limits.take('a', short)).allowed)
      expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(95)
      expect((await limits.take('a', short)).allowed).toBe(false)
    })

    test('count each key for itself', async () => {
      const limits = makeLimits()
      await limits.take('a', rate, 3)
      expect((await limits.take('a', rate)).allowed).toBe(false)
      expect((await limits.take('b', rate)).allowed).toBe(true)
    })

    test('take all of a cost or nothing of it', async () => {
      const limits = makeLimits()
      expect(await limits.take('a', rate, 2)).toMatchObject({ allowed: true, remaining: 1 })
      expect(await limits.take('a', rate, 2)).toMatchObject({ allowed: false, remaining: 1 })
      expect(await limits.take('a', rate, 1)).toMatchObject({ allowed: true, remaining: 0 })
      expect(await limits.take('b', rate, 4)).toMatchObject({ allowed: false, remaining: 3 })
    })

    test('begin anew for a key that is forgiven', async () => {
      const limits = makeLimits()
      await limits.take('a', rate, 3)
      await limits.take('b', rate, 3)
      await limits.forgive('a')
      expect(await limits.take('a', rate)).toMatchObject({ allowed: true, remaining: 2 })
      expect((await limits.take('b', rate)).allowed).toBe(false)
    })

    test('go by the limit that is asked with, also where it has become less', async () => {
      const limits = makeLimits()
      await limits.take('a', rate, 3)
      expect(await limits.take('a', { ...rate, limit: 2 })).toMatchObject({ allowed: false, limit: 2, remaining: 0 })
      expect(await limits.take('a', { ...rate, limit: 5 })).toMatchObject({ allowed: true, remaining: 1 })
    })

    test('take any text for a key', async () => {
      const limits = makeLimits()
      const keys = ['', 'a:b', 'a\0b', 'ä😀', 'x'.repeat(100_000)]
      for (const key of keys) await limits.take(key, rate, 3)
      for (const key of keys) expect((await limits.take(key, rate)).allowed).toBe(false)
    })

    test.each([
      ['a limit of nothing', { limit: 0, windowMs: 1_000 }, 1],
      ['a window without length', { limit: 1, windowMs: 0 }, 1],
      ['half a cost', { limit: 1, windowMs: 1_000 }, 0.5],
      ['a cost that gives back', { limit: 1, windowMs: 1_000 }, -1],
    ])('refuse %s', async (_what, senseless, cost) => {
      await expect(makeLimits().take('a', senseless, cost)).rejects.toThrow('is not a positive integer')
    })
  })
}
