import { streamLimits } from '../limits.ts'
import type { Subscription } from '../stream.ts'
import type { Entry } from './entries.ts'
import type { Group } from './group.ts'

/** An entry with how often the group has delivered it, this time included. */
export interface Redelivered {
  readonly entry: Entry
  readonly deliveries: number
}

export interface Reclaim {
  /** What was delivered before and comes again: first this consumer's own, then what others left idle. */
  next(count: number): Promise<readonly Redelivered[]>
  /** How long a read of new entries may block until the next scan is due. */
  blockMs(): number
  restart(): void
}

export interface ReclaimOptions {
  readonly group: Group
  /** Whether this process is at work on an entry: such are its own and yet must not come again. */
  readonly isHeld: (id: string) => boolean
  readonly subscription: Subscription
  /** Called with how many pending entries had vanished. */
  readonly onLost: (count: number) => Promise<void>
}

const START = '0-0'

export function createReclaim({ group, isHeld, subscription, onLost }: ReclaimOptions): Reclaim {
  const scanEveryMs = Math.min(subscription.reclaimAfterMs / 3, streamLimits.reclaimScanMs)
  let ownAfterId: string | null = START
  let cursor = START
  let scanDueAtMs = 0
  let reapDueAtMs = 0

  async function nextOwn(afterId: string, count: number): Promise<readonly Redelivered[]> {
    const entries = await group.readOwn(afterId, count)
    ownAfterId = entries.at(-1)?.id ?? null
    return counted(entries)
  }

  // A call looks at a part of what is pending, however much of it is young: the scan goes on to the end.
  async function nextIdle(count: number): Promise<readonly Redelivered[]> {
    do {
      const { cursor: following, entries, lost } = await group.reclaim(cursor, count)
      cursor = following
      if (cursor === START) scanDueAtMs = performance.now() + scanEveryMs
      if (lost > 0) await onLost(lost)
      const found = await counted(entries)
      if (found.length > 0) return found
    } while (cursor !== START)
    return []
  }

  async function counted(found: readonly Entry[]): Promise<readonly Redelivered[]> {
    const entries = found.filter(({ id }) => !isHeld(id))
    if (entries.length === 0) return []
    const pending = await group.deliveries(entries.map(({ id }) => id))
    const deliveries = new Map(pending.map((one) => [one.id, one.deliveries]))
    return entries.map((entry) => ({ entry, deliveries: deliveries.get(entry.id) ?? 1 }))
  }

  async function reapWhenDue(): Promise<void> {
    if (performance.now() < reapDueAtMs) return
    reapDueAtMs = performance.now() + streamLimits.reapEveryMs
    await group.reap(false)
  }

  return {
    async next(count) {
      await reapWhenDue()
      if (ownAfterId !== null) return nextOwn(ownAfterId, count)
      return performance.now() < scanDueAtMs ? [] : nextIdle(count)
    },
    blockMs: () => Math.max(1, Math.min(streamLimits.blockMs, Math.ceil(scanDueAtMs - performance.now()))),
    restart() {
      cursor = START
    },
  }
}
