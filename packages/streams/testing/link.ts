import { connect, createServer, type Socket } from 'node:net'

/** A way to a server on this machine that can be cut so that neither end notices. */
export interface Link extends AsyncDisposable {
  readonly port: number
  /** From now on nothing gets through on the connections that there are; new ones are not concerned. */
  silence(): void
  /** From now on new connections lead to another server, as behind a balancer or a name that moves. */
  leadTo(targetPort: number): void
}

export async function openLink(firstPort: number): Promise<Link> {
  let targetPort = firstPort
  const sockets = new Set<Socket>()
  let silent = new WeakSet<Socket>()
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (bytes) => {
      if (!silent.has(from)) to.write(bytes)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      if (!silent.has(from)) to.destroy()
    })
  }
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    carry(client, target)
    carry(target, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    leadTo(port) {
      targetPort = port
    },
    silence() {
      silent = new WeakSet(sockets)
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
