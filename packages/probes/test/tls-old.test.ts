import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TlsSpec, tcpSpecSchema, tlsSpecSchema } from '@repo/contracts/specs/socket'
import { probeTcp } from '../src/checks/tcp.ts'
import { probeTls } from '../src/checks/tls.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { makeOcspAnswer, makeOldAuthority, makeOldCertificate, startOpensslServer } from '../testing/openssl.ts'
import { loopback, openDescriptors, phaseSumUs, running, until } from './probing.ts'

/** Servers of a kind that nobody should run any more, and that are run all the same. */
const HOST = 'shop.example'
let authority: Identity
let identity: Identity
beforeAll(() => {
  authority = makeOldAuthority()
  identity = makeOldCertificate(HOST, authority, {})
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

async function serving(who: Identity, ...options: string[]): Promise<number> {
  const server = await startOpensslServer(who, options)
  started.push(server)
  return server.port
}

function depsOf(ca = authority) {
  return {
    ...loopback,
    ca: ca.cert,
    resolve: () => Promise.resolve({ kind: 'addresses' as const, addresses: ['127.0.0.1'] }),
  }
}

function check(port: number, rest: Partial<TlsSpec> = {}, ca = authority) {
  return probeTls(
    tlsSpecSchema.parse({ kind: 'tls', host: HOST, port, timeoutMs: 3_000, ...rest }),
    depsOf(ca),
    running,
  )
}

describe('a server that offers', () => {
  const rows: [string, string, TlsSpec['tls'], string, string, RegExp][] = [
    ['TLS 1.0 alone', '-tls1', undefined, 'down', 'TLS_VERSION', /^TLS: the server offers TLS 1\.0 only$/],
    ['TLS 1.1 alone', '-tls1_1', undefined, 'down', 'TLS_VERSION', /TLS 1\.1 only$/],
    ['TLS 1.0 alone, which is allowed', '-tls1', { minVersion: '1.0' }, 'degraded', 'TLS_VERSION', /TLS 1\.0 only$/],
    ['TLS 1.0 alone, where 1.1 is asked for', '-tls1', { minVersion: '1.1' }, 'down', 'TLS_VERSION', /1\.0 only$/],
    [
      'TLS 1.2 alone, where 1.3 is asked for',
      '-tls1_2',
      { minVersion: '1.3' },
      'down',
      'TLS_VERSION',
      /1\.2 only, .*1\.3$/,
    ],
    ['TLS 1.2 alone', '-tls1_2', undefined, 'up', 'OK', /valid certificate/],
    ['TLS 1.3 alone', '-tls1_3', { minVersion: '1.3' }, 'up', 'OK', /valid certificate/],
  ]
  test.each(rows)('%s', async (_what, option, tls, verdict, code, message) => {
    const port = await serving(identity, option)
    const before = openDescriptors()
    const outcome = await check(port, { tls })
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.message).toMatch(message)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => openDescriptors() <= before, 'the connections to close')
  })

  test('TLS 1.3 alone is asked for its chain in another way', async () => {
    const port = await serving(identity, '-tls1_3')
    expect((await check(port)).certificate?.chain[0]).toMatchObject({ subject: `CN=${HOST}` })
  })

  test('TLS 1.0 alone is told so after STARTTLS too', async () => {
    const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: alertAfter('S') } })
    const spec = tcpSpecSchema.parse({
      kind: 'tcp',
      host: HOST,
      port: server.port,
      protocol: 'postgres',
      security: 'starttls',
    })
    const outcome = await probeTcp(spec, depsOf(), running)
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_VERSION' })
    server.stop(true)
  })
})

function alertAfter(goAhead: string) {
  return (socket: { write(bytes: string | Uint8Array): number; end(): void }, chunk: Uint8Array) => {
    if (chunk.length === 8) socket.write(goAhead)
    else {
      socket.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70))
      socket.end()
    }
  }
}

describe('a certificate', () => {
  const rows: [string, { key?: string; digest?: string }, TlsSpec['tls'], string, string, RegExp][] = [
    ['with a key of 1,024 bits', { key: 'rsa:1024' }, undefined, 'degraded', 'TLS_WEAK', /key is weak \(RSA 1024\)/],
    ['with a key of 1,024 bits, which is down', { key: 'rsa:1024' }, { weak: 'down' }, 'down', 'TLS_WEAK', /RSA 1024/],
    ['with a key of 1,024 bits, never mind', { key: 'rsa:1024' }, { weak: 'ignore' }, 'up', 'OK', /valid/],
    ['signed by SHA-1', { digest: 'sha1' }, undefined, 'degraded', 'TLS_WEAK', /signature is weak \(RSA-SHA1\)/],
    ['signed by MD5, which proves nothing', { digest: 'md5' }, undefined, 'down', 'TLS_WEAK', /RSA-MD5/],
    ['signed by MD5, never mind who', { digest: 'md5' }, { verify: false }, 'degraded', 'TLS_WEAK', /RSA-MD5/],
  ]
  test.each(rows)('%s', async (_what, ways, tls, verdict, code, message) => {
    const port = await serving(makeOldCertificate(HOST, authority, ways))
    const outcome = await check(port, { tls })
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.message).toMatch(message)
  })

  test('signed by RSA-PSS without saying by which digest is weak', async () => {
    const pss = makeOldCertificate(HOST, authority, { digest: 'sha1', options: ['-sigopt', 'rsa_padding_mode:pss'] })
    const port = await serving(pss)
    expect(await check(port, { tls: { verify: false } })).toMatchObject({
      code: 'TLS_WEAK',
      facts: { signature: 'RSA-PSS-SHA1' },
    })
  })

  const staples: ['good' | 'revoked', TlsSpec['tls'], string, string][] = [
    ['good', undefined, 'up', 'OK'],
    ['revoked', undefined, 'down', 'TLS_REVOKED'],
    ['revoked', { revoked: 'degraded' }, 'degraded', 'TLS_REVOKED'],
    ['revoked', { revoked: 'ignore' }, 'up', 'OK'],
  ]
  test.each(staples)('that its server shows to be %s, with %p, is %s', async (status, tls, verdict, code) => {
    const signer = await makeAuthority()
    const leaf = await makeCertificate({ names: [HOST], ca: signer })
    const folder = mkdtempSync(join(tmpdir(), 'staple-'))
    const file = join(folder, 'answer.der')
    writeFileSync(file, makeOcspAnswer(signer, leaf, status))
    const port = await serving(leaf, '-status_file', file)
    expect(await check(port, { tls }, signer)).toMatchObject({ verdict, code } as object)
    rmSync(folder, { recursive: true })
  })
})

describe('a server that demands a certificate of ours', () => {
  test.each([['-tls1_2'], ['-tls1_3']])('is down, under %s', async (version) => {
    const port = await serving(identity, version, '-Verify', '1', '-verify_return_error')
    expect(await check(port)).toMatchObject({ verdict: 'down', code: 'TLS_CLIENT_CERT_REQUIRED' })
  })

  test('is up where it gets one', async () => {
    const port = await serving(identity, '-Verify', '1')
    const clientCertificate = { certificate: identity.cert, key: identity.key }
    expect(await check(port, { tls: { clientCertificate } })).toMatchObject({ verdict: 'up', code: 'OK' })
  })

  test('is told from one that has no cipher in common', async () => {
    const port = await serving(identity, '-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256')
    expect(await check(port)).toMatchObject({
      code: 'TLS_ALERT',
      message: 'TLS: the server refused the handshake (handshake_failure)',
    })
  })
})
