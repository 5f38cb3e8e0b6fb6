import type { Sql } from '@repo/db/database'
import { type ClaimedDelivery, claimDeliveries } from '@repo/db/queries/deliveries'
import { deliveryLimits } from '@repo/domain/delivery'
import type { Clock } from '@repo/service/clock'
import type { Service } from '@repo/service/lifecycle'
import type { Log } from '@repo/service/log'
import type { Tell } from './tell.ts'

export interface SenderDeps {
  readonly sql: Sql
  readonly tell: Tell
  /** A name that no other process has: its lease. */
  readonly holder: string
  readonly clock: Clock
  readonly log: Log
  /** Whoever has died over a delivery is given up after so long. */
  readonly leaseMs?: number
}

const everyMs = 250
/** Between two looks at least: what is taken together costs little more than one alone. */
const gatherMs = 25
/** So many messages are on their way at once. */
const atOnce = 1_000
/**
 * So many of a channel are taken in one go, and none while that many are on their way: it has fewer than twice as many, and one that
 * hangs keeps no other waiting.
 */
const perChannel = 4
/** Whoever is asked to stop lets what is on its way arrive for so long, and then gives it up. */
const patienceMs = 5_000

/** Takes deliveries that are due and has each told, many at once. */
export function createSender({ sql, tell, holder, clock, log, leaseMs = deliveryLimits.leaseMs }: SenderDeps): Service {
  return async function sender(signal) {
    const running = new Map<Promise<void>, string>()
    const givingUp = new AbortController()
    let wake = () => {}
    while (!signal.aborted) {
      const claimed = await claim(running).catch((err: unknown) => {
        log.warn({ err }, 'deliveries could not be taken, trying again')
        return []
      })
      start(claimed)
      await clock.sleep(gatherMs, signal)
      if (claimed.length === 0) await pause(signal)
    }
    const patience = setTimeout(() => givingUp.abort(), patienceMs)
    await Promise.all(running.keys())
    clearTimeout(patience)

    function start(claimed: readonly ClaimedDelivery[]): void {
      const telling = tell(claimed, givingUp.signal)
      for (const [place, { id, channel }] of claimed.entries()) {
        const one: Promise<void> | undefined = telling[place]
          // What could not be written down is told again when the lease is over.
          ?.catch((err: unknown) =>
            log.error({ err, deliveryId: id }, 'it could not be noted what became of a delivery'),
          )
          .finally(() => {
            if (one) running.delete(one)
            wake()
          })
        if (one) running.set(one, channel.id)
      }
    }

    /** Until the next look, or until there is room for more. */
    async function pause(stopping: AbortSignal): Promise<void> {
      const woken = new AbortController()
      wake = () => woken.abort()
      await clock.sleep(everyMs, AbortSignal.any([stopping, woken.signal]))
    }
  }

  async function claim(running: ReadonlyMap<Promise<void>, string>): Promise<ClaimedDelivery[]> {
    const limit = atOnce - running.size
    if (limit <= 0) return []
    const taken = new Map<string, number>()
    for (const channelId of running.values()) taken.set(channelId, (taken.get(channelId) ?? 0) + 1)
    const busy = [...taken].filter(([, count]) => count >= perChannel).map(([channelId]) => channelId)
    return claimDeliveries(sql, {
      ...{ holder, limit, busy, perChannel },
      nowMs: clock.nowMs(),
      leaseMs,
    })
  }
}
