import type { Codec } from '@repo/contracts/check-message'
import type { LiveBus } from './live-bus.ts'
import type { Alarm } from './stream.ts'

export interface MemoryLiveBusOptions<Message> {
  readonly codec: Codec<Message>
  readonly onAlarm?: Alarm
}

export function createMemoryLiveBus<Message>({ codec, onAlarm }: MemoryLiveBusOptions<Message>): LiveBus<Message> {
  const listeners = new Set<(text: string) => void>()
  return {
    async publish(message) {
      const text = codec.encode(message)
      // As over a network: whoever publishes has gone on by the time anybody hears of it.
      for (const listener of listeners) queueMicrotask(() => listener(text))
    },
    async subscribe(handle, signal) {
      if (signal.aborted) return
      const listener = (text: string) => {
        if (signal.aborted) return
        const message = read(text)
        if (message !== undefined) handle(message)
      }
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
    },
  }

  function read(text: string): Message | undefined {
    try {
      return codec.decode(text)
    } catch (error) {
      onAlarm?.(`a live message cannot be read: ${(error as Error).message}`)
      return undefined
    }
  }
}
