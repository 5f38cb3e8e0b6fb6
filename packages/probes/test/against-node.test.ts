import { describe, expect, test } from 'bun:test'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { createRandom } from '../farm/random.ts'
import { KeptBody } from '../src/http/kept-body.ts'
import { ResponseReader } from '../src/http/response-reader.ts'

const RESPONSES = 2_000

interface Read {
  readonly status: number
  readonly body: string
}

type Random = ReturnType<typeof createRandom>

/** A response that is valid, whatever else it is. */
function makeResponse(random: Random): string {
  const status = random.pick([200, 201, 404, 418, 500])
  const body = random.pick(['', 'x', 'hello, world', '{"a":[1,2]}', '\r\n\r\n', '0\r\n\r\n', 'y'.repeat(3_000)])
  const fields = Array.from(
    { length: random.below(12) },
    (_, index) => `X-Field-${index}:${random.pick(['', ' '])}${random.pick(['a', 'b c', '"q"', '\xe4\xf6', ''])}\r\n`,
  )
  const start = `${random.pick(['', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'])}HTTP/1.1 ${status} ${random.pick(['OK', '', 'Some Reason'])}\r\n${fields.join('')}`
  switch (random.below(3)) {
    case 0:
      return `${start}Content-Length: ${body.length}\r\n\r\n${body}`
    case 1:
      return `${start}Transfer-Encoding: ${random.pick(['chunked', 'Chunked'])}\r\n\r\n${chunked(body, random)}`
    default:
      return `${start}Connection: close\r\n\r\n${body}`
  }
}

function chunked(body: string, random: Random): string {
  let text = ''
  for (let at = 0; at < body.length; ) {
    const size = 1 + random.below(body.length - at)
    const digits = random.pick([size.toString(16), size.toString(16).toUpperCase(), `0${size.toString(16)}`])
    text += `${digits}${random.pick(['', ';a=b', ';q="x y"'])}\r\n${body.slice(at, at + size)}\r\n`
    at += size
  }
  return `${text}0\r\n${random.pick(['', 'X-Sum: 1\r\n'])}\r\n`
}

function ours(response: string, random: Random): Read {
  const kept = new KeptBody(1_000_000)
  const reader = new ResponseReader(65_536, { wantedBody: () => 'whole', sinkFor: () => kept })
  const bytes = Buffer.from(response, 'latin1')
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(200)
    if (!reader.isDone) reader.read(bytes.subarray(at, at + size))
    at += size
  }
  const failure = reader.failure ?? (reader.isDone ? null : reader.readEnd(false))
  if (failure) throw new Error(`${failure.text} in ${JSON.stringify(response)}`)
  return { status: reader.head?.status ?? 0, body: kept.bytes().toString('latin1') }
}

/** What Node's own client makes of the same bytes. */
function nodes(port: number): Promise<Read> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('latin1') }),
      )
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

describe('the reader of responses', () => {
  test(`reads ${RESPONSES} valid responses as the client of Node does`, async () => {
    const random = createRandom(7)
    let response = ''
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(Buffer.from(response, 'latin1')))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    for (let index = 0; index < RESPONSES; index += 1) {
      response = makeResponse(random)
      expect(ours(response, random)).toEqual(await nodes(port))
    }
    await new Promise<void>((closed) => server.close(() => closed()))
  }, 60_000)
})
