import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Socket, SocketHandler } from 'bun'
import { startCountingTarget } from '../counting-target.ts'
import type { Comparison, Contender } from '../run.ts'

/** How many checks are under way at a time. */
const CONCURRENCY = 64

export const probeBench: Comparison = {
  name: 'probe',
  summary: 'one HTTP check over a fresh connection, beside a bare socket loop and fetch',
  reference: 'bare Bun.connect',
  async open() {
    const target = await startCountingTarget()
    return {
      contenders: [fullProbe(target.url), bareConnect(target.port), plainFetch(target.url)],
      countDone: target.count,
      close: target.stop,
    }
  },
}

function fullProbe(url: string): Contender {
  const spec: HttpSpec = httpSpecSchema.parse({ kind: 'http', url })
  const probe = createProbes({ egress: createEgressPolicy({ allowedCidrs: ['private'] }), resolve: systemResolve })
  const { signal } = new AbortController()
  return concurrent('probe', async () => {
    const { code, message } = await probe(spec, signal)
    if (code !== 'OK') throw new Error(`the target is ${code}: ${message}`)
  })
}

/** The least that a check can cost in this runtime: connect, ask, read until the other side closes. */
function bareConnect(port: number): Contender {
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
  const handlers: SocketHandler<Bare> = {
    open: (socket) => void socket.write(request),
    data: (socket, chunk) => {
      socket.data.byteCount += chunk.length
    },
    close: (socket) => socket.data.settle(),
    connectError: (_socket, error) => {
      throw error
    },
  }
  return concurrent('bare Bun.connect', () => connectOnce(port, handlers))
}

interface Bare {
  byteCount: number
  readonly settle: () => void
}

function connectOnce(port: number, socket: SocketHandler<Bare>): Promise<void> {
  return new Promise((settle) => {
    const connecting: Promise<Socket<Bare>> = Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket,
      data: { byteCount: 0, settle },
    })
    void connecting
  })
}

function plainFetch(url: string): Contender {
  return concurrent('fetch', async () => {
    const response = await fetch(url, { keepalive: false, headers: { connection: 'close' } })
    await response.arrayBuffer()
  })
}

/** Keeps a fixed number of operations under way until the deadline, and waits for the last of them. */
function concurrent(name: string, operation: () => Promise<void>): Contender {
  return {
    name,
    async work(deadlineMs) {
      let count = 0
      const lane = async () => {
        while (performance.now() < deadlineMs) {
          await operation()
          count += 1
        }
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, lane))
      return count
    },
  }
}
