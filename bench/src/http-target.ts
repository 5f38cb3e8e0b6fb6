import type { Socket } from 'bun'

/**
 * A small website in a process of its own. It answers a GET with 200 and closes; `GET /count` answers how many others it
 * has answered. Its port is the first line that it prints.
 */
const BODY = '<!doctype html><title>ok</title><p>It works.</p>\n'
const ANSWER = `HTTP/1.1 200 OK\r
Content-Type: text/html; charset=utf-8\r
Content-Length: ${BODY.length}\r
Date: Mon, 24 Nov 2025 12:00:00 GMT\r
Server: bench\r
Connection: close\r
\r
${BODY}`

let answered = 0
const COUNT = Buffer.from('GET /count ')

const server = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    data(socket, request) {
      if (request.subarray(0, COUNT.length).equals(COUNT)) answerCount(socket)
      else {
        answered += 1
        socket.end(ANSWER)
      }
    },
  },
})

function answerCount(socket: Socket): void {
  const text = String(answered)
  socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`)
}

console.log(server.port)
