import { describe, expect, test } from 'bun:test'
import type { Lease } from '../src/lease.ts'
import { Fenced, type Stream } from '../src/stream.ts'
import { GROUP } from './describe-stream.ts'
import { eventually } from './eventually.ts'
import { type Letter, makeLetters } from './letter.ts'

export interface Fenceable {
  readonly stream: Stream<Letter>
  /** The leases of one call are for the same thing. */
  readonly leaseOf: (holder: string, ttlMs: number) => Lease
}

const LONG_MS = 60_000

/** The specification of `publish` under a lease: every adapter passes it. */
export function describeFence(adapter: string, make: () => Promise<Fenceable>): void {
  async function fenceOf(lease: Lease) {
    const hold = await lease.hold()
    if (!hold.held) throw new Error('somebody else holds the lease')
    return lease.fence(hold.token)
  }

  describe(`publishing under a lease (${adapter})`, () => {
    test('adds what its holder publishes, in order', async () => {
      const { stream, leaseOf } = await make()
      const fence = await fenceOf(leaseOf('a', LONG_MS))
      await stream.publish(makeLetters(1_200), { fence })
      const depth = await stream.depth(GROUP)
      expect(depth.length).toBeGreaterThan(0)
      await stream.publish([], { fence })
      expect((await stream.depth(GROUP)).length).toBe(depth.length)
    })

    test('adds nothing of a leader that was paused while another took over', async () => {
      const { stream, leaseOf } = await make()
      const paused = await fenceOf(leaseOf('paused', 30))
      const next = leaseOf('next', LONG_MS)
      await eventually('the other leads', async () => (await next.hold()).held)

      await expect(stream.publish(makeLetters(3), { fence: paused })).rejects.toThrow(Fenced)
      expect((await stream.depth(GROUP)).length).toBe(0)
      await stream.publish(makeLetters(1), { fence: await fenceOf(next) })
      expect((await stream.depth(GROUP)).length).toBe(1)
    })

    test('goes on for a holder whose lease has run out as long as nobody has taken it', async () => {
      const { stream, leaseOf } = await make()
      const fence = await fenceOf(leaseOf('a', 20))
      await Bun.sleep(40)
      await stream.publish(makeLetters(1), { fence })
      expect((await stream.depth(GROUP)).length).toBe(1)
    })

    test('takes no token that never was the newest', async () => {
      const { stream, leaseOf } = await make()
      const lease = leaseOf('a', LONG_MS)
      const { token } = await fenceOf(lease)
      await expect(stream.publish(makeLetters(1), { fence: lease.fence(token + 1) })).rejects.toThrow(Fenced)
    })

    test('takes no fence of another kind of lease', async () => {
      const { stream } = await make()
      await expect(stream.publish(makeLetters(1), { fence: { token: 1 } })).rejects.toThrow('knows the fences')
    })
  })
}
