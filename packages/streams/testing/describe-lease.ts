import { describe, expect, test } from 'bun:test'
import type { Lease } from '../src/lease.ts'
import { eventually } from './eventually.ts'

/** Makes the lease of one holder; those of one call of `makeLeases` are for the same thing. */
export type MakeLeases = () => Promise<(holder: string, ttlMs: number) => Lease>

const LONG_MS = 60_000

/** The specification of the port `Lease`: every adapter passes it. */
export function describeLease(adapter: string, makeLeases: MakeLeases): void {
  describe(`a lease (${adapter})`, () => {
    test('is held by whoever asks first, and by nobody else', async () => {
      const leaseOf = await makeLeases()
      expect(await leaseOf('a', LONG_MS).hold()).toEqual({ held: true, token: 1 })
      expect(await leaseOf('b', LONG_MS).hold()).toEqual({ held: false })
    })

    test('keeps its token while it is renewed', async () => {
      const lease = (await makeLeases())('a', LONG_MS)
      expect(await lease.hold()).toEqual({ held: true, token: 1 })
      expect(await lease.hold()).toEqual({ held: true, token: 1 })
    })

    test('goes to another at once when it is released, with a larger token', async () => {
      const leaseOf = await makeLeases()
      const [a, b] = [leaseOf('a', LONG_MS), leaseOf('b', LONG_MS)]
      await a.hold()
      await a.release()
      expect(await b.hold()).toEqual({ held: true, token: 2 })
      expect(await a.hold()).toEqual({ held: false })
    })

    test('goes to another when its holder falls silent, with a larger token', async () => {
      const leaseOf = await makeLeases()
      const b = leaseOf('b', LONG_MS)
      await leaseOf('a', 50).hold()
      expect(await b.hold()).toEqual({ held: false })
      await eventually('the other holds it', async () => (await b.hold()).held)
      expect(await b.hold()).toEqual({ held: true, token: 2 })
    })

    test('lasts as long as it is renewed in time', async () => {
      const leaseOf = await makeLeases()
      const [a, b] = [leaseOf('a', 300), leaseOf('b', 300)]
      await a.hold()
      for (let renewal = 0; renewal < 6; renewal += 1) {
        await Bun.sleep(100)
        expect(await a.hold()).toEqual({ held: true, token: 1 })
        expect(await b.hold()).toEqual({ held: false })
      }
    })

    test('is not taken from its holder by another who releases it', async () => {
      const leaseOf = await makeLeases()
      const a = leaseOf('a', LONG_MS)
      await a.hold()
      await leaseOf('b', LONG_MS).release()
      expect(await leaseOf('b', LONG_MS).hold()).toEqual({ held: false })
      expect(await a.hold()).toEqual({ held: true, token: 1 })
    })

    test('gives its old holder a new token when it was free in between', async () => {
      const lease = (await makeLeases())('a', LONG_MS)
      await lease.hold()
      await lease.release()
      expect(await lease.hold()).toEqual({ held: true, token: 2 })
    })
  })
}
