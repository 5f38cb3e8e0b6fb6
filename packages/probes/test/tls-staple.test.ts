import { describe, expect, test } from 'bun:test'
import net, { type AddressInfo } from 'node:net'
import type { Certificate } from '@repo/domain/outcome'
import { makeCertificateFacts } from '@repo/domain/testing'
import { ProbeRun } from '../src/engine/run.ts'
import { type ChainTarget, examine, revocationRemark } from '../src/tls/chain.ts'
import { childrenOf, elementAt } from '../src/tls/der.ts'
import { hostNamesOf, isFor } from '../src/tls/host-names.ts'
import { revocationStatus, serialOf } from '../src/tls/ocsp.ts'
import { isWeakSignature, signatureOf } from '../src/tls/signature.ts'
import { clientHello, StapleReader } from '../src/tls/staple.ts'
import { derOf, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { running, until } from './probing.ts'

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
function ocspResponse(status: keyof typeof certStatus, serial: Uint8Array = Buffer.of(1)): Buffer {
  const certId = sequence(
    sequence(der(6, Buffer.of(0x2b))),
    der(4, Buffer.alloc(20)),
    der(4, Buffer.alloc(20)),
    der(2, serial),
  )
  const single = sequence(certId, certStatus[status], time)
  const data = sequence(der(0xa2, der(4, Buffer.alloc(20))), time, sequence(single))
  const basic = sequence(data, sequence(der(6, Buffer.of(0x2a))), der(3, Buffer.alloc(200)))
  const bytes = sequence(der(6, Buffer.from('2b0601050507300101', 'hex')), der(4, basic))
  return sequence(der(10, Buffer.of(0)), der(0xa0, bytes))
}

const message = (type: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(type, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff), content])
const uint24 = (value: number) => Buffer.of(value >> 16, (value >> 8) & 0xff, value & 0xff)
const record = (type: number, content: Uint8Array) =>
  Buffer.concat([Buffer.of(type, 3, 3, content.length >> 8, content.length & 0xff), content])
const statusMessage = (response: Buffer) =>
  message(22, Buffer.concat([Buffer.of(1, 0, response.length >> 8, response.length & 0xff), response]))

/** The first flight of a server of TLS 1.2, as far as anybody looks at it. */
function firstFlight(response: Buffer | null, certificates: readonly Buffer[] = [Buffer.alloc(1_500)]): Buffer {
  const list = Buffer.concat(certificates.map((one) => Buffer.concat([uint24(one.length), one])))
  const messages = [
    message(2, Buffer.alloc(70)),
    message(11, Buffer.concat([uint24(list.length), list])),
    ...(response ? [statusMessage(response)] : []),
    message(14, Buffer.alloc(0)),
  ]
  const all = Buffer.concat(messages)
  // Messages lie across records as they please.
  return Buffer.concat([record(22, all.subarray(0, 1_000)), record(22, all.subarray(1_000))])
}

describe('an OCSP response', () => {
  test.each(['good', 'revoked', 'unknown'] as const)('says that a certificate is %s', (status) => {
    expect(revocationStatus(ocspResponse(status), Buffer.of(1))).toBe(status)
    expect(revocationStatus(ocspResponse(status), Buffer.of(2)), 'of another').toBeUndefined()
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a refusal', sequence(der(10, Buffer.of(3)))],
    ['garbage', Buffer.alloc(500, 0x30)],
    ['a piece', ocspResponse('revoked').subarray(0, 60)],
    ['a length beyond all', Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
  ])('is not %s', (_what, bytes) => {
    expect(revocationStatus(bytes, Buffer.of(1))).toBeUndefined()
  })

  test('is read whatever is broken in it', () => {
    const whole = ocspResponse('revoked')
    for (let at = 0; at < whole.length; at += 1) {
      for (const byte of [0, 0x7f, 0x80, 0xff]) {
        const broken = Buffer.from(whole)
        broken[at] = byte
        expect(['good', 'revoked', 'unknown', undefined]).toContain(revocationStatus(broken, Buffer.of(1)))
      }
    }
  })
})

describe('a first flight', () => {
  test.each([1, 7, 4_096])('is read in pieces of %d bytes', (size) => {
    const reader = new StapleReader()
    const flight = firstFlight(ocspResponse('revoked'))
    for (let at = 0; at < flight.length; at += size) reader.read(flight.subarray(at, at + size))
    expect(reader.staple && revocationStatus(reader.staple, Buffer.of(1))).toBe('revoked')
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
  async function serverOf(flight: Buffer | null) {
    const seen = { connections: 0, open: 0 }
    const server = net.createServer((socket) => {
      seen.connections += 1
      seen.open += 1
      socket.on('error', () => {})
      socket.on('close', () => {
        seen.open -= 1
      })
      socket.once('data', () => void (flight && socket.write(flight)))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const target = { address: '127.0.0.1', port, tls: { serverName: 'shop.example' }, isDirect: true }
    return { target, seen, stop: () => new Promise<void>((closed) => server.close(() => closed())) }
  }

  async function leafOf(name = 'shop.example') {
    const authority = await makeAuthority()
    const leaf = derOf((await makeCertificate({ names: [name], ca: authority })).cert)
    return { leaf, flightWith: (response: Buffer | null) => firstFlight(response, [leaf, derOf(authority.cert)]) }
  }

  function certificateOf(leaf: Buffer): Certificate {
    const fingerprint = new Bun.CryptoHasher('sha256').update(leaf).digest('hex')
    return { ...makeCertificateFacts(Date.UTC(2099, 0)), fingerprint }
  }

  async function examined(certificate: Certificate, target: ChainTarget, nowMs = Date.now()) {
    const run = new ProbeRun(600, running)
    const found = await examine(certificate, target, { run, nowMs })
    run.finish()
    return found
  }

  async function shown(status: keyof typeof certStatus | null, serial?: Uint8Array) {
    const { leaf, flightWith } = await leafOf()
    const server = await serverOf(flightWith(status && ocspResponse(status, serial ?? serialOf(leaf))))
    const found = await examined(certificateOf(leaf), server.target)
    await server.stop()
    return found
  }

  test('is down where its server shows that it is revoked, unless that is wished otherwise', async () => {
    const found = await shown('revoked')
    expect(found.certificate.chain.map(({ subject }) => subject)).toEqual(['CN=shop.example', 'CN=Test Authority'])
    expect(found.revocation).toBe('revoked')
    expect(revocationRemark(found, undefined)).toMatchObject({ code: 'TLS_REVOKED', verdict: 'down' })
    expect(revocationRemark(found, { revoked: 'degraded' })).toMatchObject({ verdict: 'degraded' })
    expect(revocationRemark(found, { revoked: 'ignore' })).toBeNull()
  })

  test.each([
    ['nothing is shown', null, undefined, null],
    ['it is shown to be good', 'good', undefined, 'good'],
    ['another one is revoked', 'revoked', Buffer.of(99), null],
  ] as const)('is as good as before where %s', async (_what, status, serial, revocation) => {
    const found = await shown(status, serial)
    expect(found.revocation).toBe(revocation)
    expect(revocationRemark(found, undefined)).toBeNull()
  })

  test('is not taken for another one that is shown to older clients', async () => {
    const [asked, other] = [await leafOf(), await leafOf('other.example')]
    const server = await serverOf(other.flightWith(ocspResponse('revoked', serialOf(other.leaf))))
    const found = await examined(certificateOf(asked.leaf), server.target)
    expect(found).toMatchObject({ revocation: null, certificate: { chain: [] } })
    await server.stop()
  })

  test('is asked about once, by however many at a time, and again when that was long ago', async () => {
    const { leaf, flightWith } = await leafOf()
    const server = await serverOf(flightWith(null))
    const certificate = certificateOf(leaf)
    const nowMs = Date.now()
    const found = await Promise.all([1, 2, 3].map(() => examined(certificate, server.target, nowMs)))
    expect(found.map((one) => one.certificate.chain.length)).toEqual([2, 2, 2])
    await examined(certificate, server.target, nowMs + 11 * 3_600_000)
    expect(server.seen.connections).toBe(1)
    await examined(certificate, server.target, nowMs + 13 * 3_600_000)
    expect(server.seen.connections).toBe(2)
    await server.stop()
  })

  test('is not asked about at every check where nothing is answered', async () => {
    const { leaf } = await leafOf()
    const server = await serverOf(record(21, Buffer.of(2, 40)))
    const nowMs = Date.now()
    await examined(certificateOf(leaf), server.target, nowMs)
    const { connections } = server.seen
    await examined(certificateOf(leaf), server.target, nowMs + 60_000)
    expect(server.seen.connections).toBe(connections)
    await server.stop()
  })

  test('holds nobody up who is stopped, and leaves no connection behind', async () => {
    const { leaf } = await leafOf()
    const server = await serverOf(null)
    const stop = new AbortController()
    const run = new ProbeRun(20_000, stop.signal)
    const asking = examine(certificateOf(leaf), server.target, { run, nowMs: Date.now() })
    await until(() => server.seen.open === 1, 'the question')
    const stoppedAtMs = performance.now()
    stop.abort()
    expect((await asking).certificate.chain).toEqual([])
    expect(performance.now() - stoppedAtMs).toBeLessThan(500)
    run.finish()
    await until(() => server.seen.open === 0, 'the connection to close', 1_000)
    await server.stop()
  })
})

describe('a certificate', () => {
  test.each([
    [['shop.example'], 'SHOP.example.', true],
    [['*.shop.example'], 'a.shop.example', true],
    [['*.shop.example'], 'shop.example', false],
    [['*.shop.example'], 'a.b.shop.example', false],
    [['*.example'], 'shop.example', false],
    [['*'], 'localhost', false],
    [['w*.shop.example'], 'www.shop.example', false],
    [['::1'], '::1', true],
    [['::1'], '[0:0:0:0:0:0:0:1]', true],
    [['127.0.0.1'], '127.0.0.1', true],
    [['*.0.0.1'], '127.0.0.1', false],
  ])('for %p is for %p: %p', async (names, host, expected) => {
    const { cert } = await makeCertificate({ names })
    expect(isFor(hostNamesOf(derOf(cert)), host)).toBe(expected)
  })

  test('is for nobody where nobody can read it', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(300, 0x30), Buffer.alloc(300, 0xff)]) {
      expect(hostNamesOf(bytes).shown).toEqual([])
    }
  })
})

describe('a signature', () => {
  test('is known by its name', async () => {
    const { cert } = await makeCertificate({ names: ['a.example'] })
    const bytes = derOf(cert)
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
