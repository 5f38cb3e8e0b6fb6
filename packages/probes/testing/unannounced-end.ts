import net, { type AddressInfo, type Socket } from 'node:net'
import type { Target } from './target.ts'

/**
 * Stands before a TLS target and passes its records on, except for the last word: where the target announces the end of the
 * connection, this one just ends it.
 */
export async function startWithoutAnnouncement(target: Target): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = net.createServer((outer) => {
    const inner = net.connect(target.port, target.host)
    for (const socket of [outer, inner]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    outer.on('data', (bytes) => inner.write(bytes))
    inner.on('data', (bytes: Buffer) => {
      outer.write(withoutAlert(bytes))
    })
    inner.on('end', () => outer.end())
    outer.on('close', () => inner.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((stopped) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => stopped())
      }),
  }
}

const ALERT_RECORD_BYTES = 24

/** Cuts off a last record of the length that a sealed alert has in TLS 1.3. */
function withoutAlert(bytes: Buffer): Buffer {
  const at = bytes.length - ALERT_RECORD_BYTES
  const isAlert = at >= 0 && bytes[at] === 23 && bytes.readUInt16BE(at + 3) === 19
  return isAlert ? bytes.subarray(0, at) : bytes
}
