import type { Socket } from 'bun'

/**
 * The small website of `http-target.ts` under TLS. It reads its certificate and key, as JSON, from its first argument's
 * file. It counts what it has answered; the count is asked for in clear text at the second port that it prints.
 */
const BODY = '<!doctype html><title>ok</title><p>It works.</p>\n'
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`

const { key, cert } = await Bun.file(process.argv[2] ?? '').json()
let answered = 0

const site = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  tls: { key, cert },
  socket: {
    data(socket: Socket) {
      answered += 1
      socket.end(ANSWER)
    },
  },
})
const counter = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(String(answered)) })

console.log(`${site.port} ${counter.port}`)
