import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { type TcpSpec, tcpSpecSchema } from '@repo/contracts/specs/socket'
import { probeTcp } from '../src/checks/tcp.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { type Identity, makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type Said, startTalkingTarget, type TalkingTarget } from '../testing/talking-target.ts'
import { type Step, startTarget } from '../testing/target.ts'
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

async function talking(greeting: string, answers: Readonly<Record<string, Said>> = {}): Promise<TalkingTarget> {
  const target = await startTalkingTarget(greeting, answers, identity)
  started.push(target)
  return target
}

function check(port: number, rest: Partial<TcpSpec> = {}) {
  const spec = tcpSpecSchema.parse({ kind: 'tcp', host: '127.0.0.1', port, timeoutMs: 700, ...rest })
  return probeTcp(spec, { ...loopback, ca: authority.cert }, running)
}

describe('a port', () => {
  test('that takes the connection is up, and the connection is closed', async () => {
    const site = await talking('')
    const before = openDescriptors()
    const outcome = await check(site.port)
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', address: '127.0.0.1' })
    expect(outcome.message).toMatch(/^127\.0\.0\.1:\d+ connected in \d+ ms$/)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await until(() => site.openConnections() === 0 && openDescriptors() <= before, 'the connection to close')
  })

  test('that refuses is down', async () => {
    expect(await check(1)).toMatchObject({ verdict: 'down', code: 'TCP_REFUSED' })
  })

  test('under TLS from the first byte shows its certificate', async () => {
    const site = await startTarget([], { tls: identity })
    started.push(site)
    expect(await check(site.port, { security: 'tls' })).toMatchObject({
      verdict: 'up',
      certificate: { issuer: 'CN=Test Authority', protocol: 'TLSv1.3' },
    })
  })

  test('is behind the egress guard, whatever its number', async () => {
    const site = await talking('')
    const spec = tcpSpecSchema.parse({ kind: 'tcp', host: '127.0.0.1', port: site.port })
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await probeTcp(spec, closed, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
    const denied = { ...loopback, egress: createEgressPolicy({ allowLoopback: true, deniedPorts: [site.port] }) }
    expect(await probeTcp(spec, denied, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_PORT' })
  })

  test('whose check is stopped is nobody’s failure', async () => {
    const site = await talking('')
    const spec = tcpSpecSchema.parse({
      kind: 'tcp',
      host: '127.0.0.1',
      port: site.port,
      timeoutMs: 20_000,
      script: [{ expect: 'x' }],
    })
    await expect(probeTcp(spec, loopback, AbortSignal.timeout(50))).rejects.toThrow()
    await until(() => site.openConnections() === 0, 'the connection to close')
  })
})

describe('a script', () => {
  test('is a conversation, line by line', async () => {
    const site = await talking('hello\r\n', { one: '1\r\n', two: 'zwei größe\r\n' })
    const script: TcpSpec['script'] = [
      { expect: 'hello' },
      { send: 'one\r\n' },
      { expectPattern: '^\\d' },
      { send: 'two\r\n' },
      { expect: 'zwei' },
    ]
    expect(await check(site.port, { script })).toMatchObject({ code: 'OK', facts: { banner: 'hello' } })
    expect(site.heard).toEqual(['one', 'two'])
  })

  test('hears an answer that comes in pieces', async () => {
    const site = await startTarget([{ drip: 'hello\r\n', everyMs: 2 }], { greets: true })
    started.push(site)
    expect((await check(site.port, { script: [{ expect: 'hello' }] })).code).toBe('OK')
  })

  test('is told what was answered, and shown what was said', async () => {
    const site = await talking('hello \x07\r\n', { one: '1\r\n' })
    const outcome = await check(site.port, { script: [{ expect: 'hello' }, { send: 'one\r\n' }, { expect: 'two' }] })
    expect(outcome).toMatchObject({
      verdict: 'down',
      code: 'UNEXPECTED_ANSWER',
      message: "Answer: '1', expected 'two'",
      facts: { banner: 'hello \\x07', answers: ['hello \\x07'] },
      evidence: { request: 'one\n', body: 'hello \\x07\n1\n', addresses: ['127.0.0.1'] },
    })
  })

  test('that nobody can read is our trouble', async () => {
    const site = await talking('hello\r\n')
    expect(await check(site.port, { script: [{ expectPattern: '(' }] })).toMatchObject({
      verdict: 'unknown',
      code: 'PROBE_ERROR',
    })
  })

  test('hears a text that lies across pieces, after much else', async () => {
    const site = await startTarget([`${'x'.repeat(30_000)}nee`, { pauseMs: 20 }, 'dle and more'], { greets: true })
    started.push(site)
    expect((await check(site.port, { script: [{ expect: 'needle' }, { expectPattern: 'm.re$' }] })).code).toBe('OK')
  })

  test('is not searched again and again by whoever sends much in little pieces', async () => {
    const drip = [{ pauseMs: 1 }, 'x'] as const
    const site = await startTarget(['x'.repeat(60_000), ...Array.from({ length: 500 }, () => drip).flat()], {
      greets: true,
    })
    started.push(site)
    const before = process.cpuUsage()
    const outcome = await check(site.port, { timeoutMs: 2_000, script: [{ expectPattern: '(x+x+)+y$' }] })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'UNEXPECTED_ANSWER' })
    expect(process.cpuUsage(before).user).toBeLessThan(1_500_000)
    expect(outcome.phases.total).toBeLessThan(1_500_000)
  })

  test('under TLS that demands a certificate of ours says so', async () => {
    for (const script of [undefined, [{ expect: 'hello' }]]) {
      const site = await startTarget([], {
        tls: { ...identity, requestCert: true, rejectUnauthorized: true, ca: authority.cert },
      })
      started.push(site)
      const outcome = await check(site.port, { security: 'tls', ...(script && { script }) })
      expect(outcome).toMatchObject({ verdict: 'down', code: 'TLS_CLIENT_CERT_REQUIRED' })
    }
  })

  const failing: [string, readonly Step[], string, RegExp][] = [
    ['nothing', [], 'ANSWER_TIMEOUT', /did not answer in \d+ ms/],
    [
      'something else',
      ['goodbye \x1b[31m\r\n'],
      'UNEXPECTED_ANSWER',
      /^Answer: 'goodbye \\x1b\[31m', expected 'hello'$/,
    ],
    ['the end of the connection', ['FIN'], 'CLOSED_EARLY', /closed the connection before 'hello'/],
    ['a reset', ['RST'], 'CLOSED_EARLY', /reset the connection/],
    ['too much', [{ endless: 'x'.repeat(4_096) }], 'UNEXPECTED_ANSWER', /bytes without 'hello'/],
  ]
  test.each(failing)('that is answered with %s fails in time', async (_what, said, code, message) => {
    const site = await startTarget(said, { greets: true })
    started.push(site)
    const outcome = await check(site.port, { timeoutMs: 400, script: [{ expect: 'hello' }] })
    expect(outcome).toMatchObject({ verdict: 'down', code } as object)
    expect(outcome.message).toMatch(message)
    expect(outcome.phases.total).toBeLessThan(650_000)
    expect(outcome.evidence?.addresses).toEqual(['127.0.0.1'])
    await until(() => site.openConnections() === 0, 'the connection to close')
  })
})

const smtp = {
  EHLO: '250-mail\r\n250 STARTTLS\r\n',
  STARTTLS: { say: '220 go\r\n', next: 'tls' },
  QUIT: { say: '221 bye\r\n', next: 'end' },
} as const

describe('a protocol', () => {
  const known: [TcpSpec['protocol'], string, Readonly<Record<string, Said>>][] = [
    ['smtp', '220-mail\r\n220 mail ESMTP\r\n', smtp],
    ['imap', '* OK ready\r\n', {}],
    ['pop3', '+OK ready\r\n', {}],
    ['ftp', '220 ready\r\n', {}],
    ['redis', '', { PING: '+PONG\r\n' }],
    ['redis', '', { PING: '-NOAUTH Authentication required.\r\n' }],
    ['ssh', 'SSH-2.0-OpenSSH_9.6\r\n', {}],
  ]
  test.each(known)('%s is known by its greeting', async (protocol, greeting, answers) => {
    const site = await talking(greeting, answers)
    expect(await check(site.port, { protocol })).toMatchObject({ verdict: 'up', code: 'OK' })
  })

  test('postgres is known by its answer to the question for TLS', async () => {
    const site = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket) => void socket.write('N') } })
    expect((await check(site.port, { protocol: 'postgres' })).code).toBe('OK')
    expect((await check(site.port, { protocol: 'postgres', security: 'starttls' })).code).toBe('STARTTLS_REFUSED')
    site.stop(true)
  })

  test.each([
    ['smtp', '554 no service\r\n'],
    ['imap', '* BYE overloaded\r\n'],
    ['pop3', '-ERR down\r\n'],
    ['ftp', '421 too many\r\n'],
  ] as const)('%s that says no is down at once', async (protocol, greeting) => {
    const site = await talking(greeting)
    const outcome = await check(site.port, { protocol, timeoutMs: 5_000 })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'UNEXPECTED_ANSWER' })
    expect(outcome.phases.total).toBeLessThan(1_000_000)
  })

  const upgrades: [TcpSpec['protocol'], string, Readonly<Record<string, Said>>][] = [
    ['smtp', '220 mail\r\n', smtp],
    ['imap', '* OK\r\n', { 'a1 STARTTLS': { say: 'a1 OK begin\r\n', next: 'tls' } }],
    ['pop3', '+OK\r\n', { STLS: { say: '+OK begin\r\n', next: 'tls' } }],
    ['ftp', '220 ready\r\n', { 'AUTH TLS': { say: '234 begin\r\n', next: 'tls' } }],
  ]
  test.each(upgrades)('%s goes on under TLS', async (protocol, greeting, answers) => {
    const site = await talking(greeting, answers)
    const outcome = await check(site.port, { protocol, security: 'starttls' })
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', certificate: { names: ['127.0.0.1'] } })
    expect(outcome.phases.tls).toBeGreaterThan(0)
    await until(() => site.heard.some((line) => line.startsWith('🔒')), 'the farewell under TLS')
  })

  test('smtp that does not offer TLS is down', async () => {
    const site = await talking('220 mail\r\n', { ...smtp, STARTTLS: '454 not now\r\n' })
    const outcome = await check(site.port, { protocol: 'smtp', security: 'starttls' })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'STARTTLS_REFUSED' })
    expect(outcome.message).toContain("'454 not now'")
  })

  test('smtp that says more before the handshake is not believed', async () => {
    const site = await talking('220 mail\r\n', {
      ...smtp,
      STARTTLS: { say: '220 go\r\n250 injected\r\n', next: 'tls' },
    })
    const outcome = await check(site.port, { protocol: 'smtp', security: 'starttls' })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'STARTTLS_REFUSED' })
    expect(outcome.message).toContain('250 injected')
  })

  test('smtp under a certificate of nobody is down, and up where that is wished', async () => {
    const stranger = await makeCertificate({ names: ['127.0.0.1'] })
    const site = await startTalkingTarget('220 mail\r\n', smtp, stranger)
    started.push(site)
    expect((await check(site.port, { protocol: 'smtp', security: 'starttls' })).code).toBe('TLS_SELF_SIGNED')
    expect((await check(site.port, { protocol: 'smtp', security: 'starttls', tls: { verify: false } })).code).toBe('OK')
  })

  test('ssh has no TLS', async () => {
    expect((await check(1, { protocol: 'ssh', security: 'starttls' })).code).toBe('STARTTLS_REFUSED')
  })
})
