import type { Codec } from '@repo/contracts/check-message'
import type { Redis } from 'ioredis'
import { runConsumeLoop } from './consume-loop.ts'
import { streamLimits } from './limits.ts'
import { appendTo, createTrim, type Trim } from './redis/append.ts'
import { readDepth } from './redis/depth.ts'
import { createHandOver } from './redis/hand-over.ts'
import { createRedisInbox, type RedisInbox } from './redis/inbox.ts'
import { runRelayLoop } from './relay-loop.ts'
import type { Alarm, Depth, HandleBatch, HandleMessage, RelaySubscription, Stream, Subscription } from './stream.ts'

export interface RedisStreamOptions<Message> {
  readonly redis: Redis
  /** The key of the stream; what cannot be handled goes to `<name>:dead`. */
  readonly name: string
  readonly codec: Codec<Message>
  /** Messages that nobody acknowledged for so long are dropped, which bounds the stream. Default one hour. */
  readonly maxAgeMs?: number
  readonly onAlarm?: Alarm
}

export function createRedisStream<Message>(options: RedisStreamOptions<Message>): Stream<Message> {
  return new RedisStream(options)
}

const COALESCE_MS = 4

class RedisStream<Message> implements Stream<Message> {
  readonly #options: Required<RedisStreamOptions<Message>>
  readonly #trim: Trim

  constructor(options: RedisStreamOptions<Message>) {
    this.#options = { maxAgeMs: streamLimits.maxAgeMs, onAlarm: () => {}, ...options }
    this.#trim = createTrim(this.#options)
  }

  async publish(messages: readonly Message[]): Promise<void> {
    const { redis, name } = this.#options
    await appendTo(redis, name, this.#encode(messages))
    await this.#trim()
  }

  async consume(subscription: Subscription, handle: HandleBatch<Message>, signal: AbortSignal): Promise<void> {
    const { onAlarm } = this.#options
    await runConsumeLoop({ inbox: this.#inbox(subscription), subscription, handle, onAlarm }, signal)
  }

  async relay<Out>(
    subscription: RelaySubscription<Out>,
    handle: HandleMessage<Message, Out>,
    signal: AbortSignal,
  ): Promise<void> {
    const { target } = subscription
    if (!(target instanceof RedisStream)) throw new Error('a stream in Redis relays to a stream in Redis only')
    const { redis, onAlarm } = this.#options
    const inbox = this.#inbox(subscription)
    const handOver = createHandOver<Message>({
      redis,
      inbox,
      target: target.#options.name,
      trim: target.#trim,
    })
    const encode = (outputs: readonly Out[]) => target.#encode(outputs)
    await runRelayLoop({ inbox, encode, handOver, coalesceMs: COALESCE_MS, subscription, handle, onAlarm }, signal)
  }

  async depth(group: string): Promise<Depth> {
    return await readDepth(this.#options.redis, this.#options.name, group)
  }

  #encode(messages: readonly Message[]): string[] {
    return messages.map((message) => this.#options.codec.encode(message))
  }

  #inbox(subscription: Subscription): RedisInbox<Message> {
    const { redis, name, codec, onAlarm } = this.#options
    return createRedisInbox({ redis, key: name, codec, subscription, onAlarm })
  }
}
