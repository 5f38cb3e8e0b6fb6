import { randomBytes } from 'node:crypto'
import { limits } from '../engine/limits.ts'

/**
 * Asks a server for its certificates and for the OCSP answer that it staples to them (RFC 6066 section 8). The runtime's TLS
 * hands out neither; in TLS 1.2 both come in the clear before any key is agreed on, so a ClientHello of our own is all it
 * takes. A server that speaks TLS 1.3 alone does not answer it.
 */
export function clientHello(serverName: string | undefined): Buffer {
  const extensions = Buffer.concat([
    ...(serverName ? [extension(0, list(2, Buffer.concat([Buffer.of(0), list(2, Buffer.from(serverName))])))] : []),
    // Which status is asked for: OCSP, from any responder, without extensions.
    extension(5, Buffer.of(1, 0, 0, 0, 0)),
    extension(10, list(2, Buffer.from('001d00170018', 'hex'))),
    extension(11, list(1, Buffer.of(0))),
    extension(13, list(2, Buffer.from('0403080404010503080505010806060102010203', 'hex'))),
  ])
  const ciphers = Buffer.from('c02bc02fc02cc030cca9cca8c009c013c00ac014009c009d002f0035', 'hex')
  const body = Buffer.concat([
    Buffer.of(3, 3),
    randomBytes(32),
    Buffer.of(0),
    list(2, ciphers),
    Buffer.of(1, 0),
    list(2, extensions),
  ])
  const handshake = Buffer.concat([Buffer.of(1, 0), uint16(body.length), body])
  return Buffer.concat([Buffer.of(22, 3, 1), uint16(handshake.length), handshake])
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([uint16(type), list(2, content)])
}

/** Content with its length before it, in so many bytes. */
function list(lengthBytes: 1 | 2, content: Buffer): Buffer {
  return Buffer.concat([lengthBytes === 1 ? Buffer.of(content.length) : uint16(content.length), content])
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

/** Says that we go on no further, so that nobody takes what we did for a broken handshake (user_canceled, close_notify). */
export const GOODBYE: Uint8Array = Uint8Array.of(21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 0)

const HANDSHAKE = 22
const CERTIFICATE = 11
const SERVER_HELLO_DONE = 14
const CERTIFICATE_STATUS = 22
const OCSP = 1

/** Reads a server's first flight until it has shown a status, or has shown that there is none. */
export class StapleReader {
  /** Undefined while there may be more to come, null where there is none. */
  staple: Buffer | null | undefined
  /** DER, the leaf first, as they were sent. */
  certificates: readonly Buffer[] = []
  private records: Buffer = Buffer.alloc(0)
  private messages: Buffer = Buffer.alloc(0)
  private byteCount = 0

  read(chunk: Buffer): void {
    this.byteCount += chunk.length
    this.records = Buffer.concat([this.records, chunk])
    while (this.staple === undefined && this.records.length >= 5) {
      const length = this.records.readUInt16BE(3)
      if (this.records.length < 5 + length) break
      // Anything but a handshake, such as an alert, is a refusal.
      if (this.records[0] !== HANDSHAKE) this.staple = null
      else this.take(this.records.subarray(5, 5 + length))
      this.records = this.records.subarray(5 + length)
    }
    if (this.byteCount > limits.answerBytes) this.staple ??= null
  }

  private take(fragment: Buffer): void {
    this.messages = Buffer.concat([this.messages, fragment])
    while (this.staple === undefined && this.messages.length >= 4) {
      const length = this.messages.readUIntBE(1, 3)
      if (this.messages.length < 4 + length) return
      const [type] = this.messages
      const content = this.messages.subarray(4, 4 + length)
      if (type === CERTIFICATE) this.certificates = certificatesIn(content)
      if (type === CERTIFICATE_STATUS) this.staple = content[0] === OCSP ? Buffer.from(content.subarray(4)) : null
      else if (type === SERVER_HELLO_DONE) this.staple = null
      this.messages = this.messages.subarray(4 + length)
    }
  }
}

/** The list of a Certificate message (RFC 5246 section 7.4.2), as far as it is well-formed. */
function certificatesIn(content: Buffer): Buffer[] {
  const certificates: Buffer[] = []
  for (let at = 3; at + 3 <= content.length && certificates.length < limits.certificateChain; ) {
    const end = at + 3 + content.readUIntBE(at, 3)
    if (end > content.length || end === at + 3) break
    certificates.push(Buffer.from(content.subarray(at + 3, end)))
    at = end
  }
  return certificates
}
