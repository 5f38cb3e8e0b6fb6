import type { Codec } from '@repo/contracts/check-message'
import type { Redis } from 'ioredis'
import type { Claim, Inbox } from '../inbox.ts'
import { streamLimits } from '../limits.ts'
import { delayMs, pause } from '../pause.ts'
import type { Alarm, Subscription } from '../stream.ts'
import { bury } from './dead.ts'
import type { Entry } from './entries.ts'
import { createGroup, type Group, SecondGroup } from './group.ts'
import { createReader } from './reader.ts'
import { createReclaim } from './reclaim.ts'
import { runStep } from './step.ts'

export interface RedisClaim<Message> extends Claim<Message> {
  readonly id: string
}

export interface RedisInboxOptions<Message> {
  readonly redis: Redis
  readonly key: string
  readonly codec: Codec<Message>
  readonly subscription: Subscription
  readonly onAlarm: Alarm
}

export interface RedisInbox<Message> extends Inbox<RedisClaim<Message>> {
  readonly group: Group
  /** The entries are acknowledged: they need not be kept alive any longer. */
  forget(ids: readonly string[]): void
}

export function createRedisInbox<Message>(options: RedisInboxOptions<Message>): RedisInbox<Message> {
  const { redis, key, subscription, onAlarm } = options
  const group = createGroup(redis, key, subscription)
  const reader = createReader(redis)
  const held = new Set<string>()
  const reclaim = createReclaim({ group, held, subscription, onAlarm })
  const keepAlive = setInterval(() => void group.touch([...held]).catch(() => {}), subscription.reclaimAfterMs / 3)
  let joined = false
  let failures = 0

  async function read(count: number, signal: AbortSignal): Promise<RedisClaim<Message>[]> {
    if (!joined) await group.ensure()
    joined = true
    const old = await reclaim.next(count)
    await bury(options, { group, buried: old.worn })
    const entries =
      old.entries.length > 0
        ? old.entries
        : await reader.read((connection) => group.readNew(connection, count, reclaim.blockMs()), signal)
    return await decode(entries)
  }

  async function decode(entries: readonly Entry[]): Promise<RedisClaim<Message>[]> {
    const claims: RedisClaim<Message>[] = []
    const buried = []
    for (const entry of entries) {
      try {
        claims.push({ id: entry.id, message: options.codec.decode(entry.text ?? '') })
      } catch (error) {
        buried.push({ entry, reason: `cannot be read: ${(error as Error).message}` })
      }
    }
    for (const { id } of claims) held.add(id)
    await bury(options, { group, buried })
    return claims
  }

  async function recover(error: Error, signal: AbortSignal): Promise<void> {
    if (error instanceof SecondGroup) throw error
    if (error.message.startsWith('NOGROUP')) {
      joined = false
      reclaim.restart()
      onAlarm(`the group of ${key} was gone and is created anew: messages may have been lost with it`)
      return
    }
    await pause(delayMs(streamLimits.backendRetry, failures), signal)
    failures += 1
  }

  return {
    group,
    async take(count, signal) {
      while (!signal.aborted) {
        try {
          const claims = await read(count, signal)
          failures = 0
          if (claims.length > 0 && !signal.aborted) return claims
        } catch (error) {
          await recover(error as Error, signal)
        }
      }
      return []
    },
    async acknowledge(claims) {
      const ids = claims.map(({ id }) => id)
      await runStep(group.acknowledge(redis.multi(), ids))
      for (const id of ids) held.delete(id)
    },
    forget(ids) {
      for (const id of ids) held.delete(id)
    },
    fail: ({ id }) => void held.delete(id),
    async close() {
      clearInterval(keepAlive)
      reader.close()
      // What cannot be given back now is reclaimed when it has been idle for long enough.
      await group
        .giveBack()
        .then(() => group.reap(true))
        .catch(() => {})
    },
  }
}
