import type { ChainableCommander, Redis } from 'ioredis'
import { streamLimits } from '../limits.ts'
import type { Subscription } from '../stream.ts'
import {
  type Entry,
  type PendingEntry,
  parseNames,
  parsePending,
  parseRead,
  parseReclaimed,
  type Reclaimed,
} from './entries.ts'
import { defineScript, runScript } from './script.ts'
import { runStep } from './step.ts'

/** A consumer of one group of one stream, in commands. */
export interface Group {
  /** Creates the group, and the stream with it, at the beginning of the stream; what exists stays. Throws SecondGroup. */
  ensure(): Promise<void>
  /** Waits for `blockMs` where there is nothing; 0 not at all. */
  readNew(reader: Redis, count: number, blockMs: number): Promise<Entry[]>
  /** What this consumer took in an earlier life, after `id`. */
  readOwn(afterId: string, count: number): Promise<Entry[]>
  reclaim(cursor: string, count: number): Promise<Reclaimed>
  /** Of these entries those that are pending with this consumer, and how often each was delivered. */
  deliveries(ids: readonly string[]): Promise<PendingEntry[]>
  acknowledge(step: ChainableCommander, ids: readonly string[]): ChainableCommander
  /** Proves that this consumer is alive and still at work on the entries. */
  touch(ids: readonly string[]): Promise<void>
  /** As if they had not been delivered: not counted, and for whoever looks first. */
  giveBack(entries: readonly PendingEntry[]): Promise<void>
  /** Removes consumers that have nothing pending and are gone; this one too if `leaving`. */
  reap(leaving: boolean): Promise<void>
}

/** Two groups on a stream would take each other's messages away. */
export class SecondGroup extends Error {
  override readonly name = 'SecondGroup'
}

const GIVEN_BACK_IDLE_MS = 86_400_000
const PAGE = 1_000

// In one step, for a consumer that is removed with entries pending takes these with it.
const REAP = defineScript(`
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for i = 1, #consumer, 2 do facts[consumer[i]] = consumer[i + 1] end
  if facts.pending == 0 and (facts.idle >= tonumber(ARGV[2]) or facts.name == ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
  end
end`)

export function createGroup(redis: Redis, key: string, subscription: Subscription): Group {
  const { group, consumer, reclaimAfterMs } = subscription

  return {
    async ensure() {
      try {
        await redis.xgroup('CREATE', key, group, '0', 'MKSTREAM')
      } catch (error) {
        if (!(error as Error).message.startsWith('BUSYGROUP')) throw error
      }
      const others = parseNames(await redis.xinfo('GROUPS', key)).filter((name) => name !== group)
      if (others.length > 0) throw new SecondGroup(`${key} has the group "${others[0]}" already: it takes one`)
    },
    async readNew(reader, count, blockMs) {
      if (blockMs === 0)
        return parseRead(await reader.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>'))
      return parseRead(
        await reader.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, '>'),
      )
    },
    async readOwn(afterId, count) {
      return parseRead(await redis.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, afterId))
    },
    async reclaim(cursor, count) {
      return parseReclaimed(await redis.xautoclaim(key, group, consumer, reclaimAfterMs, cursor, 'COUNT', count))
    },
    async deliveries(ids) {
      const step = redis.pipeline()
      for (const id of ids) step.xpending(key, group, id, id, 1, consumer)
      return (await runStep(step)).flatMap(parsePending)
    },
    // A stream has one group, so what the group has acknowledged nobody needs any more: the stream stays short.
    acknowledge: (step, ids) => (ids.length === 0 ? step : step.xack(key, group, ...ids).xdel(key, ...ids)),
    async touch(ids) {
      const step = redis.pipeline()
      for (let from = 0; from < ids.length; from += PAGE) {
        // Not what another consumer took while this one was frozen: that is touched more often than this.
        step.call(
          'XCLAIM',
          key,
          group,
          consumer,
          Math.floor(reclaimAfterMs / 4),
          ...ids.slice(from, from + PAGE),
          'JUSTID',
        )
      }
      await step.exec()
    },
    async giveBack(entries) {
      if (entries.length === 0) return
      const step = redis.pipeline()
      for (const [deliveries, ids] of idsByDeliveries(entries)) {
        // Still ours by name, but so long idle that the next reclaim scan of anybody takes them.
        const ends = ['IDLE', GIVEN_BACK_IDLE_MS, 'RETRYCOUNT', Math.max(0, deliveries - 1), 'JUSTID']
        step.call('XCLAIM', key, group, consumer, 0, ...ids, ...ends)
      }
      await step.exec()
    },
    async reap(leaving) {
      const self = leaving ? consumer : ''
      await runScript(redis, REAP, { keys: [key], args: [group, streamLimits.idleConsumerMs, self] })
    },
  }
}

function idsByDeliveries(pending: readonly PendingEntry[]): Map<number, string[]> {
  const ids = new Map<number, string[]>()
  for (const { id, deliveries } of pending) {
    const same = ids.get(deliveries)
    if (same) same.push(id)
    else ids.set(deliveries, [id])
  }
  return ids
}
