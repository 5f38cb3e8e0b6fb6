import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet'

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'NS' | 'SOA' | 'CAA' | 'SRV' | 'PTR'

export interface DnsQuestion {
  /** ASCII, without the final dot; empty for the root. */
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
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

/** What fits into a datagram that no network splits (DNS flag day 2020). */
const UDP_PAYLOAD_BYTES = 1_232
const RECORDS = 256
const RECURSION_DESIRED = 0x0100
const RCODE_MASK = 0x000f

export function encodeQuery({ name, type }: DnsQuestion, id: number, hasEdns: boolean): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type, name: name === '' ? '.' : name }],
    ...(hasEdns && {
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: UDP_PAYLOAD_BYTES,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    }),
  })
}

/** Undefined for what is no answer to this question: garbage, a loop of pointers, another question, a query. */
export function decodeAnswer(bytes: Buffer, question: DnsQuestion): DnsMessage | undefined {
  const packet = tryToDecode(bytes)
  if (packet?.type !== 'response' || !asks(packet, question)) return undefined
  return {
    id: packet.id ?? 0,
    // The codec names the code and hides its number, which stands in the flags.
    rcode: (packet.flags ?? 0) & RCODE_MASK,
    isTruncated: packet.flag_tc,
    isAuthoritative: packet.flag_aa,
    answers: recordsOf(packet.answers),
    authorities: recordsOf(packet.authorities),
  }
}

function tryToDecode(bytes: Buffer): DecodedPacket | undefined {
  try {
    return dnsPacket.decode(bytes)
  } catch {
    return undefined
  }
}

function asks(packet: DecodedPacket, { name, type }: DnsQuestion): boolean {
  const [asked, ...others] = packet.questions ?? []
  if (!asked || others.length > 0) return false
  return asked.type === type && withoutDot(asked.name).toLowerCase() === name.toLowerCase()
}

function recordsOf(answers: readonly Answer[] | undefined): DnsRecord[] {
  return (answers ?? []).slice(0, RECORDS).flatMap((answer) => {
    if (answer.type === 'OPT') return []
    const value = zoneText(answer)
    const ttlSeconds = 'ttl' in answer ? Math.max(0, Number(answer.ttl ?? 0)) : 0
    return value === undefined
      ? []
      : [{ name: withoutDot(answer.name).toLowerCase(), type: answer.type, ttlSeconds, value }]
  })
}

function zoneText(answer: Answer): string | undefined {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return answer.data
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return withoutDot(answer.data).toLowerCase()
    case 'MX':
      return `${answer.data.preference ?? 0} ${withoutDot(answer.data.exchange).toLowerCase()}`
    case 'TXT':
      return [answer.data]
        .flat()
        .map((part) => Buffer.from(part as string).toString('utf8'))
        .join('')
    case 'SOA':
      return soaText(answer.data)
    case 'SRV':
      return `${answer.data.priority ?? 0} ${answer.data.weight ?? 0} ${answer.data.port} ${withoutDot(answer.data.target).toLowerCase()}`
    case 'CAA':
      return `${answer.data.flags ?? 0} ${answer.data.tag} "${answer.data.value}"`
    default:
      return undefined
  }
}

function soaText({
  mname,
  rname,
  serial,
  refresh,
  retry,
  expire,
  minimum,
}: Extract<Answer, { type: 'SOA' }>['data']): string {
  return [withoutDot(mname), withoutDot(rname), serial, refresh, retry, expire, minimum]
    .map((one) => one ?? 0)
    .join(' ')
    .toLowerCase()
}

export function withoutDot(name: string): string {
  return name.replace(/\.$/, '')
}
