import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { type TcpSpec, type TlsSpec, tcpSpecSchema, tlsSpecSchema } from '@repo/contracts/specs/socket'
import { probeTcp } from '../src/checks/tcp.ts'
import { probeTls } from '../src/checks/tls.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type Said, startTalkingTarget, type TalkingTarget } from '../testing/talking-target.ts'
import { loopback, openDescriptors, phaseSumUs, running, until } from './probing.ts'

let authority: Identity
let identity: Identity
beforeAll(async () => {
  authority = await makeAuthority()
  identity = await makeCertificate({ names: ['127.0.0.1'], ca: authority })
})

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

type Answers = Readonly<Record<string, Said>>
type Protocol = NonNullable<TlsSpec['startTls']>

async function talking(greeting: string, answers: Answers, who = identity): Promise<TalkingTarget> {
  const target = await startTalkingTarget(greeting, answers, who)
  started.push(target)
  return target
}

const deps = () => ({ ...loopback, ca: authority.cert })
const host = '127.0.0.1'

function checkTcp(port: number, protocol: TcpSpec['protocol'], rest: Partial<TcpSpec> = {}) {
  const spec = tcpSpecSchema.parse({ kind: 'tcp', host, port, timeoutMs: 900, protocol, security: 'starttls', ...rest })
  return probeTcp(spec, deps(), running)
}

function checkTls(port: number, startTls: Protocol) {
  return probeTls(tlsSpecSchema.parse({ kind: 'tls', host, port, timeoutMs: 900, startTls }), deps(), running)
}

const EHLO = '250-mail\r\n250 STARTTLS\r\n'
const agreeing: [Protocol, string, Answers][] = [
  ['smtp', '220-mail\r\n220 mail\r\n', { EHLO, STARTTLS: { say: '220 go\r\n', next: 'tls' } }],
  ['imap', '* OK\r\n', { 'a1 STARTTLS': { say: '* x\r\na1 OK go\r\n', next: 'tls' } }],
  ['pop3', '+OK\r\n', { STLS: { say: '+OK go\r\n', next: 'tls' } }],
  ['ftp', '220 ready\r\n', { 'AUTH TLS': { say: '234 go\r\n', next: 'tls' } }],
]
const refusing: [Protocol, string, Answers][] = [
  ['smtp', '220 mail\r\n', { EHLO, STARTTLS: '502 no\r\n' }],
  ['smtp', '220 mail\r\n', { EHLO, STARTTLS: '454\r\n' }],
  ['imap', '* OK\r\n', { 'a1 STARTTLS': 'a1 NO go away\r\n' }],
  // A session that somebody in between has authenticated already may agree to anything.
  ['imap', '* PREAUTH you are in\r\n', { 'a1 STARTTLS': { say: 'a1 OK go\r\n', next: 'tls' } }],
  ['pop3', '+OK\r\n', { STLS: '-ERR\r\n' }],
  ['ftp', '220 ready\r\n', { 'AUTH TLS': '530 no\r\n' }],
]

describe('a server that agrees to TLS', () => {
  test.each(agreeing)('shows its certificate: %s', async (protocol, greeting, answers) => {
    const site = await talking(greeting, answers)
    const before = openDescriptors()
    const outcome = await checkTls(site.port, protocol)
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', certificate: { issuer: 'CN=Test Authority' } })
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => site.openConnections() === 0 && openDescriptors() <= before, 'all connections to close')
  })

  test('shows its chain too', async () => {
    const middle = await makeCertificate({ names: ['Middle'], ca: authority, isAuthority: true })
    const leaf = await makeCertificate({ names: ['127.0.0.1'], ca: middle })
    const [, greeting = '', answers = {}] = agreeing[0] ?? []
    const site = await talking(greeting, answers, { key: leaf.key, cert: `${leaf.cert}\n${middle.cert}` })
    expect((await checkTls(site.port, 'smtp')).certificate?.chain).toMatchObject([
      { subject: 'CN=127.0.0.1' },
      { subject: 'CN=Middle' },
    ])
  })

  test.each(agreeing)('and says more in the clear is not believed: %s', async (protocol, greeting, answers) => {
    const injecting = Object.fromEntries(
      Object.entries(answers).map(([line, said]) => [
        line,
        typeof said === 'string' ? said : { ...said, say: `${said.say}250 injected\r\n` },
      ]),
    )
    const site = await talking(greeting, injecting)
    const outcome = await checkTcp(site.port, protocol)
    expect(outcome).toMatchObject({ verdict: 'down', code: 'STARTTLS_REFUSED' })
    expect(outcome.message).toContain('250 injected')
    expect(outcome.evidence?.body).toContain('250 injected')
  })
})

describe('a server that does not agree to TLS', () => {
  test.each(refusing)('is down at once: %s', async (protocol, greeting, answers) => {
    const site = await talking(greeting, answers)
    const outcome = await checkTcp(site.port, protocol, { timeoutMs: 5_000 })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'STARTTLS_REFUSED', certificate: null })
    expect(outcome.phases.total).toBeLessThan(1_000_000)
    await until(() => site.openConnections() === 0, 'the connection to close')
  })

  test('but falls silent instead of shaking hands is timed out', async () => {
    const site = await talking('220 mail\r\n', { EHLO, STARTTLS: '220 go\r\n' })
    const outcome = await checkTcp(site.port, 'smtp', { timeoutMs: 400 })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_TIMEOUT' })
    expect(outcome.message).toContain('not one byte')
    await until(() => site.openConnections() === 0, 'the connection to close')
  })

  test('but closes instead of shaking hands has broken it off', async () => {
    const site = await talking('220 mail\r\n', { EHLO, STARTTLS: { say: '220 go\r\n', next: 'end' } })
    expect(await checkTcp(site.port, 'smtp')).toMatchObject({ verdict: 'down', code: 'TLS_PROTOCOL' })
  })
})

describe('postgres', () => {
  function postgres(answer: string) {
    const server = Bun.listen({ hostname: host, port: 0, socket: { data: (socket) => void socket.write(answer) } })
    started.push({ stop: async () => server.stop(true) })
    return server.port
  }

  test.each([
    ['N', 'STARTTLS_REFUSED'],
    ['E', 'STARTTLS_REFUSED'],
    ['Sinjected\n', 'STARTTLS_REFUSED'],
    ['S\n', 'STARTTLS_REFUSED'],
  ])('that answers %p to the question for TLS', async (answer, code) => {
    expect((await checkTcp(postgres(answer), 'postgres')).code).toBe(code as 'OK')
  })

  test('goes on under TLS', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('S')
        new tls.TLSSocket(socket, { isServer: true, ...identity }).on('error', () => {})
      })
    })
    await new Promise<void>((listening) => server.listen(0, host, listening))
    started.push({ stop: () => new Promise((stopped) => server.close(() => stopped())) })
    const { port } = server.address() as AddressInfo
    expect(await checkTcp(port, 'postgres')).toMatchObject({ code: 'OK', certificate: { names: ['127.0.0.1'] } })
    expect(await checkTls(port, 'postgres')).toMatchObject({ code: 'OK', certificate: { chain: [{}] } })
  })

  test('of today is asked under TLS from the first byte, by the name of its protocol', async () => {
    const asked: (string | false | null)[] = []
    const server = tls.createServer({ ...identity, ALPNProtocols: ['postgresql'] }, (socket) => {
      socket.on('error', () => {})
      asked.push(socket.alpnProtocol)
    })
    await new Promise<void>((listening) => server.listen(0, host, listening))
    started.push({ stop: () => new Promise((stopped) => server.close(() => stopped())) })
    const { port } = server.address() as AddressInfo
    expect((await checkTcp(port, 'postgres', { security: 'tls' })).code).toBe('OK')
    await until(() => asked.length === 1, 'the server to see the handshake')
    expect(asked).toEqual(['postgresql'])
  })
})

describe('a script of one’s own', () => {
  test('goes on under TLS where it says so', async () => {
    const site = await talking('hello\r\n', { UPGRADE: { say: 'proceed\r\n', next: 'tls' }, PING: 'PONG\r\n' })
    const script: TcpSpec['script'] = [
      { expect: 'hello' },
      { send: 'UPGRADE\r\n' },
      { expect: 'proceed' },
      { startTls: true },
      { send: 'PING\r\n' },
      { expect: 'PONG' },
    ]
    const outcome = await checkTcp(site.port, undefined, { script, security: 'none' })
    expect(outcome).toMatchObject({ code: 'OK', facts: { answers: ['hello', 'proceed', 'PONG'] } })
    expect(site.heard).toEqual(['UPGRADE', '🔒PING'])
  })
})
