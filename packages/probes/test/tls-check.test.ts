import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import net, { type AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { type TlsSpec, tlsSpecSchema } from '@repo/contracts/specs/socket'
import { bareOutcome, type Outcome } from '@repo/domain/outcome'
import { probeTls } from '../src/checks/tls.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { probeEveryAddress } from '../src/engine/every-address.ts'
import { type CertificateOptions, type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { startTalkingTarget } from '../testing/talking-target.ts'
import { type Step, startTarget, type Target } from '../testing/target.ts'
import { loopback, openDescriptors, phaseSumUs, running, until } from './probing.ts'

const DAY_MS = 86_400_000
let authority: Identity
beforeAll(async () => {
  authority = await makeAuthority()
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

async function showing(options: TlsOptions, host = '127.0.0.1', port = 0): Promise<Target> {
  const site = await startTarget([], { tls: options, host, port })
  started.push(site)
  return site
}

const signed = (names: readonly string[] = ['shop.example', '*.shop.example'], days = 100) =>
  makeCertificate({ names, ca: authority, validUntilMs: Date.now() + days * DAY_MS })

const leadingTo = (...addresses: string[]) => ({
  ...loopback,
  ca: authority.cert,
  resolve: () => Promise.resolve({ kind: 'addresses' as const, addresses }),
})

function check(port: number, rest: Partial<TlsSpec> = {}, deps = leadingTo('127.0.0.1')) {
  const spec = tlsSpecSchema.parse({ kind: 'tls', host: 'shop.example', port, timeoutMs: 1_000, ...rest })
  return probeTls(spec, deps, running)
}

describe('a certificate', () => {
  test('is described with its chain, which is asked for once', async () => {
    const middle = await makeCertificate({ names: ['Middle'], ca: authority, isAuthority: true })
    const leaf = await makeCertificate({ names: ['shop.example'], ca: middle })
    const site = await showing({ key: leaf.key, cert: `${leaf.cert}\n${middle.cert}` })
    const before = openDescriptors()
    const outcome = await check(site.port)
    expect(outcome).toMatchObject({
      verdict: 'up',
      certificate: {
        subject: 'CN=shop.example',
        names: ['shop.example'],
        issuer: 'CN=Middle',
        protocol: 'TLSv1.3',
        key: 'EC prime256v1',
        chain: [{ subject: 'CN=shop.example' }, { subject: 'CN=Middle', issuer: 'CN=Test Authority' }],
      },
      facts: { protocol: 'TLSv1.3' },
    })
    // Whoever asks for the chain goes no further than the first flight: the second handshake is never finished.
    expect((await check(site.port)).certificate?.chain).toHaveLength(2)
    await until(() => site.connections() === 2, 'one more handshake alone')
    await until(() => openDescriptors() <= before, 'the connections to close')
  })

  const rows: [string, Partial<TlsSpec>, string, string][] = [
    ['for further names', { names: ['www.shop.example'] }, 'up', 'OK'],
    ['for a name that it lacks', { names: ['other.example'] }, 'down', 'TLS_NAME'],
    ['for a name two levels down', { names: ['a.b.shop.example'] }, 'down', 'TLS_NAME'],
    ['from the right authority', { issuer: 'Test Authority' }, 'up', 'OK'],
    ['from another authority', { issuer: "Let's Encrypt" }, 'down', 'TLS_UNTRUSTED'],
    ['that nobody expects', { fingerprints: ['00'.repeat(32)] }, 'down', 'TLS_PIN'],
    ['that ends before it should', { tls: { warnDays: 120 } }, 'up', 'TLS_EXPIRING'],
    ['that is asked for by another name', { tls: { serverName: 'www.shop.example' } }, 'up', 'OK'],
  ]
  test.each(rows)('%s', async (_what, wishes, verdict, code) => {
    const site = await showing(await signed())
    expect(await check(site.port, wishes)).toMatchObject({ verdict, code } as object)
  })

  const names: [string, Partial<CertificateOptions>, string, string, RegExp][] = [
    ['for a wildcard of its domain', { names: ['*.shop.example'] }, 'www.shop.example', 'OK', /valid/],
    ['in capitals', { names: ['SHOP.Example'] }, 'shop.example', 'OK', /valid/],
    ['for letters beyond ASCII', { names: ['xn--gre-6ka8i.example'] }, 'größe.example', 'OK', /valid/],
    [
      'for a wildcard two levels up',
      { names: ['*.example'] },
      'a.shop.example',
      'TLS_NAME',
      /\*\.example, not a\.shop/,
    ],
    ['for a wildcard of a whole top level', { names: ['*.example'] }, 'shop.example', 'TLS_NAME', /not shop\.example/],
    ['for a part of a label', { names: ['w*.shop.example'] }, 'www.shop.example', 'TLS_NAME', /w\*\.shop/],
    ['for everything', { names: ['*'] }, 'shop.example', 'TLS_NAME', /is for \*, not/],
    [
      'with a common name alone',
      { names: ['shop.example'], commonNameOnly: true },
      'shop.example',
      'TLS_NAME',
      /for no host at all \(its subject, CN=shop\.example, does not count\), not shop\.example$/,
    ],
    [
      'with a NUL in its name',
      { names: ['shop.example\0.evil.example'] },
      'shop.example',
      'TLS_NAME',
      /is for shop\.example\\x00\.evil\.example, not shop\.example$/,
    ],
    [
      'with a NUL in its common name',
      { names: ['shop.example\0.evil.example'], commonNameOnly: true },
      'shop.example',
      'TLS_NAME',
      /CN=shop\.example\\00\.evil\.example/,
    ],
    ['with two names in one', { names: ['a.example, shop.example'] }, 'shop.example', 'TLS_NAME', /not shop\.example/],
    ['for the address', { names: ['127.0.0.1'] }, '127.0.0.1', 'OK', /valid/],
    ['for a name where an address is asked', { names: ['shop.example'] }, '127.0.0.1', 'TLS_NAME', /not 127\.0\.0\.1$/],
    [
      'for the address by its common name',
      { names: ['127.0.0.1'], commonNameOnly: true },
      '127.0.0.1',
      'TLS_NAME',
      /no host/,
    ],
    ['for an IPv6 address', { names: ['::1'] }, '127.0.0.1', 'TLS_NAME', /is for ::1, not/],
  ]
  test.each(names)('%s', async (_what, making, host, code, message) => {
    const identity = await makeCertificate({ names: [], ca: authority, ...making })
    const site = await showing(identity)
    const outcome = await check(site.port, { host })
    expect(outcome.code).toBe(code as 'OK')
    expect(outcome.message).toMatch(message)
    expect(outcome.message).toMatch(/^\P{C}*$/u)
  })

  test('is for more names than are shown', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `site${index}.example`)
    const site = await showing(await signed(many))
    const outcome = await check(site.port, { host: 'site299.example', names: ['site250.example'] })
    expect(outcome).toMatchObject({ code: 'OK' })
    expect(outcome.certificate?.names).toHaveLength(100)
  })

  test('that ended is let through where any will do, and says nothing of the future', async () => {
    const past = { validFromMs: Date.now() - 9 * DAY_MS, validUntilMs: Date.now() - 2.5 * DAY_MS }
    const site = await showing(await makeCertificate({ names: ['shop.example'], ca: authority, ...past }))
    expect((await check(site.port)).message).toMatch(/^TLS: certificate expired 2 days ago \(\d{4}-\d\d-\d\d\)$/)
    expect(await check(site.port, { tls: { verify: false } })).toMatchObject({ code: 'OK', facts: { daysLeft: -3 } })
  })

  test('whose chain has ended, but not itself, is told so', async () => {
    const past = { validFromMs: Date.now() - 9 * DAY_MS, validUntilMs: Date.now() - 2.5 * DAY_MS }
    const middle = await makeCertificate({ names: ['Middle'], ca: authority, isAuthority: true, ...past })
    const leaf = await makeCertificate({ names: ['shop.example'], ca: middle })
    const site = await showing({ key: leaf.key, cert: `${leaf.cert}\n${middle.cert}` })
    const outcome = await check(site.port)
    expect(outcome).toMatchObject({ code: 'TLS_EXPIRED', message: expect.stringContaining('of the chain') })
    expect(outcome.evidence?.chain).toEqual(['CN=shop.example', 'CN=Middle'])
  })

  test('that is expected by its fingerprint is known', async () => {
    const site = await showing(await signed())
    const fingerprint = (await check(site.port)).certificate?.fingerprint ?? ''
    const spelled = fingerprint.toUpperCase().replace(/(..)(?!$)/g, '$1:')
    expect((await check(site.port, { fingerprints: [spelled] })).code).toBe('OK')
  })

  test('of another key is not taken for the one before it', async () => {
    const [first, second] = [await signed(), await signed()]
    const seen = new Set<string>()
    for (const identity of [first, second, first]) {
      const site = await startTarget([], { tls: identity })
      seen.add((await check(site.port)).certificate?.fingerprint ?? '')
      await site.stop()
    }
    expect(seen.size).toBe(2)
  })

  const weights: [NonNullable<TlsSpec['tls']>['weak'], string, string][] = [
    [undefined, 'degraded', 'TLS_WEAK'],
    ['down', 'down', 'TLS_WEAK'],
    ['ignore', 'up', 'OK'],
  ]
  test.each(weights)('with a weak key is %s: %s', async (weak, verdict, code) => {
    const site = await showing(weakIdentity)
    const tls = { verify: false, warnDays: 0, ...(weak && { weak }) }
    expect(await check(site.port, { tls })).toMatchObject({ verdict, code } as object)
  })

  test('behind another protocol is looked at as well', async () => {
    const site = await startTalkingTarget(
      '220 mail\r\n',
      { EHLO: '250 x\r\n', STARTTLS: { say: '220 go\r\n', next: 'tls' } },
      await signed(),
    )
    started.push(site)
    expect(await check(site.port, { startTls: 'smtp' })).toMatchObject({
      code: 'OK',
      certificate: { issuer: 'CN=Test Authority' },
    })
  })
})

describe('a handshake', () => {
  const alerts: [number, string, string][] = [
    [40, 'TLS_ALERT', 'handshake_failure'],
    [42, 'TLS_ALERT', 'bad_certificate'],
    [49, 'TLS_ALERT', 'access_denied'],
    [80, 'TLS_ALERT', 'internal_error'],
    [90, 'TLS_ALERT', 'user_canceled'],
    [112, 'TLS_ALERT', 'unrecognized_name'],
    [109, 'TLS_ALERT', 'alert 109'],
    [200, 'TLS_ALERT', 'alert 200'],
    [70, 'TLS_VERSION', 'no TLS version'],
    [116, 'TLS_CLIENT_CERT_REQUIRED', 'client certificate'],
  ]
  test.each(alerts)('that ends with alert %d is %s (%s)', async (alert, code, text) => {
    const site = await startTarget([Uint8Array.of(0x15, 3, 3, 0, 2, 2, alert), 'FIN'], { greets: true })
    started.push(site)
    const outcome = await check(site.port)
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toContain(text)
  })

  test('that begins with a warning goes on', async () => {
    const site = await showing(await signed())
    const warning = Uint8Array.of(0x15, 3, 3, 0, 2, 1, 112)
    const front = net.createServer((near) => {
      const far = net.connect(site.port, '127.0.0.1')
      near.on('error', () => far.destroy()).on('close', () => far.destroy())
      far.on('error', () => near.destroy()).on('close', () => near.destroy())
      near.once('data', () => near.write(warning))
      near.pipe(far)
      far.pipe(near)
    })
    await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening))
    started.push({ stop: () => new Promise((stopped) => front.close(() => stopped())) })
    expect((await check((front.address() as AddressInfo).port)).code).toBe('OK')
  })

  const broken: [string, readonly Step[], string, RegExp][] = [
    ['silence', [], 'TLS_TIMEOUT', /not one byte came back, as where something on the way drops a large ClientHello$/],
    [
      'a byte at a time',
      [{ drip: `\x16\x03\x03\x40\x00${'a'.repeat(500)}`, everyMs: 20 }],
      'TLS_TIMEOUT',
      /in \d+ ms$/,
    ],
    ['garbage', ['\x16\x03\x03\x00\x05hello', 'FIN'], 'TLS_PROTOCOL', /handshake broke/],
    ['plain text', ['HTTP/1.1 400 Bad Request\r\n\r\n', 'FIN'], 'TLS_PROTOCOL', /handshake broke/],
    ['a record too large', [Uint8Array.of(22, 3, 3, 255, 255), { endless: 'x'.repeat(999) }], 'TLS_PROTOCOL', /broke/],
    ['an end', ['FIN'], 'TLS_PROTOCOL', /closed the connection during the handshake/],
    ['a reset', ['RST'], 'TLS_PROTOCOL', /closed the connection during the handshake/],
  ]
  test.each(broken)('that is answered with %s fails in time', async (_what, said, code, message) => {
    const site = await startTarget(said, { greets: true })
    started.push(site)
    const before = openDescriptors()
    const outcome = await check(site.port, { timeoutMs: 400 })
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toMatch(message)
    expect(outcome.phases.total).toBeLessThan(650_000)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => site.openConnections() === 0 && openDescriptors() <= before, 'the connection to close')
  })
})

describe('every address', () => {
  test('is looked at by itself, and the bad ones are named', async () => {
    const good = await showing(await signed())
    await showing(await makeCertificate({ names: ['shop.example'] }), '127.0.0.2', good.port)
    await showing(await signed(), '127.0.0.3', good.port)
    const outcome = await check(
      good.port,
      { everyAddress: true },
      leadingTo('127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'),
    )
    expect(outcome).toMatchObject({
      verdict: 'degraded',
      code: 'ADDRESSES_FAILED',
      facts: { failing: ['127.0.0.2 (TLS_SELF_SIGNED)', '127.0.0.4 (TCP_REFUSED)'] },
    })
    expect(outcome.message).toBe('2 of 4 addresses fail: 127.0.0.2 (TLS_SELF_SIGNED), 127.0.0.4 (TCP_REFUSED)')
  })

  test('that fails is down, and none that fails is up', async () => {
    const good = await showing(await signed())
    await showing(await signed(), '127.0.0.2', good.port)
    const both = leadingTo('127.0.0.1', '127.0.0.2')
    expect(await check(good.port, { everyAddress: true }, both)).toMatchObject({
      verdict: 'up',
      facts: { failing: [] },
    })
    expect(await check(1, { everyAddress: true }, both)).toMatchObject({ verdict: 'down', code: 'TCP_REFUSED' })
  })
})

describe('an address that cannot be looked at from here', () => {
  const outcomes: Readonly<Record<string, Outcome>> = {
    '192.0.2.1': bareOutcome('up', 'OK', 'fine'),
    '192.0.2.2': bareOutcome('down', 'TLS_EXPIRED', 'expired'),
    '192.0.2.3': bareOutcome('up', 'TLS_EXPIRING', 'ends soon'),
    '2001:db8::1': bareOutcome('unknown', 'NO_ROUTE_V6', 'no IPv6'),
  }
  const rows: [string, readonly string[], string, string, RegExp][] = [
    ['is not held against the others', ['192.0.2.1', '2001:db8::1'], 'up', 'OK', /^fine \(192\.0\.2\.1\)$/],
    ['excuses none of them', ['192.0.2.2', '2001:db8::1'], 'down', 'TLS_EXPIRED', /^expired \(192\.0\.2\.2\)$/],
    ['is no answer by itself', ['2001:db8::1'], 'unknown', 'NO_ROUTE_V6', /^no IPv6$/],
    [
      'is not among the bad ones',
      ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
      'degraded',
      'ADDRESSES_FAILED',
      /^1 of 3 /,
    ],
    ['hides no remark', ['192.0.2.1', '192.0.2.3', '2001:db8::1'], 'up', 'TLS_EXPIRING', /\(192\.0\.2\.3\)$/],
  ]
  test.each(rows)('%s', async (_what, addresses, verdict, code, message) => {
    const egress = createEgressPolicy({ allowedCidrs: ['192.0.2.0/24', '2001:db8::/32'] })
    const deps = { egress, resolve: () => Promise.resolve({ kind: 'addresses' as const, addresses }) }
    const spec = { timeoutMs: 1_000, host: 'shop.example', port: 443 }
    const outcome = await probeEveryAddress(spec, { deps, signal: running }, async (pinned, timeoutMs) => {
      expect(timeoutMs).toBeLessThanOrEqual(1_000)
      const found = await pinned.resolve('shop.example', { limitMs: 100 })
      return outcomes[found.kind === 'addresses' ? (found.addresses[0] ?? '') : ''] ?? bareOutcome('down', 'LOST', '')
    })
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.message).toMatch(message)
  })
})

/** RSA with 1,024 bits, valid until 2126; no library makes such a key any more. */
const weakIdentity: Identity = {
  key: `-----BEGIN PRIVATE KEY-----
MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAL3Luhg0dboPr8rX
iVM5TY2GCDV8M/fEIR+zc61Frd4gRr98iPMgjAmK8bZbynISk+Fi0jPZaN3itiIk
xUPkryEPNl7gUCFz+DmColL7TUdV+RiTfc8WqrEW3ILhbIqu3E/1QEQH79V/7imx
HntkhYwIGLlzy/2nsjvN9NTo+cD7AgMBAAECgYBmPl7E9VXKYvL3mf8Ph1og+Ghp
r7wrKEwT0M9rM5NDiy2xsDvyhcEKzwABlhdMNnfVvi+w4NkeVyh44kgmmAZDISuL
qivpyEDD6KD2ENXjUcNPp9UHC2bfCyEIuFtcRkqi/l/sAUrXwt9n9dsb6Kd7sVzm
vQdK5PAYwC62mVuCeQJBAPTIacqHxb9XO3uN+Cmoc+AUmKJ2jy9msKXJ8WuaBCqq
h6NaUb90n+YAEvHkXUX6uAF8nXooa9vGhgG+ZVF59OUCQQDGfkB0fgcOGKCB5G1e
Y1NjDLYZUzD2h6El08vqbxYpxERg/QYe3kuU2IZ6LKAEZjUporMlg95Hi3YaH1BR
OmBfAkEAmpfQKHbjLtq62GdrKXQX6pdXZpOWDou+WJZXgGt+4itdCo/KPS48phe5
30comT+k4lt/YV0R8XVJwOQsPO7W+QJBALZaZnyfC3w3w72RTajZN1JX6zN46hKS
p8lIup21UHcuiGNSEL1rG6SzB1hWhuuDunN1tX9RlnPD+8wj2HXHW6ECQHm1A1GT
/JpqIfQaoPiAMCaOVNjB4ezmHoWAmJTG066dsgalAWTwGaBjmnz68V91o2RBwtbv
CLEK1ZQfSVUqpyA=
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIICJTCCAY6gAwIBAgIUCzi0vezOlbv6ESX4Eco+NM3BHM4wDQYJKoZIhvcNAQEL
BQAwFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMCAXDTI2MTEyNDA5NTUzM1oYDzIx
MjYxMDMxMDk1NTMzWjAXMRUwEwYDVQQDDAxzaG9wLmV4YW1wbGUwgZ8wDQYJKoZI
hvcNAQEBBQADgY0AMIGJAoGBAL3Luhg0dboPr8rXiVM5TY2GCDV8M/fEIR+zc61F
rd4gRr98iPMgjAmK8bZbynISk+Fi0jPZaN3itiIkxUPkryEPNl7gUCFz+DmColL7
TUdV+RiTfc8WqrEW3ILhbIqu3E/1QEQH79V/7imxHntkhYwIGLlzy/2nsjvN9NTo
+cD7AgMBAAGjbDBqMB0GA1UdDgQWBBSg5hgs3DPwpj3Vgi1SlyDaO/dwKzAfBgNV
HSMEGDAWgBSg5hgs3DPwpj3Vgi1SlyDaO/dwKzAPBgNVHRMBAf8EBTADAQH/MBcG
A1UdEQQQMA6CDHNob3AuZXhhbXBsZTANBgkqhkiG9w0BAQsFAAOBgQCukvF0y0y8
+IlGsNe4oXEYsw2fNwt6Ts35VurSUR7eHWGWqTAl/pNe/IR3M3E0JQ46CJ/CU2yN
t9b0rrC+42Ea8HEKyRP8SevXRKkkXKy7KslCpT84T29HCyo8mxf554eeslIYuXuB
+Tve2BmeRvZCvBBvpLMY36B+2ywP3XjQvw==
-----END CERTIFICATE-----`,
}
