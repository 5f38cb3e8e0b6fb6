import dgram from 'node:dgram'
import net, { type AddressInfo, type Socket } from 'node:net'
import dnsPacket, { type Answer, type Packet, type StringAnswer } from 'dns-packet'

export interface Asked {
  readonly name: string
  readonly type: string
  /** How often this question came, this time included. */
  readonly count: number
  readonly transport: 'udp' | 'tcp'
  /** The port that it came from. */
  readonly fromPort: number
  readonly id: number
}

/** What a scripted name server does with a question. */
export type DnsAnswer =
  | {
      readonly answers?: readonly Answer[]
      readonly authorities?: readonly Answer[]
      readonly rcode?: number
      readonly isTruncated?: boolean
      readonly delayMs?: number
      /** Neither is it its own zone nor does it ask others: it refers the asker to them. */
      readonly isLame?: boolean
      /** Lies in the name of another question, or with another id. */
      readonly lie?: 'id' | 'question'
    }
  | 'silence'
  | { readonly bytes: Uint8Array }
  /** One after the other. */
  | readonly DnsAnswer[]

export type DnsScript = (asked: Asked) => DnsAnswer | Promise<DnsAnswer>

export interface DnsServerDouble {
  /** `127.0.0.1:port`, as a specification names a server. */
  readonly address: string
  readonly port: number
  readonly asked: readonly Asked[]
  stop(): Promise<void>
}

export const rcodes = { formErr: 1, servFail: 2, nxDomain: 3, refused: 5 } as const

/** Answers from its records as their name server would: aliases followed, absences proved by the SOA record if there is one. */
export function zone(records: readonly Answer[]): DnsScript {
  return ({ name, type }) => {
    const answers: Answer[] = []
    let end = name.toLowerCase()
    for (let alias = aliasOf(records, end); alias && type !== 'CNAME'; alias = aliasOf(records, end)) {
      if (answers.includes(alias)) break
      answers.push(alias)
      end = alias.data.toLowerCase()
    }
    const own = records.filter((record) => record.name.toLowerCase() === end)
    const found = own.filter((record) => record.type === type)
    if (found.length > 0) return { answers: [...answers, ...found] }
    const authorities = records.filter((record) => record.type === 'SOA')
    return { answers, authorities, rcode: own.length > 0 ? 0 : rcodes.nxDomain }
  }
}

function aliasOf(records: readonly Answer[], name: string): StringAnswer | undefined {
  return records.find((record): record is StringAnswer => record.type === 'CNAME' && record.name.toLowerCase() === name)
}

/** A name server on a loopback port, over UDP and TCP, that answers as its script says; the root always answers. */
export async function startDnsServer(script: DnsScript, { isDead = false } = {}): Promise<DnsServerDouble> {
  const asked: Asked[] = []
  const answer = async (
    bytes: Buffer,
    { transport, fromPort }: Pick<Asked, 'transport' | 'fromPort'>,
    send: (packet: Buffer) => void,
  ) => {
    const query = tryToDecode(bytes)
    if (query?.type !== 'query') return
    const question = query.questions?.[0] ?? { name: '', type: 'A' }
    const same = asked.filter(({ name, type }) => name === question.name && type === question.type)
    const one = {
      name: question.name,
      type: question.type,
      count: same.length + 1,
      transport,
      fromPort,
      id: query.id ?? 0,
    }
    asked.push(one)
    const isRoot = question.type === 'NS' && question.name === '.'
    await sendAll(query, isRoot ? rootAnswer(isDead) : await script(one), send)
  }
  const { udp, tcp, port } = await listen()
  let isStopped = false
  udp.on('message', (bytes, from) => {
    void answer(
      bytes,
      { transport: 'udp', fromPort: from.port },
      (packet) => isStopped || udp.send(packet, from.port, from.address),
    )
  })
  const sockets = new Set<Socket>()
  tcp.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', (bytes: Buffer) => {
      const from = { transport: 'tcp', fromPort: socket.remotePort ?? 0 } as const
      void answer(bytes.subarray(2), from, (packet) => socket.end(framed(packet)))
    })
  })
  return {
    address: `127.0.0.1:${port}`,
    port,
    asked,
    stop: async () => {
      isStopped = true
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((closed) => tcp.close(() => closed()))
      await new Promise<void>((closed) => udp.close(() => closed()))
    },
  }
}

function rootAnswer(isDead: boolean): DnsAnswer {
  return isDead ? 'silence' : { answers: [{ type: 'NS', name: '.', ttl: 60, data: 'a.root-servers.net' }] }
}

function tryToDecode(bytes: Buffer): Packet | undefined {
  try {
    return dnsPacket.decode(bytes)
  } catch {
    return undefined
  }
}

async function sendAll(query: Packet, answer: DnsAnswer, send: (packet: Buffer) => void): Promise<void> {
  for (const one of isSequence(answer) ? answer : [answer]) {
    if (isSequence(one)) await sendAll(query, one, send)
    else if (one !== 'silence') {
      if ('delayMs' in one && one.delayMs) await Bun.sleep(one.delayMs)
      send(encode(query, one))
    }
  }
}

function isSequence(answer: DnsAnswer): answer is readonly DnsAnswer[] {
  return Array.isArray(answer)
}

type OneAnswer = Exclude<DnsAnswer, 'silence' | readonly DnsAnswer[]>

function encode(query: Packet, answer: OneAnswer): Buffer {
  if ('bytes' in answer) {
    // Garbage finds its way back by the id alone.
    const bytes = Buffer.from(answer.bytes)
    if (bytes.length >= 2) bytes.writeUInt16BE(query.id ?? 0, 0)
    return bytes
  }
  const { answers = [], authorities = [], rcode = 0, isTruncated = false, isLame = false, lie } = answer
  const TRUNCATED = 0x0200
  return dnsPacket.encode({
    type: 'response',
    id: lie === 'id' ? ((query.id ?? 0) + 1) & 0xffff : (query.id ?? 0),
    flags:
      dnsPacket.RECURSION_DESIRED |
      (isLame ? 0 : dnsPacket.RECURSION_AVAILABLE) |
      rcode |
      (isTruncated ? TRUNCATED : 0),
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
