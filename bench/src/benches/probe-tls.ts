import { httpSpecSchema } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '@repo/probes/egress'
import { createProbes } from '@repo/probes/registry'
import { systemResolve } from '@repo/probes/resolve'
import type { Socket, SocketHandler } from 'bun'
import { concurrent } from '../concurrent.ts'
import { startNodeContender } from '../node-contender.ts'
import type { Comparison, Contender } from '../run.ts'
import { startTlsCountingTarget } from '../tls-counting-target.ts'

export const probeTlsBench: Comparison = {
  name: 'probe-tls',
  summary: 'one HTTPS check with a full handshake, beside a bare TLS loop and Node',
  reference: 'bare Bun.connect with TLS',
  async open() {
    const target = await startTlsCountingTarget()
    const node = startNodeContender('https of Node', target.url)
    return {
      contenders: [fullProbe(target.url), bareConnect(target.port), ...(node ? [node] : [])],
      countDone: target.count,
      close: async () => {
        node?.stop()
        await target.stop()
      },
    }
  },
}

/** As with most certificates, the well-known authorities are asked; that they do not know this one is let pass. */
function fullProbe(url: string): Contender {
  const spec = httpSpecSchema.parse({ kind: 'http', url, tls: { verify: false } })
  const probe = createProbes({ egress: createEgressPolicy({ allowLoopback: true }), resolve: systemResolve })
  const { signal } = new AbortController()
  return concurrent('probe', async () => {
    const { code, message, certificate } = await probe(spec, signal)
    if (code !== 'OK' || certificate === null) throw new Error(`the target is ${code}: ${message}`)
  })
}

/** The least that it can cost in this runtime: connect, shake hands, ask, read until the other side closes. */
function bareConnect(port: number): Contender {
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`
  const socket: SocketHandler<{ settle: () => void }> = {
    handshake: (connection) => void connection.write(request),
    data() {},
    close: ({ data }) => data.settle(),
    connectError: (_socket, error) => {
      throw error
    },
  }
  return concurrent(
    'bare Bun.connect with TLS',
    () =>
      new Promise((settle) => {
        const connecting: Promise<Socket<{ settle: () => void }>> = Bun.connect({
          hostname: '127.0.0.1',
          port,
          tls: { rejectUnauthorized: false },
          socket,
          data: { settle },
        })
        void connecting
      }),
  )
}
