import type { Socket } from 'node:net'
import type { LinkMode } from './fault-proxy.ts'

/** One direction of a connection through a faulty link. */
export interface Channel {
  /** The mode of the link has changed: what waits is looked at anew. */
  wake(): void
}

export interface ChannelOptions {
  readonly from: Socket
  readonly to: Socket
  readonly isAnswer: boolean
  readonly mode: () => LinkMode
  readonly chance: () => number
}

interface Arrival {
  readonly chunk: Buffer
  readonly atMs: number
}

/** More than this is not held: the sender then waits, as it would before a full window. */
const heldBytesMax = 1_048_576

/** Carries bytes in order, one chunk after the other, each as the mode of its instant says. */
export function createChannel({ from, to, isAnswer, mode, chance }: ChannelOptions): Channel {
  const waiting: Arrival[] = []
  let heldBytes = 0
  let hasEnded = false
  let isBusy = false
  let changed = Promise.withResolvers<void>()

  from.on('data', (chunk: Buffer) => {
    waiting.push({ chunk, atMs: performance.now() })
    heldBytes += chunk.length
    if (heldBytes > heldBytesMax) from.pause()
    void carry()
  })
  from.once('end', () => {
    hasEnded = true
    void carry()
  })
  from.once('close', () => to.destroySoon())

  async function carry(): Promise<void> {
    if (isBusy) return
    isBusy = true
    for (let arrival = waiting.shift(); arrival; arrival = waiting.shift()) {
      await carryOne(arrival)
      heldBytes -= arrival.chunk.length
      if (heldBytes <= heldBytesMax && from.isPaused()) from.resume()
    }
    isBusy = false
    if (hasEnded) to.end()
  }

  async function carryOne({ chunk, atMs }: Arrival): Promise<void> {
    while (mode().kind === 'drop' && !to.destroyed) await changed.promise
    if (to.destroyed) return
    const now = mode()
    switch (now.kind) {
      case 'half-open':
        if (!isAnswer) to.write(chunk)
        return
      case 'delay':
        // Counted from its arrival: many may be on a long way at once, and none overtakes another.
        await Bun.sleep(Math.max(0, atMs + now.ms + (chance() * 2 - 1) * now.jitterMs - performance.now()))
        to.write(chunk)
        return
      case 'slice':
        await writeSlices(chunk, now.bytes)
        return
      case 'bandwidth':
        await Bun.sleep((1_000 * chunk.length) / now.bytesPerSecond)
        to.write(chunk)
        return
      default:
        to.write(chunk)
    }
  }

  async function writeSlices(chunk: Buffer, bytes: number): Promise<void> {
    for (let at = 0; at < chunk.length; at += bytes) {
      to.write(chunk.subarray(at, at + bytes))
      // Each slice a packet of its own: what is written in one turn of the loop may be joined again.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    wake() {
      changed.resolve()
      changed = Promise.withResolvers<void>()
    },
  }
}
