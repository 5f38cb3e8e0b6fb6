import { describe, expect, test } from 'bun:test'
import type { Lease } from '../src/lease.ts'
import { eventually } from './eventually.ts'

/** Makes the lease of one holder; those of one call of `makeLeases` are for the same thing. */
export type MakeLeases = () => Promise<(holder: string, ttlMs: number) => Lease>

const LONG_MS = 60_000

async function tokenOf(lease: Lease): Promise<number> {
  const hold = await lease.hold()
  if (!hold.held) throw new Error('somebody else holds the lease')
  return hold.token
}

/** The specification of the port `Lease`: every adapter passes it. */
export function describeLease(adapter: string, makeLeases: MakeLeases): void {
  describe(`a lease (${adapter})`, () => {
    test('is held by whoever asks first, and by nobody else', async () => {
      const leaseOf = await makeLeases()
      expect(await leaseOf('a', LONG_MS).hold()).toMatchObject({ held: true })
      expect(await leaseOf('b', LONG_MS).hold()).toEqual({ held: false })
    })

    test('keeps its token while it is renewed', async () => {
      const lease = (await makeLeases())('a', LONG_MS)
      const token = await tokenOf(lease)
      expect(await lease.hold()).toEqual({ held: true, token })
    })

    test('goes to another at once when it is released, with a larger token', async () => {
      const leaseOf = await makeLeases()
      const [a, b] = [leaseOf('a', LONG_MS), leaseOf('b', LONG_MS)]
      const token = await tokenOf(a)
      await a.release()
      expect(await tokenOf(b)).toBeGreaterThan(token)
      expect(await a.hold()).toEqual({ held: false })
    })

    test('goes to another when its holder falls silent, with a larger token', async () => {
      const leaseOf = await makeLeases()
      const b = leaseOf('b', LONG_MS)
      const token = await tokenOf(leaseOf('a', 50))
      expect(await b.hold()).toEqual({ held: false })
      await eventually('the other holds it', async () => (await b.hold()).held)
      expect(await tokenOf(b)).toBeGreaterThan(token)
    })

    test('lasts as long as it is renewed in time', async () => {
      const leaseOf = await makeLeases()
      const [a, b] = [leaseOf('a', 300), leaseOf('b', 300)]
      const token = await tokenOf(a)
      for (let renewal = 0; renewal < 6; renewal += 1) {
        await Bun.sleep(100)
        expect(await a.hold()).toEqual({ held: true, token })
        expect(await b.hold()).toEqual({ held: false })
      }
    })

    test('is not taken from its holder by another who releases it', async () => {
      const leaseOf = await makeLeases()
      const a = leaseOf('a', LONG_MS)
      const token = await tokenOf(a)
      await leaseOf('b', LONG_MS).release()
      expect(await leaseOf('b', LONG_MS).hold()).toEqual({ held: false })
      expect(await a.hold()).toEqual({ held: true, token })
    })

    test('gives its old holder a new token when it was free in between', async () => {
      const lease = (await makeLeases())('a', LONG_MS)
      const token = await tokenOf(lease)
      await lease.release()
      expect(await tokenOf(lease)).toBeGreaterThan(token)
    })
  })
}
