import { beforeAll, describe, expect, test } from 'bun:test'
import type { TlsOptions } from 'node:tls'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { type CertificateOptions, type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type Step, startTarget } from '../testing/target.ts'
import { loopback, phaseSumUs, probe, until } from './probing.ts'

const DAY_MS = 86_400_000
const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const NAME = 'www.shop.example'

let authority: Identity
let trusting: ProbeDeps
beforeAll(async () => {
  authority = await makeAuthority()
  trusting = {
    ...loopback,
    ca: authority.cert,
    resolve: () => Promise.resolve({ kind: 'addresses', addresses: ['127.0.0.1'] }),
  }
})

async function probeTls(
  options: TlsOptions,
  { script = [EMPTY], deps = trusting }: { script?: Step[]; deps?: ProbeDeps } = {},
) {
  const target = await startTarget(script, { tls: options })
  try {
    return { outcome: await probe(`https://${NAME}:${target.port}/`, { timeoutMs: 1_000 }, deps), target }
  } finally {
    await target.stop()
  }
}

const signed = (options: Partial<CertificateOptions> = {}) =>
  makeCertificate({ names: [NAME], ca: authority, ...options })

describe('a target with a certificate', () => {
  test('that is right is up, and the end of the certificate is noted', async () => {
    const validUntilMs = Math.floor(Date.now() / 1_000) * 1_000 + 40 * DAY_MS
    const { outcome, target } = await probeTls(await signed({ validUntilMs }))
    expect(outcome).toMatchObject({
      verdict: 'up',
      code: 'OK',
      status: 200,
      certificate: { notAfter: new Date(validUntilMs).toISOString() },
    })
    expect(outcome.phases.tls).toBeGreaterThan(0)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    expect(target.requests[0]).toContain(`Host: ${NAME}:${target.port}\r\n`)
  })

  test('that is right is so for the name with its final dot too', async () => {
    const target = await startTarget([EMPTY], { tls: await signed() })
    expect(await probe(`https://${NAME}.:${target.port}/`, {}, trusting)).toMatchObject({ code: 'OK' })
    await target.stop()
  })

  test('that names an address is right for that address', async () => {
    const target = await startTarget([EMPTY], { tls: await signed({ names: ['127.0.0.1'] }) })
    expect(await probe(target.url, {}, trusting)).toMatchObject({ code: 'OK' })
    await target.stop()
  })

  test('that names another address is down', async () => {
    const target = await startTarget([EMPTY], { tls: await signed({ names: ['127.0.0.9'] }) })
    expect(await probe(target.url, {}, trusting)).toMatchObject({ code: 'TLS_NAME' })
    await target.stop()
  })

  const mistakes: [string, () => Promise<Identity>, string, RegExp][] = [
    [
      'that has expired',
      () => signed({ validFromMs: Date.now() - 30 * DAY_MS, validUntilMs: Date.now() - 12.5 * DAY_MS }),
      'TLS_EXPIRED',
      /^TLS: certificate expired 12 days ago \(\d{4}-\d\d-\d\d\)$/,
    ],
    [
      'that is not valid yet',
      () => signed({ validFromMs: Date.now() + DAY_MS, validUntilMs: Date.now() + 2 * DAY_MS }),
      'TLS_NOT_YET_VALID',
      /not valid before/,
    ],
    ['that signed itself', () => makeCertificate({ names: [NAME] }), 'TLS_SELF_SIGNED', /self-signed/],
    [
      'of an unknown authority',
      async () => makeCertificate({ names: [NAME], ca: await makeAuthority() }),
      'TLS_UNTRUSTED',
      /not trusted/,
    ],
    [
      'for another name',
      () => signed({ names: ['*.other.example'] }),
      'TLS_NAME',
      /certificate is for \*\.other\.example, not www\.shop\.example/,
    ],
    ['for a wildcard two levels up', () => signed({ names: ['*.example'] }), 'TLS_NAME', /not www\.shop\.example/],
    ['for its domain alone', () => signed({ names: ['shop.example'] }), 'TLS_NAME', /not www\.shop\.example/],
    ['for a wildcard', () => signed({ names: ['*.shop.example'] }), 'OK', /answered 200/],
  ]
  test.each(mistakes)('%s', async (...[, identity, code, message]) => {
    const { outcome, target } = await probeTls(await identity())
    expect(outcome).toMatchObject({ code, verdict: code === 'OK' ? 'up' : 'down' })
    expect(outcome.message).toMatch(message)
    expect(target.requests).toHaveLength(code === 'OK' ? 1 : 0)
  })

  test('is not trusted without being told so', async () => {
    const { ca: _, ...deps } = trusting
    const { outcome } = await probeTls(await signed(), { deps })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_UNTRUSTED' })
  })

  test('that demands one from us is down', async () => {
    const { outcome } = await probeTls({
      ...(await signed()),
      requestCert: true,
      rejectUnauthorized: true,
      ca: authority.cert,
    })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_CLIENT_CERT_REQUIRED' })
  })

  test('is followed from one host to another', async () => {
    const landing = await startTarget([EMPTY], { tls: await signed({ names: ['landing.example'] }) })
    const location = `HTTP/1.1 301 Moved\r\nLocation: https://landing.example:${landing.port}/\r\n\r\n`
    const { outcome } = await probeTls(await signed(), { script: [location] })
    expect(outcome).toMatchObject({ code: 'OK', hops: [{ status: 301 }, { status: 200 }] })
    await landing.stop()
  })
})

describe('a handshake', () => {
  const alert = (level: number, description: number) => Uint8Array.of(0x15, 3, 3, 0, 2, level, description)
  const rows: [string, Step[], string, RegExp][] = [
    ['that is refused with handshake_failure', [alert(2, 40), 'FIN'], 'TLS_ALERT', /handshake_failure/],
    ['that is refused with unrecognized_name', [alert(2, 112), 'FIN'], 'TLS_ALERT', /unrecognized_name/],
    ['that is refused with protocol_version', [alert(2, 70), 'FIN'], 'TLS_VERSION', /1\.2 or 1\.3/],
    [
      'that is refused for want of a certificate',
      [alert(2, 116), 'FIN'],
      'TLS_CLIENT_CERT_REQUIRED',
      /client certificate/,
    ],
    ['that is answered in plain HTTP', ['HTTP/1.1 400 Bad Request\r\n\r\n', 'FIN'], 'TLS_PROTOCOL', /handshake broke/],
    ['that is answered with garbage', ['\x16\x03\x03\x00\x05hello', 'FIN'], 'TLS_PROTOCOL', /handshake/],
    ['that ends at once', ['FIN'], 'TLS_PROTOCOL', /during the handshake/],
    ['that is reset', ['RST'], 'TLS_PROTOCOL', /during the handshake/],
    ['that is never answered', [], 'TLS_TIMEOUT', /did not finish the handshake in \d+ ms/],
    [
      'that is answered a byte a time',
      [{ drip: `\x16\x03\x03\x40\x00${'a'.repeat(500)}`, everyMs: 20 }],
      'TLS_TIMEOUT',
      /handshake/,
    ],
  ]
  test.each(rows)('%s is down', async (...[, script, code, message]) => {
    const target = await startTarget(script, { greets: true })
    const startedAtMs = performance.now()
    const outcome = await probe(`https://${NAME}:${target.port}/`, { timeoutMs: 400 }, trusting)
    expect(outcome).toMatchObject({ verdict: 'down', code, status: null })
    expect(outcome.message).toMatch(message)
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
    await until(() => target.openConnections() === 0, 'the connection to be closed')
    await target.stop()
  })
})

describe('a target that speaks TLS', () => {
  const rows: [string, Step[], string][] = [
    ['and answers in pieces', [{ drip: EMPTY, everyMs: 1 }], 'OK'],
    ['and closes without answering', ['FIN'], 'EMPTY_REPLY'],
    ['and says nothing', [], 'TTFB_TIMEOUT'],
    ['and cuts its body', ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe', 'FIN'], 'TRUNCATED_BODY'],
    ['and sends a body without end', ['HTTP/1.1 200 OK\r\n\r\n', { endless: 'x'.repeat(16_384) }], 'BODY_CAP_REACHED'],
  ]
  test.each(rows)('%s', async (_name, script, code) => {
    const { outcome } = await probeTls(await signed(), { script })
    expect(outcome.code).toBe(code as typeof outcome.code)
    expect(Date.parse(outcome.certificate?.notAfter ?? '')).toBeGreaterThan(Date.now())
  })
})
