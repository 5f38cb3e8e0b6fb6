import type { Codec } from '@repo/contracts/check-message'
import type { Claim, Inbox } from '../inbox.ts'
import { streamLimits } from '../limits.ts'
import type { Alarm, Subscription } from '../stream.ts'
import type { Entry, MemoryLog } from './log.ts'

export interface MemoryClaim<Message> extends Claim<Message> {
  readonly entry: Entry
}

export interface MemoryInboxOptions<Message> {
  readonly log: MemoryLog
  readonly codec: Codec<Message>
  readonly subscription: Subscription
  readonly onAlarm: Alarm
}

export function createMemoryInbox<Message>(options: MemoryInboxOptions<Message>): Inbox<MemoryClaim<Message>> {
  const { log, subscription } = options
  const held = new Set<Entry>()
  log.join(subscription.group)

  return {
    async take(count, signal) {
      while (!signal.aborted) {
        const claims = readable(await log.take(count, signal), options)
        for (const { entry } of claims) held.add(entry)
        if (claims.length > 0) return claims
      }
      return []
    },
    async acknowledge(claims) {
      const entries = claims.map(({ entry }) => entry)
      for (const entry of entries) held.delete(entry)
      log.acknowledge(entries)
    },
    fail({ entry }) {
      held.delete(entry)
      log.fail(entry, subscription.reclaimAfterMs)
    },
    async close() {
      log.giveBack([...held])
      held.clear()
    },
  }
}

function readable<Message>(entries: readonly Entry[], options: MemoryInboxOptions<Message>): MemoryClaim<Message>[] {
  return entries.flatMap((entry) => {
    try {
      if (entry.deliveries > streamLimits.deliveries) throw new Error(`failed ${streamLimits.deliveries} times`)
      return [{ entry, message: options.codec.decode(entry.text) }]
    } catch (error) {
      options.log.acknowledge([entry])
      options.onAlarm(`a message was set aside: ${(error as Error).message}`)
      return []
    }
  })
}
