import type { Codec } from '@repo/contracts/check-message'
import type { ChainableCommander, Redis } from 'ioredis'
import { Fifo } from '../fifo.ts'
import type { Inbox, Settled } from '../inbox.ts'
import { streamLimits } from '../limits.ts'
import { delayMs, pause } from '../pause.ts'
import { seldom } from '../seldom.ts'
import type { Alarm, Subscription } from '../stream.ts'
import { lostKey } from './depth.ts'
import { createEntrySize } from './entry-size.ts'
import { createGroup, type Group, SecondGroup } from './group.ts'
import type { HeldEntry, RedisClaim } from './held.ts'
import { createOpener } from './opener.ts'
import { createReader } from './reader.ts'
import { createReclaim } from './reclaim.ts'
import { createReturns } from './returns.ts'
import { createSettling } from './settling.ts'

export interface RedisInboxOptions<Message> {
  readonly redis: Redis
  readonly key: string
  readonly codec: Codec<Message>
  readonly subscription: Subscription
  readonly onAlarm: Alarm
}

export interface RedisInbox<Message> extends Inbox<RedisClaim<Message>> {
  /** As `settle`, with something more in the same step. */
  settleWith(settled: readonly Settled<RedisClaim<Message>>[], add: (step: ChainableCommander) => void): Promise<void>
}

/** What the parts of an inbox have in common. */
export interface InboxParts {
  readonly redis: Redis
  readonly key: string
  readonly group: Group
  /** The entries that this consumer is at work on, or that wait here to be. */
  readonly held: Map<string, HeldEntry>
  readonly onAlarm: Alarm
  /** Of entries that vanished while they were pending. */
  tellOfLost(count: number): Promise<void>
}

export function createRedisInbox<Message>(options: RedisInboxOptions<Message>): RedisInbox<Message> {
  const { redis, key, subscription, onAlarm } = options
  const group = createGroup(redis, key, subscription)
  const held = new Map<string, HeldEntry>()
  const parts: InboxParts = { redis, key, group, held, onAlarm, tellOfLost }
  const waiting = new Fifo<RedisClaim<Message>>()
  const reader = createReader(redis)
  const reclaim = createReclaim({ group, isHeld: (id) => held.has(id), subscription, onLost: tellOfLost })
  const open = createOpener(parts, options.codec)
  const settleWith = createSettling<Message>(parts)
  const returns = createReturns(parts)
  const keepAlive = setInterval(
    () => void group.touch([...held.keys()]).catch(() => {}),
    subscription.reclaimAfterMs / 3,
  )
  const size = createEntrySize()
  const tellOfRefusal = seldom(onAlarm)
  let hasMore = false
  let joined = false
  let failures = 0

  async function tellOfLost(count: number): Promise<void> {
    onAlarm(`${count} entries of ${key} vanished while they were pending`)
    await redis.incrby(lostKey(key), count).catch(() => {})
  }

  async function refill(count: number, signal: AbortSignal): Promise<void> {
    if (!joined) await group.ensure()
    joined = true
    const old = await reclaim.next(size.entriesFor(count))
    if (old.length > 0) waiting.push(await open.again(old, signal))
    else await readNew(count, signal)
  }

  // Goes on while there is more and the batch is not full, and waits only where there is nothing at all.
  async function readNew(count: number, signal: AbortSignal): Promise<void> {
    do {
      const asked = size.entriesFor(count - waiting.length)
      const blockMs = waiting.length > 0 ? 0 : reclaim.blockMs()
      const entries = await reader.read((connection) => group.readNew(connection, asked, blockMs), signal)
      hasMore = entries.length >= asked
      const claims = await open.fresh(entries, signal)
      waiting.push(claims)
      size.learn({ messages: claims.length, entries: entries.length })
    } while (hasMore && waiting.length < count && !signal.aborted)
  }

  async function recover(error: Error, signal: AbortSignal): Promise<void> {
    if (error instanceof SecondGroup) throw error
    if (error.message.startsWith('NOGROUP')) {
      joined = false
      reclaim.restart()
      onAlarm(`the group of ${key} was gone and is created anew: messages may have been lost with it`)
      return
    }
    // The stream was deleted, or the server lost its rank, while a read waited: the next read tells which.
    if (error.message.startsWith('UNBLOCKED')) return
    // Of a lost connection its owner is told; what the server itself refuses would go unnoticed.
    if (error.name === 'ReplyError') tellOfRefusal(`${key} cannot be read: ${error.message}`)
    await pause(delayMs(streamLimits.backendRetry, failures), signal)
    failures += 1
  }

  return {
    settleWith,
    settle: (settled) => settleWith(settled, () => {}),
    async take(count, signal) {
      while (!signal.aborted) {
        if (waiting.length >= count || (waiting.length > 0 && !hasMore)) return waiting.take(count)
        try {
          await refill(count, signal)
          failures = 0
        } catch (error) {
          hasMore = false
          await recover(error as Error, signal)
        }
      }
      return []
    },
    async close() {
      clearInterval(keepAlive)
      reader.close()
      await returns.giveAllBack()
    },
  }
}
