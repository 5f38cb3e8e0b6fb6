import type { Codec } from '@repo/contracts/check-message'
import { illegibleReason } from '../burial.ts'
import type { Claim, Inbox } from '../inbox.ts'
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
  const { log, subscription, onAlarm } = options
  const held = new Set<Entry>()
  log.join(subscription.group)

  function tellOfDead(reasons: readonly string[]): void {
    if (reasons.length === 0) return
    log.dead += reasons.length
    onAlarm(`${reasons.length} messages were set aside, the first because it ${reasons[0]}`)
  }

  return {
    async take(count, signal) {
      while (!signal.aborted) {
        const { claims, illegible } = readable(await log.take(count, signal), options)
        for (const { entry } of claims) held.add(entry)
        tellOfDead(illegible)
        if (claims.length > 0) return claims
      }
      return []
    },
    async settle(settled) {
      for (const { claim } of settled) held.delete(claim.entry)
      for (const { kind, claim } of settled) if (kind === 'back') log.fail(claim.entry, subscription.reclaimAfterMs)
      log.acknowledge(settled.filter(({ kind }) => kind !== 'back').map(({ claim }) => claim.entry))
      tellOfDead(settled.flatMap((one) => (one.kind === 'dead' ? [one.reason] : [])))
    },
    async close() {
      log.giveBack([...held])
      held.clear()
    },
  }
}

function readable<Message>(entries: readonly Entry[], { log, codec }: MemoryInboxOptions<Message>) {
  const claims: MemoryClaim<Message>[] = []
  const illegible: string[] = []
  for (const entry of entries) {
    try {
      claims.push({ entry, message: codec.decode(entry.text), deliveries: entry.deliveries })
    } catch (error) {
      log.acknowledge([entry])
      illegible.push(illegibleReason(error))
    }
  }
  return { claims, illegible }
}
