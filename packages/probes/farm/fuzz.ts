import { KeptBody } from '../src/http/kept-body.ts'
import { ResponseReader } from '../src/http/response-reader.ts'
import { createRandom } from './random.ts'

export interface FuzzResult {
  readonly read: number
  /** Responses after whose end the reader did not know whether they were whole, as JSON; there must be none. */
  readonly unfinished: readonly string[]
  /** How much the memory has grown since the first tenth. */
  readonly grownMegabytes: number
}

type Random = ReturnType<typeof createRandom>

/** Responses to begin with: every way to frame a body, and some that are wrong in one place. */
const seeds = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n',
  'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end',
  'HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n',
  'HTTP/1.1 301 Moved\r\nLocation: https://shop.example/\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 4\r\n\r\nbusy',
  `HTTP/1.1 200 OK\r\n${Array.from({ length: 40 }, (_, index) => `X-${index}: ${'v'.repeat(index)}\r\n`).join('')}Content-Length: 1\r\n\r\nx`,
  'HTTP/1.1 404 Not Found\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc',
].map((text) => Buffer.from(text, 'latin1'))

const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  ';',
  ',',
  'chunked',
  'Content-Length: 7\r\n',
  'Transfer-Encoding: chunked\r\n',
  '0\r\n\r\n',
  'ffffffff',
  '-1',
  'HTTP/1.1 200 OK\r\n',
  '\x80\xff',
].map((text) => Buffer.from(text, 'latin1'))

/** Feeds mutated responses to the reader, split at random places, and ends each: it must always have come to a judgement. */
export function fuzzReader({ responses, seed }: { responses: number; seed: number }): FuzzResult {
  const random = createRandom(seed)
  const unfinished: string[] = []
  let settledBytes = 0
  for (let index = 0; index < responses; index += 1) {
    const bytes = mutated(random)
    if (!readWhole(bytes, random) && unfinished.length < 10) unfinished.push(JSON.stringify(bytes.toString('latin1')))
    if (index === Math.floor(responses / 10)) settledBytes = memoryBytes()
  }
  return { read: responses, unfinished, grownMegabytes: Math.max(0, (memoryBytes() - settledBytes) / 1_048_576) }
}

/** True when the reader has come to an end, or to a failure. */
export function readWhole(bytes: Buffer, random: Random): boolean {
  const reader = new ResponseReader(65_536, { wantedBody: () => 'whole', sinkFor: () => new KeptBody(4_096) })
  let at = 0
  while (at < bytes.length && !reader.isDone && !reader.failure) {
    const size = 1 + random.below(random.below(8) === 0 ? 3 : bytes.length)
    reader.read(bytes.subarray(at, at + size))
    at += size
  }
  if (reader.isDone || reader.failure) return true
  const failure = reader.readEnd(random.below(2) === 0)
  return failure !== null || reader.head !== null
}

function mutated(random: Random): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(seeds))
  for (let round = 1 + random.below(4); round > 0; round -= 1) bytes = mutate(bytes, random)
  return bytes
}

function mutate(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  switch (random.below(7)) {
    case 0: {
      const changed = Buffer.from(bytes)
      if (at < changed.length) changed[at] = random.below(256)
      return changed
    }
    case 1: {
      const changed = Buffer.from(bytes)
      if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
      return changed
    }
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.pick(tokens), bytes.subarray(at)])
    case 3:
      return bytes.subarray(0, at)
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(6)))])
    case 5: {
      const piece = bytes.subarray(at, at + 1 + random.below(12))
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    }
    default: {
      const other = random.pick(seeds)
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length))])
    }
  }
}

function memoryBytes(): number {
  Bun.gc(true)
  return process.memoryUsage.rss()
}
