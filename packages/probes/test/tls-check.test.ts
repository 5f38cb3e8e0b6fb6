import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { TlsOptions } from 'node:tls'
import { type TlsSpec, tlsSpecSchema } from '@repo/contracts/specs/socket'
import { probeTls } from '../src/checks/tls.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { startTalkingTarget } from '../testing/talking-target.ts'
import { startTarget, type Target } from '../testing/target.ts'
import { loopback, openDescriptors, running, until } from './probing.ts'

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
        chain: [{ subject: 'CN=shop.example' }, { subject: 'CN=Middle' }, { subject: 'CN=Test Authority' }],
      },
      facts: { protocol: 'TLSv1.3' },
    })
    await until(() => site.connections() === 2, 'the handshake for the chain')
    expect((await check(site.port)).certificate?.chain).toHaveLength(3)
    await until(() => site.connections() === 3, 'one more handshake alone')
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
