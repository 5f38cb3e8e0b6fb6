import { connect, createServer, type Socket } from 'node:net'
import { type Channel, createChannel } from './fault-channel.ts'

/**
 * What a link does to the bytes that cross it. A link that drops holds them back, as a network that loses packets does
 * to TCP: they arrive when it heals. A half-open link swallows the answers, and its connections are dead for ever.
 */
export type LinkMode =
  | { kind: 'pass' }
  | { kind: 'drop' }
  | { kind: 'half-open' }
  | { kind: 'reset' }
  | { kind: 'delay'; ms: number; jitterMs: number }
  | { kind: 'slice'; bytes: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }

export interface FaultProxy {
  readonly port: number
  readonly connections: number
  setMode(mode: LinkMode): void
  /** Where new connections go from now on; those that stand stay. */
  setUpstream(port: number): void
  stop(): Promise<void>
}

export interface FaultProxyOptions {
  readonly upstreamPort: number
  /** Gives a number from 0 to 1 for the jitter of each delay. */
  readonly chance?: () => number
}

/** One link of the instance, on the loopback interface, that can be made to fail. */
export async function startFaultProxy({ upstreamPort, chance = () => 0.5 }: FaultProxyOptions): Promise<FaultProxy> {
  let mode: LinkMode = { kind: 'pass' }
  let upstream = upstreamPort
  const pairs = new Set<Pair>()

  const server = createServer((client) => {
    if (mode.kind === 'reset') {
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    const pair = join(client, connect({ port: upstream, host: '127.0.0.1' }))
    pairs.add(pair)
    client.once('close', () => pairs.delete(pair))
  })

  function join(client: Socket, origin: Socket): Pair {
    const options = { mode: () => mode, chance }
    const pair: Pair = {
      reset() {
        client.resetAndDestroy()
        origin.destroy()
      },
      channels: [
        createChannel({ ...options, from: client, to: origin, isAnswer: false }),
        createChannel({ ...options, from: origin, to: client, isAnswer: true }),
      ],
    }
    for (const socket of [client, origin]) {
      socket.setNoDelay(true)
      socket.on('error', () => pair.reset())
    }
    return pair
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    get connections() {
      return pairs.size
    },
    setMode(next) {
      const before = mode
      mode = next
      if (next.kind === 'reset' || before.kind === 'half-open') for (const pair of pairs) pair.reset()
      for (const pair of pairs) for (const channel of pair.channels) channel.wake()
    },
    setUpstream(port) {
      upstream = port
    },
    async stop() {
      for (const pair of pairs) pair.reset()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Pair {
  readonly channels: readonly Channel[]
  reset(): void
}
