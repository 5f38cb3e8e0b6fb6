import zlib from 'node:zlib'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import type { BodySink } from './chunked-body.ts'

/** The beginning of a body, as it came over the wire. Most bodies lie in one chunk, and few of them are ever looked at. */
export class KeptBody implements BodySink {
  private chunk: Buffer | null = null
  private from = 0
  private to = 0
  private parts: Buffer[] | null = null
  private byteCount = 0

  constructor(private readonly byteLimit: number) {}

  take(chunk: Buffer, from: number, to: number): void {
    const room = this.byteLimit - this.byteCount
    if (room <= 0 || to <= from) return
    const end = Math.min(to, from + room)
    this.byteCount += end - from
    if (this.chunk === null) {
      this.chunk = chunk
      this.from = from
      this.to = end
      return
    }
    this.parts ??= [this.chunk.subarray(this.from, this.to)]
    this.parts.push(chunk.subarray(from, end))
  }

  bytes(): Buffer {
    if (this.parts) return Buffer.concat(this.parts)
    return this.chunk?.subarray(this.from, this.to) ?? EMPTY
  }
}

const EMPTY = Buffer.alloc(0)

export interface DecodedBody {
  /** At most 256 KiB. */
  readonly bytes: Buffer
  /** True where there is, or may be, more than was kept. */
  readonly isCut: boolean
}

/**
 * Undoes the content codings of a body (RFC 9110 section 8.4), stopping once enough is known, so that a bomb costs no more
 * than any other page.
 */
export async function decodeBody(
  raw: Buffer,
  contentEncodings: readonly string[],
  wasWhole: boolean,
): Promise<DecodedBody | Failure> {
  const codings = contentEncodings
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length > limits.contentCodings) {
    return { code: 'TOO_MANY_ENCODINGS', text: `Body: encoded ${readableCount(codings.length)} times over` }
  }
  let body: DecodedBody = { bytes: raw, isCut: !wasWhole }
  for (const coding of codings.toReversed()) {
    const decoded = await inflate(body, coding)
    if ('code' in decoded) return decoded
    body = decoded
  }
  const { bytes, isCut } = body
  return bytes.length > limits.keptBytes
    ? { bytes: bytes.subarray(0, limits.keptBytes), isCut: true }
    : { bytes, isCut }
}

const decoders: Readonly<
  Record<string, (raw: Buffer) => zlib.Gunzip | zlib.Inflate | zlib.BrotliDecompress | zlib.InflateRaw>
> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  // What is called deflate comes with the header of zlib (as it should) and, from some servers, without.
  deflate: (raw) => (((raw[0] ?? 0) & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
}

/** What the inner coding is given of a bomb's outer one is bounded too. */
const INFLATED_BYTES = limits.bodyBytes

function inflate(body: DecodedBody, coding: string): Promise<DecodedBody | Failure> {
  const create = decoders[coding]
  if (!create) {
    return Promise.resolve({ code: 'BAD_ENCODING', text: `Body: encoded in an unknown way ('${escaped(coding)}')` })
  }
  if (body.bytes.length === 0) return Promise.resolve(body)
  return new Promise((settle) => {
    const decoder = create(body.bytes)
    const parts: Buffer[] = []
    let byteCount = 0
    const finish = (isCut: boolean) => {
      settle({ bytes: Buffer.concat(parts), isCut })
      decoder.destroy()
    }
    decoder.on('data', (part: Buffer) => {
      parts.push(part)
      byteCount += part.length
      if (byteCount >= INFLATED_BYTES) finish(true)
    })
    decoder.on('end', () => finish(body.isCut))
    decoder.on('error', (error: Error) => {
      // The end of what we kept is not the end of what was sent.
      if (body.isCut) finish(true)
      else settle({ code: 'BAD_ENCODING', text: `Body: the ${coding} encoding is broken (${escaped(error.message)})` })
    })
    decoder.end(body.bytes)
  })
}
