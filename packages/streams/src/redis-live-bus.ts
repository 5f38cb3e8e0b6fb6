import type { Codec } from '@repo/contracts/check-message'
import type { Redis } from 'ioredis'
import type { LiveBus } from './live-bus.ts'
import { redact } from './redis/redact.ts'
import type { Alarm } from './stream.ts'

export interface RedisLiveBusOptions<Message> {
  readonly redis: Redis
  readonly channel: string
  readonly codec: Codec<Message>
  readonly onAlarm?: Alarm
}

const ASK_EVERY_MS = 3_000

export function createRedisLiveBus<Message>(options: RedisLiveBusOptions<Message>): LiveBus<Message> {
  const { redis, channel, codec } = options
  return {
    async publish(message) {
      await redis.publish(channel, codec.encode(message)).catch((error: unknown) => {
        throw redact(error)
      })
    },
    async subscribe(handle, signal, onMissed = () => {}) {
      if (signal.aborted) return
      // A connection that listens can do nothing else. It subscribes anew by itself whenever it reconnects.
      const listener = redis.duplicate({ lazyConnect: true, autoResubscribe: true, commandTimeout: undefined })
      listener.on('error', () => {})
      listener.on('message', (_channel: string, text: string) => {
        // What was on its way when the listening ended is nobody's any more.
        if (!signal.aborted) read(text, options, handle)
      })
      // Who only listens does not notice that nobody speaks any more; a question that is not answered ends the connection.
      const asking = setInterval(() => void listener.ping().catch(() => {}), ASK_EVERY_MS)
      const end = () => {
        clearInterval(asking)
        listener.disconnect()
      }
      signal.addEventListener('abort', end, { once: true })
      await listener.subscribe(channel)
      // The client subscribes anew before us, and is answered in turn: then we are heard again.
      listener.on('ready', () => void listener.subscribe(channel).then(onMissed, () => {}))
    },
  }
}

// A message that cannot be read is the sender's fault and must not end the listener.
function read<Message>(text: string, options: RedisLiveBusOptions<Message>, handle: (message: Message) => void): void {
  let message: Message
  try {
    message = options.codec.decode(text)
  } catch (error) {
    options.onAlarm?.(`a message on ${options.channel} cannot be read: ${(error as Error).message}`)
    return
  }
  handle(message)
}
