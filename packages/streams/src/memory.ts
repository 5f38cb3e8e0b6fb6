import type { Codec } from '@repo/contracts/check-message'
import { runConsumeLoop } from './consume-loop.ts'
import type { HandOver, Inbox, Settled } from './inbox.ts'
import type { Fence } from './lease.ts'
import { createMemoryInbox, type MemoryClaim } from './memory/inbox.ts'
import { MemoryLog } from './memory/log.ts'
import { MemoryFence } from './memory-lease.ts'
import { runRelayLoop } from './relay-loop.ts'
import {
  type Alarm,
  type Depth,
  Fenced,
  type HandleBatch,
  type HandleMessage,
  type PublishOptions,
  type RelaySubscription,
  type Stream,
  type Subscription,
} from './stream.ts'

export interface MemoryStreamOptions<Message> {
  readonly codec: Codec<Message>
  /** Unacknowledged messages, taken or not, beyond which `publish` waits. */
  readonly capacity: number
  readonly onAlarm?: Alarm
}

/** A stream within the process. Messages travel as text, as they do through Redis: what comes out is a copy. */
export function createMemoryStream<Message>(options: MemoryStreamOptions<Message>): Stream<Message> {
  return new MemoryStream(options)
}

/**
 * The codec for messages that never leave the process: whoever wrote them was compiled against the same types, so they
 * need no validation on the way out, which costs more than all the rest. They are copied all the same.
 */
export function trustedCodec<Message>(): Codec<Message> {
  return { encode: (message) => JSON.stringify(message), decode: (text) => JSON.parse(text) as Message }
}

class MemoryStream<Message> implements Stream<Message> {
  readonly #log: MemoryLog
  readonly #codec: Codec<Message>
  readonly #onAlarm: Alarm

  constructor({ codec, capacity, onAlarm = () => {} }: MemoryStreamOptions<Message>) {
    this.#log = new MemoryLog(capacity)
    this.#codec = codec
    this.#onAlarm = onAlarm
  }

  async publish(messages: readonly Message[], { fence }: PublishOptions = {}): Promise<void> {
    await this.#log.publish(this.#encode(messages), fence && (() => refuseFenced(fence)))
  }

  async consume(subscription: Subscription, handle: HandleBatch<Message>, signal: AbortSignal): Promise<void> {
    await runConsumeLoop({ inbox: this.#inbox(subscription), subscription, handle, onAlarm: this.#onAlarm }, signal)
  }

  async relay<Out>(
    subscription: RelaySubscription<Out, Message>,
    handle: HandleMessage<Message, Out>,
    signal: AbortSignal,
  ): Promise<void> {
    const { target } = subscription
    if (!(target instanceof MemoryStream)) throw new Error('a stream in memory relays to a stream in memory only')
    const inbox = this.#inbox(subscription)
    const handOver: HandOver<MemoryClaim<Message>> = (settled, drained) =>
      moveTo(target.#log, { settled, inbox, drained })
    const encode = (outputs: readonly Out[]) => target.#encode(outputs)
    await runRelayLoop({ inbox, encode, handOver, coalesceMs: 0, subscription, handle, onAlarm: this.#onAlarm }, signal)
  }

  async depth(group: string): Promise<Depth> {
    return this.#log.depth(group)
  }

  #encode(messages: readonly Message[]): string[] {
    return messages.map((message) => this.#codec.encode(message))
  }

  #inbox(subscription: Subscription): Inbox<MemoryClaim<Message>> {
    return createMemoryInbox({ log: this.#log, codec: this.#codec, subscription, onAlarm: this.#onAlarm })
  }
}

function refuseFenced(fence: Fence): void {
  if (!(fence instanceof MemoryFence)) throw new Error('a stream in memory knows the fences of leases in memory only')
  if (!fence.isNewest) throw new Fenced(`somebody else has taken the lease since token ${fence.token}`)
}

interface Move<C> {
  readonly settled: readonly Settled<C>[]
  readonly inbox: Inbox<C>
  readonly drained: AbortSignal
}

// A message enters as soon as there is any room and may exceed the capacity by its own outputs: they must enter
// together, in the step that acknowledges it.
async function moveTo<C>(log: MemoryLog, { settled, inbox, drained }: Move<C>): Promise<void> {
  let moved = 0
  while (moved < settled.length) {
    await log.room(drained)
    if (log.roomLeft === 0) throw new Error('the target had no room until the end of the drain')
    const part = settled.slice(moved, moved + log.roomLeft)
    log.append(part.flatMap((one) => (one.kind === 'back' ? [] : one.texts)))
    void inbox.settle(part)
    moved += part.length
  }
}
