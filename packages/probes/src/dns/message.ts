import { recordText } from './record-text.ts'
import { wireName } from './wire-name.ts'
import { Malformed, WireReader } from './wire-reader.ts'

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'NS' | 'SOA' | 'CAA' | 'SRV' | 'PTR'

export interface DnsQuestion {
  /** ASCII in small letters, without the final dot; empty for the root. */
  readonly name: string
  readonly type: DnsType
}

/** One record, its value as it is written in a zone file. */
export interface DnsRecord {
  readonly name: string
  readonly type: string
  readonly ttlSeconds: number
  readonly value: string
}

export interface DnsMessage {
  readonly id: number
  readonly rcode: number
  readonly isTruncated: boolean
  readonly isAuthoritative: boolean
  /** The server asks others for what it does not know. */
  readonly isRecursive: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

export const responseCodes = { noError: 0, formErr: 1, servFail: 2, nxDomain: 3, refused: 5 } as const

const numbers: Readonly<Record<DnsType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  CAA: 257,
}
const types = new Map(Object.entries(numbers).map(([type, number]) => [number, type as DnsType]))
const INTERNET = 1
const OPT = 41

/** What fits into a datagram that no network splits (DNS flag day 2020). */
const UDP_PAYLOAD_BYTES = 1_232
/** So many records of a message are read; more of them say nothing more. */
const RECORDS = 256
const HEADER_BYTES = 12
const QUESTION_BYTES = 4
const OPT_BYTES = 11
const LONGEST_TTL_SECONDS = 0x7fffffff

const flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
} as const
const OPCODE_MASK = 0x7800
const RCODE_MASK = 0x000f

/** Undefined for a name that cannot be asked for, because nothing can be called so. */
export function encodeQuery({ name, type }: DnsQuestion, id: number, hasEdns: boolean): Buffer | undefined {
  const wire = wireName(name)
  if (!wire) return undefined
  const questionEnd = HEADER_BYTES + wire.length + QUESTION_BYTES
  const packet = Buffer.alloc(questionEnd + (hasEdns ? OPT_BYTES : 0))
  packet.writeUInt16BE(id, 0)
  packet.writeUInt16BE(flag.recursionDesired, 2)
  packet.writeUInt16BE(1, 4)
  wire.copy(packet, HEADER_BYTES)
  packet.writeUInt16BE(numbers[type], questionEnd - QUESTION_BYTES)
  packet.writeUInt16BE(INTERNET, questionEnd - 2)
  if (hasEdns) {
    // RFC 6891: a record of the root, whose class is the size that we can take.
    packet.writeUInt16BE(1, 10)
    packet.writeUInt16BE(OPT, questionEnd + 1)
    packet.writeUInt16BE(UDP_PAYLOAD_BYTES, questionEnd + 3)
  }
  return packet
}

/** Undefined for what is no answer to this question: garbage, a loop of pointers, another question, a query. */
export function decodeAnswer(bytes: Buffer, question: DnsQuestion): DnsMessage | undefined {
  return unlessMalformed(() => readAnswer(new WireReader(bytes), question))
}

function readAnswer(reader: WireReader, question: DnsQuestion): DnsMessage | undefined {
  const id = reader.u16()
  const flags = reader.u16()
  const rcode = flags & RCODE_MASK
  const [questionCount, answerCount, authorityCount] = [reader.u16(), reader.u16(), reader.u16()]
  reader.u16()
  if ((flags & flag.response) === 0 || (flags & OPCODE_MASK) !== 0) return undefined
  // Who understood nothing of a question may leave it out of the refusal.
  const mayBeLeftOut = rcode !== responseCodes.noError && rcode !== responseCodes.nxDomain
  if (!(questionCount === 0 && mayBeLeftOut) && !(questionCount === 1 && repeats(reader, question))) return undefined
  const isTruncated = (flags & flag.truncated) !== 0
  const head = {
    id,
    rcode,
    isTruncated,
    isAuthoritative: (flags & flag.authoritative) !== 0,
    isRecursive: (flags & flag.recursionAvailable) !== 0,
  }
  const sections = () => {
    const answers = readRecords(reader, answerCount)
    return { answers, authorities: answerCount > RECORDS ? [] : readRecords(reader, authorityCount) }
  }
  // A message may have been cut in the midst of a record.
  return { ...head, ...(isTruncated ? (unlessMalformed(sections) ?? NOTHING) : sections()) }
}

const NOTHING = { answers: [], authorities: [] } as const

function unlessMalformed<Read>(read: () => Read): Read | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function repeats(reader: WireReader, { name, type }: DnsQuestion): boolean {
  return reader.name() === name.toLowerCase() && reader.u16() === numbers[type] && reader.u16() === INTERNET
}

function readRecords(reader: WireReader, count: number): DnsRecord[] {
  const records: DnsRecord[] = []
  for (let index = 0; index < Math.min(count, RECORDS); index += 1) {
    const name = reader.name()
    const type = types.get(reader.u16())
    const isInternet = reader.u16() === INTERNET
    const ttlSeconds = reader.u32()
    const length = reader.u16()
    if (!type || !isInternet) {
      reader.take(length)
      continue
    }
    const value = reader.within(length, () => recordText(type, reader))
    // RFC 2181 section 8: a time to live that would be negative is none.
    records.push({ name, type, ttlSeconds: ttlSeconds > LONGEST_TTL_SECONDS ? 0 : ttlSeconds, value })
  }
  return records
}

export function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}
