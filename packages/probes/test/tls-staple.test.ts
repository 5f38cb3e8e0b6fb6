import { describe, expect, test } from 'bun:test'
import net, { type AddressInfo } from 'node:net'
import type { Certificate } from '@repo/domain/outcome'
import { makeCertificateFacts } from '@repo/domain/testing'
import { ProbeRun } from '../src/engine/run.ts'
import { examine, revocationRemark } from '../src/tls/chain.ts'
import { childrenOf, elementAt } from '../src/tls/der.ts'
import { revocationStatus } from '../src/tls/ocsp.ts'
import { isWeakSignature, signatureOf } from '../src/tls/signature.ts'
import { clientHello, StapleReader } from '../src/tls/staple.ts'
import { makeCertificate } from '../testing/certificates.ts'
import { running } from './probing.ts'

const der = (tag: number, ...contents: Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  const length =
    content.length < 0x80 ? Buffer.of(content.length) : Buffer.of(0x82, content.length >> 8, content.length & 0xff)
  return Buffer.concat([Buffer.of(tag), length, content])
}
const sequence = (...contents: Uint8Array[]) => der(0x30, ...contents)
const time = der(0x18, Buffer.from('20260601120000Z'))
const certStatus = { good: der(0x80), revoked: der(0xa1, time), unknown: der(0x82) } as const

/** An OCSP response about one certificate, as RFC 6960 has it; its signature is nobody's. */
function ocspResponse(status: keyof typeof certStatus): Buffer {
  const certId = sequence(
    sequence(der(6, Buffer.of(0x2b))),
    der(4, Buffer.alloc(20)),
    der(4, Buffer.alloc(20)),
    der(2, Buffer.of(1)),
  )
  const single = sequence(certId, certStatus[status], time)
  const data = sequence(der(0xa2, der(4, Buffer.alloc(20))), time, sequence(single))
  const basic = sequence(data, sequence(der(6, Buffer.of(0x2a))), der(3, Buffer.alloc(200)))
  const bytes = sequence(der(6, Buffer.from('2b0601050507300101', 'hex')), der(4, basic))
  return sequence(der(10, Buffer.of(0)), der(0xa0, bytes))
}

const message = (type: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(type, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff), content])
const record = (type: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(type, 3, 3, content.length >> 8, content.length & 0xff), content])
const statusMessage = (response: Buffer) =>
  message(22, Buffer.concat([Buffer.of(1, 0, response.length >> 8, response.length & 0xff), response]))

/** The first flight of a server of TLS 1.2, as far as anybody looks at it. */
function firstFlight(response: Buffer | null): Buffer {
  const messages = [
    message(2, Buffer.alloc(70)),
    message(11, Buffer.alloc(1_500)),
    ...(response ? [statusMessage(response)] : []),
    message(14, Buffer.alloc(0)),
  ]
  const all = Buffer.concat(messages)
  // Messages lie across records as they please.
  return Buffer.concat([record(22, all.subarray(0, 1_000)), record(22, all.subarray(1_000))])
}

describe('an OCSP response', () => {
  test.each(['good', 'revoked', 'unknown'] as const)('says that a certificate is %s', (status) => {
    expect(revocationStatus(ocspResponse(status))).toBe(status)
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a refusal', sequence(der(10, Buffer.of(3)))],
    ['garbage', Buffer.alloc(500, 0x30)],
    ['a piece', ocspResponse('revoked').subarray(0, 60)],
    ['a length beyond all', Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
  ])('is not %s', (_what, bytes) => {
    expect(revocationStatus(bytes)).toBeUndefined()
  })

  test('is read whatever is broken in it', () => {
    const whole = ocspResponse('revoked')
    for (let at = 0; at < whole.length; at += 1) {
      for (const byte of [0, 0x7f, 0x80, 0xff]) {
        const broken = Buffer.from(whole)
        broken[at] = byte
        expect(['good', 'revoked', 'unknown', undefined]).toContain(revocationStatus(broken))
      }
    }
  })
})

describe('a first flight', () => {
  test.each([1, 7, 4_096])('is read in pieces of %d bytes', (size) => {
    const reader = new StapleReader()
    const flight = firstFlight(ocspResponse('revoked'))
    for (let at = 0; at < flight.length; at += size) reader.read(flight.subarray(at, at + size))
    expect(reader.staple && revocationStatus(reader.staple)).toBe('revoked')
  })

  test.each([
    ['without a status', firstFlight(null)],
    ['that is an alert', record(21, Buffer.of(2, 70))],
    ['without end', Buffer.concat(Array.from({ length: 8 }, () => record(22, Buffer.alloc(16_000))))],
  ])('%s has no staple', (_what, flight) => {
    const reader = new StapleReader()
    reader.read(flight)
    expect(reader.staple).toBeNull()
  })

  test('begins with a hello that asks for a status by name', () => {
    const hello = clientHello('shop.example')
    expect(hello.readUInt16BE(3)).toBe(hello.length - 5)
    expect(hello.toString('latin1')).toContain('shop.example')
    expect(hello.toString('hex')).toContain('000500050100000000')
  })
})

describe('a certificate that is new', () => {
  async function examined(flight: Buffer, fingerprint: string) {
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      // Whoever asks for a chain gets none here; whoever asks for a status gets it.
      socket.once('data', () => void socket.write(flight))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const run = new ProbeRun(600, running)
    const certificate: Certificate = { ...makeCertificateFacts(Date.UTC(2099, 0)), fingerprint }
    const target = {
      address: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      tls: { serverName: 'shop.example' },
      isDirect: true,
    }
    const found = await examine(certificate, target, { run, nowMs: Date.now() })
    run.finish()
    await new Promise<void>((closed) => server.close(() => closed()))
    return found
  }

  test('is down where its server shows that it is revoked, unless that is wished otherwise', async () => {
    const found = await examined(firstFlight(ocspResponse('revoked')), 'aa')
    expect(found.revocation).toBe('revoked')
    expect(revocationRemark(found, undefined)).toMatchObject({ code: 'TLS_REVOKED', verdict: 'down' })
    expect(revocationRemark(found, { revoked: 'degraded' })).toMatchObject({ verdict: 'degraded' })
    expect(revocationRemark(found, { revoked: 'ignore' })).toBeNull()
  })

  test('is as good as before where nothing is shown', async () => {
    const found = await examined(firstFlight(null), 'bb')
    expect(found.revocation).toBeNull()
    expect(revocationRemark(found, undefined)).toBeNull()
  })
})

describe('a signature', () => {
  test('is known by its name', async () => {
    const { cert } = await makeCertificate({ names: ['a.example'] })
    const bytes = Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    expect(signatureOf(bytes)).toBe('ECDSA-SHA256')
    expect(childrenOf(bytes, elementAt(bytes, 0))).toHaveLength(3)
  })

  test.each([
    ['RSA-MD5', true],
    ['ECDSA-SHA1', true],
    ['RSA-SHA256', false],
    ['Ed25519', false],
  ])('%s is weak: %p', (signature, isWeak) => {
    expect(isWeakSignature(signature)).toBe(isWeak)
  })

  test('of garbage is unknown', () => {
    expect(signatureOf(Buffer.alloc(40, 0xff))).toBe('unknown')
  })
})
