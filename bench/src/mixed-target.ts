import net from 'node:net'
import type { Socket, TCPSocketListenOptions } from 'bun'

/**
 * A site of every mood in one process, a port for each: one that answers, one that answers after 100 ms, one that resets,
 * one that stays silent, one that sends a bomb. It prints the ports in that order.
 */
const BODY = 'It works.\n'
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`
const BOMB = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n'),
  ...Array.from({ length: 8 }, () =>
    Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(16_384), Buffer.from('\r\n')]),
  ),
])
const AFTER_MS = 100

/** A timer is never quite on time: the length of the body, in hundredths of a millisecond, tells how late it was. */
function lateAnswer(tookMs: number): string {
  const length = Math.round(tookMs * 100)
  return `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${'x'.repeat(length)}`
}

const listen = (open: (socket: net.Socket) => void): Promise<number> => {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    open(socket)
  })
  return new Promise((listening) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () =>
      listening((server.address() as net.AddressInfo).port),
    ),
  )
}

/** The one that is asked most costs the least. */
const quick = (answer: (socket: Socket) => void): number =>
  Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    backlog: 16_384,
    socket: { data: answer },
  } as TCPSocketListenOptions<undefined>).port

const ports = await Promise.all([
  quick((socket) => void socket.end(ANSWER)),
  // A burst of a thousand needs a longer queue than the quick one has.
  listen((socket) =>
    socket.once('data', () => {
      const askedMs = performance.now()
      setTimeout(() => socket.end(lateAnswer(performance.now() - askedMs)), AFTER_MS)
    }),
  ),
  listen((socket) => socket.once('data', () => socket.resetAndDestroy())),
  listen((socket) => socket.resume()),
  listen((socket) => socket.once('data', () => socket.end(BOMB))),
])
console.log(ports.join(' '))
