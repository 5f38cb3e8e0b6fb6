import { type HttpSpec, httpSpecSchema } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Socket, SocketHandler } from 'bun'
import { concurrent } from '../concurrent.ts'
import { startCountingTarget } from '../counting-target.ts'
import { startNodeContender } from '../node-contender.ts'
import type { Comparison, Contender } from '../run.ts'

export const probeBench: Comparison = {
  name: 'probe',
  summary: 'one HTTP check over a fresh connection, beside a bare socket loop, fetch and Node',
  reference: 'bare Bun.connect',
  async open() {
    const target = await startCountingTarget()
    const node = startNodeContender('http of Node', target.url)
    return {
      contenders: [fullProbe(target.url), bareConnect(target.port), plainFetch(target.url), ...(node ? [node] : [])],
      countDone: target.count,
      close: async () => {
        node?.stop()
        await target.stop()
      },
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
