import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a
const ZERO = 0x30

/** What a head says that matters to a check. */
export interface ResponseHead {
  status: number
  /** Of HTTP/1: 0 or 1. */
  minorVersion: number
  contentLengths: readonly string[]
  transferEncodings: readonly string[]
  locations: readonly string[]
  hasRetryAfter: boolean
  contentEncodings: readonly string[]
}

/**
 * Reads the status line and the fields of one response from however many chunks they come in. Lines are parsed where they
 * lie; only a line that a chunk ends in the middle of is copied.
 */
export class HeadReader {
  readonly head: ResponseHead = {
    status: 0,
    minorVersion: 1,
    contentLengths: NONE,
    transferEncodings: NONE,
    locations: NONE,
    hasRetryAfter: false,
    contentEncodings: NONE,
  }
  failure: Failure | null = null
  byteCount = 0
  private fieldCount = 0
  private isStarted = false
  private wasEmptyLineSkipped = false
  private isComplete = false
  private part: Buffer = EMPTY
  private partLength = 0

  constructor(private readonly byteLimit: number) {}

  /** Reads on from `from`. Answers the offset after the head, or -1 when it needs more or has failed. */
  read(chunk: Buffer, from: number): number {
    let start = from
    while (!this.isComplete) {
      const lineFeed = chunk.indexOf(LF, start)
      const end = lineFeed === -1 ? chunk.length : lineFeed
      this.byteCount += end - start
      // What does not speak HTTP at all is told so, however much of it there is.
      const isTooLarge = this.isStarted && this.byteCount > this.byteLimit
      this.failure = isTooLarge ? this.tooLarge(chunk, start) : this.readSome(chunk, start, end)
      if (lineFeed === -1 || this.failure) return -1
      this.byteCount += 1
      start = end + 1
    }
    return start
  }

  /** A redirect whose location alone is larger than all fields may be is told so. */
  private tooLarge(chunk: Buffer, start: number): Failure {
    const isPart = this.partLength >= LOCATION.length
    const isLocation = isNamed(isPart ? this.part : chunk, isPart ? 0 : start, LOCATION)
    return isLocation ? longLocation() : tooLarge(this.byteLimit)
  }

  /** What lies between two ends of lines, or the beginning of what will. */
  private readSome(chunk: Buffer, start: number, end: number): Failure | null {
    const isFinished = end < chunk.length
    if (isFinished && this.partLength === 0) return this.readLine(chunk, start, end)
    this.keep(chunk, start, end)
    if (!isFinished) return this.judgeUnfinishedLine()
    const length = this.partLength
    this.partLength = 0
    return this.readLine(this.part, 0, length)
  }

  private readLine(bytes: Buffer, start: number, endWithCr: number): Failure | null {
    const end = endWithCr > start && bytes[endWithCr - 1] === CR ? endWithCr - 1 : endWithCr
    if (this.isStarted) return this.readField(bytes, start, end)
    // One empty line before the status line is a habit of old servers; RFC 9112 asks for this tolerance in requests.
    if (end === start && !this.wasEmptyLineSkipped) {
      this.wasEmptyLineSkipped = true
      return null
    }
    this.isStarted = true
    return this.readStatusLine(bytes, start, end)
  }

  private readStatusLine(bytes: Buffer, start: number, end: number): Failure | null {
    const judged = judgeProtocol(bytes, start, end)
    if (judged) return judged
    if (end - start > limits.statusLineBytes) return longStatusLine()
    if (hasControl(bytes, start, end)) return bad('BAD_HEADER', 'control characters in', shown(bytes, start, end))
    if (!isVersion11Or10(bytes, start + 5, end)) return badVersion(bytes, start, end)
    const status = statusAt(bytes, start + 8, end)
    if (status < 100) return bad('BAD_STATUS_LINE', 'bad status line', shown(bytes, start, end))
    this.head.status = status
    this.head.minorVersion = (bytes[start + 7] ?? 0) - ZERO
    return null
  }

  private readField(bytes: Buffer, start: number, end: number): Failure | null {
    if (start === end) {
      this.isComplete = true
      return null
    }
    this.fieldCount += 1
    if (this.fieldCount > limits.fields) return tooManyFields()
    const colon = nameEnd(bytes, start, end)
    if (colon - start > limits.fieldNameBytes) return longName()
    if (colon === start || colon === end || bytes[colon] !== COLON || hasControl(bytes, colon + 1, end)) {
      return bad('BAD_HEADER', 'bad header field', shown(bytes, start, end))
    }
    const keep = kept[colon - start]
    if (keep && isNamed(bytes, start, keep.name)) keep.take(this.head, fieldValue(bytes, colon + 1, end))
    return null
  }

  /** Some endings need not be waited for: what does not start like HTTP will not become it. */
  private judgeUnfinishedLine(): Failure | null {
    if (this.partLength === 0) return null
    if (!this.isStarted) {
      const isEmptyLine = this.partLength === 1 && this.part[0] === CR
      const judged = isEmptyLine ? null : judgeProtocol(this.part, 0, this.partLength)
      return judged ?? (this.partLength > limits.statusLineBytes ? longStatusLine() : null)
    }
    if (this.partLength <= limits.fieldNameBytes) return null
    return nameEnd(this.part, 0, limits.fieldNameBytes + 1) > limits.fieldNameBytes ? longName() : null
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    const length = this.partLength + end - start
    if (length > this.part.length) {
      const grown = Buffer.allocUnsafe(Math.max(256, length * 2))
      this.part.copy(grown, 0, 0, this.partLength)
      this.part = grown
    }
    chunk.copy(this.part, this.partLength, start, end)
    this.partLength = length
  }
}

/** The fields that matter, by the length of their name: most others are passed over after one look. */
const kept: Readonly<Record<number, { name: string; take: (head: ResponseHead, value: string) => void }>> = {
  8: {
    name: 'location',
    take: (head, value) => {
      head.locations = [...head.locations, value]
    },
  },
  11: {
    name: 'retry-after',
    take: (head) => {
      head.hasRetryAfter = true
    },
  },
  14: {
    name: 'content-length',
    take: (head, value) => {
      head.contentLengths = [...head.contentLengths, value]
    },
  },
  16: {
    name: 'content-encoding',
    take: (head, value) => {
      head.contentEncodings = [...head.contentEncodings, value]
    },
  },
  17: {
    name: 'transfer-encoding',
    take: (head, value) => {
      head.transferEncodings = [...head.transferEncodings, value]
    },
  },
}

const LOCATION = 'location'
const NONE: readonly string[] = []
const EMPTY = Buffer.alloc(0)

/** The name of the protocol, as far as it has come. Banners and TLS records are told apart, for they are common mistakes. */
function judgeProtocol(bytes: Buffer, start: number, end: number): Failure | null {
  const length = Math.min(PROTOCOL.length, end - start)
  let index = 0
  while (index < length && bytes[start + index] === PROTOCOL.charCodeAt(index)) index += 1
  // A line that is cut off here may still become the protocol's name, but a finished one will not.
  if (index === length && length > 0) return null
  if ((bytes[start] === 0x15 || bytes[start] === 0x16) && bytes[start + 1] === 0x03) {
    return { code: 'NOT_HTTP', text: 'Response: this port speaks TLS, not plain HTTP' }
  }
  const text = shown(bytes, start, end)
  if (text.slice(0, PROTOCOL.length).toUpperCase() === PROTOCOL) return bad('BAD_STATUS_LINE', 'bad status line', text)
  return { code: 'NOT_HTTP', text: `Response: answered '${text}' instead of HTTP` }
}

const PROTOCOL = 'HTTP/'

function isVersion11Or10(bytes: Buffer, at: number, end: number): boolean {
  return (
    at + 3 <= end && bytes[at] === 0x31 && bytes[at + 1] === 0x2e && (bytes[at + 2] === 0x31 || bytes[at + 2] === 0x30)
  )
}

/** The three digits between single spaces, or -1. The reason phrase may be missing, with or without its space. */
function statusAt(bytes: Buffer, at: number, end: number): number {
  if (bytes[at] !== SPACE || at + 4 > end || (at + 4 < end && bytes[at + 4] !== SPACE)) return -1
  let status = 0
  for (let index = at + 1; index < at + 4; index += 1) {
    const digit = (bytes[index] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return -1
    status = status * 10 + digit
  }
  return status
}

const NAME_CHARACTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const isNameByte = new Uint8Array(256)
for (const character of NAME_CHARACTERS) isNameByte[character.charCodeAt(0)] = 1

/** Where the field's name ends: at the first byte that no name may hold. */
function nameEnd(bytes: Buffer, start: number, end: number): number {
  let index = start
  while (index < end && isNameByte[bytes[index] ?? 0] === 1) index += 1
  return index
}

function hasControl(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0
    if ((byte < SPACE && byte !== TAB) || byte === 0x7f) return true
  }
  return false
}

function isNamed(bytes: Buffer, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    // Setting this bit turns a capital letter into the small one; "-" has it already.
    if (((bytes[start + index] ?? 0) | 0x20) !== name.charCodeAt(index)) return false
  }
  return true
}

function fieldValue(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end).trim()
}

function shown(bytes: Buffer, start: number, end: number): string {
  return escaped(bytes.toString('latin1', start, Math.min(end, start + 41)))
}

function bad(code: Failure['code'], what: string, line: string): Failure {
  return { code, text: `Response: ${what} '${line}'` }
}

function badVersion(bytes: Buffer, start: number, end: number): Failure {
  const digit = (bytes[start + 5] ?? 0) - ZERO
  const code = digit >= 0 && digit <= 9 ? 'BAD_HTTP_VERSION' : 'BAD_STATUS_LINE'
  return bad(code, 'not HTTP/1.1:', shown(bytes, start, end))
}

function tooManyFields(): Failure {
  return { code: 'TOO_MANY_HEADERS', text: `Response: more than ${limits.fields} header fields` }
}

function longLocation(): Failure {
  return { code: 'BAD_REDIRECT', text: 'Redirect: the location is longer than 8 KiB' }
}

function tooLarge(byteLimit: number): Failure {
  return { code: 'HEADERS_TOO_LARGE', text: `Response: headers larger than ${readableCount(byteLimit)} bytes` }
}

function longStatusLine(): Failure {
  const limit = readableCount(limits.statusLineBytes)
  return { code: 'HEADERS_TOO_LARGE', text: `Response: status line longer than ${limit} bytes` }
}

function longName(): Failure {
  const limit = readableCount(limits.fieldNameBytes)
  return { code: 'HEADERS_TOO_LARGE', text: `Response: a header name longer than ${limit} bytes` }
}
