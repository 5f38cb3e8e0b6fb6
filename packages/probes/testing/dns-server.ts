import dgram from 'node:dgram'
import net, { type AddressInfo, type Socket } from 'node:net'
import dnsPacket, { type Answer, type Packet } from 'dns-packet'

export interface Asked {
  readonly name: string
  readonly type: string
  /** How often this question came, this time included. */
  readonly count: number
  readonly transport: 'udp' | 'tcp'
}

/** What a scripted name server does with a question. */
export type DnsAnswer =
  | {
      readonly answers?: readonly Answer[]
      readonly authorities?: readonly Answer[]
      readonly rcode?: number
      readonly isTruncated?: boolean
      readonly delayMs?: number
      /** Lies in the name of another question, or with another id. */
      readonly lie?: 'id' | 'question'
    }
  | 'silence'
  | { readonly bytes: Uint8Array }

export interface DnsServerDouble {
  /** `127.0.0.1:port`, as a specification names a server. */
  readonly address: string
  readonly port: number
  readonly asked: readonly Asked[]
  stop(): Promise<void>
}

export const rcodes = { formErr: 1, servFail: 2, nxDomain: 3, refused: 5 } as const

/** A name server on a loopback port, over UDP and TCP, that answers as its script says; the root always answers. */
export async function startDnsServer(
  script: (asked: Asked) => DnsAnswer | Promise<DnsAnswer>,
  { isDead = false } = {},
): Promise<DnsServerDouble> {
  const asked: Asked[] = []
  const reply = async (bytes: Buffer, transport: Asked['transport']): Promise<Buffer | undefined> => {
    const query = dnsPacket.decode(bytes)
    const question = query.questions?.[0] ?? { name: '', type: 'A' }
    const same = asked.filter(({ name, type }) => name === question.name && type === question.type)
    const one = { name: question.name, type: question.type, count: same.length + 1, transport }
    asked.push(one)
    const answer = question.type === 'NS' && question.name === '.' ? rootAnswer(isDead) : await script(one)
    return encode(query, answer)
  }
  const { udp, tcp, port } = await listen()
  udp.on('message', (bytes, from) => {
    void reply(bytes, 'udp').then((packet) => packet && udp.send(packet, from.port, from.address))
  })
  const sockets = new Set<Socket>()
  tcp.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', (bytes: Buffer) => {
      void reply(bytes.subarray(2), 'tcp').then((packet) => packet && socket.end(framed(packet)))
    })
  })
  return {
    address: `127.0.0.1:${port}`,
    port,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => tcp.close(() => closed()))
      await new Promise<void>((closed) => udp.close(() => closed()))
    },
  }
}

function rootAnswer(isDead: boolean): DnsAnswer {
  return isDead ? 'silence' : { answers: [{ type: 'NS', name: '.', ttl: 60, data: 'a.root-servers.net' }] }
}

function encode(query: Packet, answer: DnsAnswer): Buffer | undefined {
  if (answer === 'silence') return undefined
  if ('bytes' in answer) {
    // Garbage finds its way back by the id alone.
    const bytes = Buffer.from(answer.bytes)
    if (bytes.length >= 2) bytes.writeUInt16BE(query.id ?? 0, 0)
    return bytes
  }
  const { answers = [], authorities = [], rcode = 0, isTruncated = false, lie } = answer
  const TRUNCATED = 0x0200
  return dnsPacket.encode({
    type: 'response',
    id: lie === 'id' ? ((query.id ?? 0) + 1) & 0xffff : (query.id ?? 0),
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | rcode | (isTruncated ? TRUNCATED : 0),
    questions: lie === 'question' ? [{ type: 'A', name: 'other.example' }] : [...(query.questions ?? [])],
    answers: [...answers],
    authorities: [...authorities],
  })
}

function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(packet.length)
  return Buffer.concat([length, packet])
}

/** The same port for both transports, which takes a try or two. */
async function listen(): Promise<{ udp: dgram.Socket; tcp: net.Server; port: number }> {
  for (;;) {
    const tcp = net.createServer()
    await new Promise<void>((listening) => tcp.listen(0, '127.0.0.1', listening))
    const { port } = tcp.address() as AddressInfo
    const udp = dgram.createSocket('udp4')
    const isBound = await new Promise<boolean>((settle) => {
      udp.once('error', () => settle(false))
      udp.bind(port, '127.0.0.1', () => settle(true))
    })
    if (isBound) return { udp, tcp, port }
    await new Promise<void>((closed) => tcp.close(() => closed()))
  }
}
