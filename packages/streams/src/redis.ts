import type { Codec } from '@repo/contracts/check-message'
import type { Redis } from 'ioredis'
import { runConsumeLoop } from './consume-loop.ts'
import { streamLimits } from './limits.ts'
import { appendTo, createTrim, type Trim } from './redis/append.ts'
import { readDepth } from './redis/depth.ts'
import { createHandOver } from './redis/hand-over.ts'
import { createRedisInbox, type RedisInbox } from './redis/inbox.ts'
import { RedisFence } from './redis-lease.ts'
import { runRelayLoop } from './relay-loop.ts'
import type {
  Alarm,
  Depth,
  HandleBatch,
  HandleMessage,
  PublishOptions,
  RelaySubscription,
  Stream,
  Subscription,
} from './stream.ts'

export interface RedisStreamOptions<Message> {
  readonly redis: Redis
  /** The key of the stream; what cannot be handled goes to `<name>:dead`. */
  readonly name: string
  readonly codec: Codec<Message>
  /** Messages that nobody acknowledged for so long are dropped, which bounds the stream. Default one hour. */
  readonly maxAgeMs?: number
  /** How many messages share an entry at most. */
  readonly messagesPerEntry?: number
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
    const { maxAgeMs, messagesPerEntry } = streamLimits
    this.#options = { maxAgeMs, messagesPerEntry, onAlarm: () => {}, ...options }
    this.#trim = createTrim(this.#options)
  }

  async publish(messages: readonly Message[], { fence }: PublishOptions = {}): Promise<void> {
    const { redis, name: key } = this.#options
    if (fence && !(fence instanceof RedisFence))
      throw new Error('a stream in Redis knows the fences of leases in Redis only')
    await appendTo({ redis, key, fence, packing: this.#options }, this.#encode(messages))
    await this.#trim()
  }

  async consume(subscription: Subscription, handle: HandleBatch<Message>, signal: AbortSignal): Promise<void> {
    const { onAlarm } = this.#options
    await runConsumeLoop({ inbox: this.#inbox(subscription), subscription, handle, onAlarm }, signal)
  }

  async relay<Out>(
    subscription: RelaySubscription<Out, Message>,
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
      packing: target.#options,
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
