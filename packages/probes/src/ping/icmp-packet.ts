const ECHO_REQUEST = { 4: 8, 6: 128 } as const
const ECHO_REPLY = { 4: 0, 6: 129 } as const
const HEADER_BYTES = 8
const COOKIE_BYTES = 16
/** As much as the ping of every system sends. */
const PAYLOAD_BYTES = 56

export type Family = 4 | 6

/** An echo request (RFC 792, RFC 4443) that is known again by its cookie, whatever the kernel makes of its identifier. */
export function echoRequest(family: Family, sequence: number, cookie: Uint8Array): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + PAYLOAD_BYTES)
  packet[0] = ECHO_REQUEST[family]
  packet.writeUInt16BE(process.pid & 0xffff, 4)
  packet.writeUInt16BE(sequence, 6)
  packet.set(cookie.subarray(0, COOKIE_BYTES), HEADER_BYTES)
  // For IPv6 the kernel computes the checksum, which covers addresses that only it knows.
  if (family === 4) packet.writeUInt16BE(checksum(packet), 2)
  return packet
}

export interface EchoReply {
  readonly sequence: number
  /** Hexadecimal. */
  readonly cookie: string
}

/** Undefined for whatever is not an echo reply: a raw socket hears all that comes. */
export function parseEchoReply(family: Family, received: Uint8Array): EchoReply | undefined {
  const packet = Buffer.from(received.buffer, received.byteOffset, received.byteLength)
  const at = icmpOffset(family, packet)
  if (packet.length < at + HEADER_BYTES + COOKIE_BYTES || packet[at] !== ECHO_REPLY[family]) return undefined
  return {
    sequence: packet.readUInt16BE(at + 6),
    cookie: packet.toString('hex', at + HEADER_BYTES, at + HEADER_BYTES + COOKIE_BYTES),
  }
}

/** A raw socket of IPv4 hands out the header of IP too; an ICMP message never begins like one. */
function icmpOffset(family: Family, packet: Buffer): number {
  const first = packet[0] ?? 0
  return family === 4 && first >> 4 === 4 ? (first & 0x0f) * 4 : 0
}

/** RFC 1071. */
function checksum(packet: Buffer): number {
  let sum = 0
  for (let index = 0; index < packet.length; index += 2) sum += packet.readUInt16BE(index)
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}
