import { streamLimits } from '../limits.ts'
import type { Alarm, Subscription } from '../stream.ts'
import type { Buried } from './dead.ts'
import type { Entry } from './entries.ts'
import type { Group } from './group.ts'

export interface Redelivery {
  readonly entries: readonly Entry[]
  /** Delivered so often that the next time would end no better. */
  readonly worn: readonly Buried[]
}

export interface Reclaim {
  /** What was delivered before and comes again: first this consumer's own, then what others left idle. */
  next(count: number): Promise<Redelivery>
  /** How long a read of new entries may block until the next scan is due. */
  blockMs(): number
  restart(): void
}

export interface ReclaimOptions {
  readonly group: Group
  /** Entries that this process is at work on; they are its own and yet must not come again. */
  readonly held: ReadonlySet<string>
  readonly subscription: Subscription
  readonly onAlarm: Alarm
}

const START = '0-0'
const NONE: Redelivery = { entries: [], worn: [] }

export function createReclaim({ group, held, subscription, onAlarm }: ReclaimOptions): Reclaim {
  const scanEveryMs = Math.min(subscription.reclaimAfterMs / 3, streamLimits.reclaimScanMs)
  let ownAfterId: string | null = START
  let cursor = START
  let scanDueAtMs = 0
  let reapDueAtMs = 0

  async function nextOwn(afterId: string, count: number): Promise<Redelivery> {
    const entries = await group.readOwn(afterId, count)
    ownAfterId = entries.at(-1)?.id ?? null
    return sortOut(entries)
  }

  async function nextIdle(count: number): Promise<Redelivery> {
    const { cursor: following, entries, lost } = await group.reclaim(cursor, count)
    cursor = following
    if (cursor === START) scanDueAtMs = performance.now() + scanEveryMs
    if (lost > 0) onAlarm(`${lost} pending messages had been trimmed away`)
    return sortOut(entries)
  }

  async function sortOut(found: readonly Entry[]): Promise<Redelivery> {
    const entries = found.filter(({ id }) => !held.has(id))
    if (entries.length === 0) return NONE
    const counted = await group.deliveries(entries.map(({ id }) => id))
    const worn = new Set(counted.filter((one) => one.deliveries > streamLimits.deliveries).map((one) => one.id))
    return {
      entries: entries.filter(({ id }) => !worn.has(id)),
      worn: entries
        .filter(({ id }) => worn.has(id))
        .map((entry) => ({ entry, reason: `delivered ${streamLimits.deliveries} times and never finished` })),
    }
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
      return performance.now() < scanDueAtMs ? NONE : nextIdle(count)
    },
    blockMs: () => Math.max(1, Math.min(streamLimits.blockMs, Math.ceil(scanDueAtMs - performance.now()))),
    restart() {
      cursor = START
    },
  }
}
