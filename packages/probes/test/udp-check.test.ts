import { afterEach, describe, expect, test } from 'bun:test'
import dgram from 'node:dgram'
import { type UdpSpec, udpSpecSchema } from '@repo/contracts/specs/socket'
import { probeUdp } from '../src/checks/udp.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { loopback, openDescriptors, running, until } from './probing.ts'

const sockets: dgram.Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

/** A server that answers each datagram as it is told; nothing where there is no answer. */
async function startServer(answer: (heard: Buffer, count: number) => Buffer | string | undefined, host = '127.0.0.1') {
  const heard: Buffer[] = []
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (message, from) => {
    heard.push(message)
    const said = answer(message, heard.length)
    if (said !== undefined) socket.send(said, from.port, from.address)
  })
  await new Promise<void>((bound) => socket.bind(0, host, bound))
  sockets.push(socket)
  return { port: socket.address().port, heard }
}

function ask(port: number, rest: Partial<UdpSpec> = {}, deps = loopback) {
  const spec = udpSpecSchema.parse({ kind: 'udp', host: '127.0.0.1', port, send: 'ping', timeoutMs: 600, ...rest })
  return probeUdp(spec, deps, running)
}

describe('a datagram', () => {
  test.each(['127.0.0.1', '::1'])('that is answered is up: %s', async (host) => {
    const { port, heard } = await startServer(() => 'pong', host)
    const before = openDescriptors()
    const outcome = await ask(port, { host })
    expect(outcome).toMatchObject({ verdict: 'up', address: host, facts: { answer: 'pong', answerBytes: 4 } })
    expect(heard).toEqual([Buffer.from('ping')])
    await until(() => openDescriptors() === before, 'the socket to close')
  })

  test('is sent again where it was lost', async () => {
    const { port, heard } = await startServer((_heard, count) => (count < 2 ? undefined : 'pong'))
    expect((await ask(port)).code).toBe('OK')
    expect(heard).toHaveLength(2)
  })

  test('that nobody answers is down at the deadline', async () => {
    const { port, heard } = await startServer(() => undefined)
    const outcome = await ask(port, { timeoutMs: 300 })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'UDP_NO_ANSWER', evidence: { request: 'ping', body: null } })
    expect(outcome.phases.total).toBeLessThan(550_000)
    expect(heard.length).toBeGreaterThan(1)
  })

  test('to a port where nobody listens is refused at once', async () => {
    const { port } = await startServer(() => undefined)
    for (const socket of sockets.splice(0)) await new Promise<void>((closed) => socket.close(closed))
    expect(await ask(port)).toMatchObject({ verdict: 'down', code: 'UDP_REFUSED' })
  })

  const answers: [string, Partial<UdpSpec>, string, string][] = [
    ['the text that is expected', { expect: 'pong' }, 'a pong b', 'OK'],
    ['another text', { expect: 'pong' }, 'pang\x1b', 'UNEXPECTED_ANSWER'],
    ['the bytes that are expected', { send: '70 69', expect: '706f', encoding: 'hex' }, 'po', 'OK'],
    ['other bytes', { send: 'AA==', expect: 'AQ==', encoding: 'base64' }, 'x', 'UNEXPECTED_ANSWER'],
  ]
  test.each(answers)('answered with %s', async (_what, wishes, said, code) => {
    const { port } = await startServer(() => said)
    const outcome = await ask(port, wishes)
    expect(outcome.code).toBe(code as never)
    expect(outcome.message).not.toContain('\x1b')
  })

  test('is heard from the peer alone', async () => {
    const { port } = await startServer((heard) => heard)
    const stranger = dgram.createSocket('udp4')
    sockets.push(stranger)
    expect((await ask(port, { expect: 'ping' })).facts).toMatchObject({ answer: 'ping' })
  })

  test('is behind the egress guard', async () => {
    const { port, heard } = await startServer(() => 'pong')
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await ask(port, {}, closed)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
    expect(heard).toEqual([])
  })

  test('that is under way when the probe is stopped is nobody’s failure', async () => {
    const { port } = await startServer(() => undefined)
    const spec = udpSpecSchema.parse({ kind: 'udp', host: '127.0.0.1', port, send: 'x', timeoutMs: 20_000 })
    await expect(probeUdp(spec, loopback, AbortSignal.timeout(50))).rejects.toThrow()
  })
})
