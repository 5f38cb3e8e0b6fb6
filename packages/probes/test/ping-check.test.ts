import { describe, expect, test } from 'bun:test'
import { pingSpecSchema } from '@repo/contracts/specs/socket'
import { probePing } from '../src/checks/ping.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { echoRequest, parseEchoReply } from '../src/ping/icmp-packet.ts'
import { openIcmpSocket } from '../src/ping/icmp-socket.ts'
import { roundTrips, summed } from '../src/ping/round-trips.ts'
import { readPrinted } from '../src/ping/system-ping.ts'
import { loopback, openDescriptors, running } from './probing.ts'

function ping(host: string, rest: object = {}, deps = loopback) {
  return probePing(
    pingSpecSchema.parse({ kind: 'ping', host, timeoutMs: 1_000, intervalMs: 10, ...rest }),
    deps,
    running,
  )
}

const hasIcmp = openIcmpSocket(4)
hasIcmp?.close()

describe('a ping', () => {
  // Where the kernel lets nobody but root speak ICMP and there is no ping program, that is all a probe can say.
  const up = hasIcmp ? { verdict: 'up', code: 'OK' } : { verdict: 'unknown', code: 'PING_UNAVAILABLE' }

  test.each(['127.0.0.1', '::1'])('of a machine that answers is up: %s', async (host) => {
    const outcome = await ping(host)
    expect(outcome).toMatchObject(up)
    if (!hasIcmp) return
    expect(outcome.facts).toMatchObject({ sent: 3, received: 3, lossPercent: 0 })
    const { minMs, avgMs, maxMs } = outcome.facts as Record<string, number>
    expect([minMs, avgMs, maxMs]).toEqual([minMs, avgMs, maxMs].toSorted((a, b) => (a ?? 0) - (b ?? 0)))
    expect(maxMs).toBeLessThan(1_000)
  })

  test('of many machines at once tells their answers apart', async () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `127.0.1.${index + 1}`)
    const outcomes = await Promise.all(hosts.map((host) => ping(host)))
    expect(outcomes.map(({ code, address }) => [code, address])).toEqual(hosts.map((host) => [up.code, host]))
  })

  test('of nobody is down at its deadline, and of a stop it is nothing', async () => {
    const open = { ...loopback, egress: createEgressPolicy({ allowedCidrs: ['240.0.0.0/4', 'private'] }) }
    const stop = AbortSignal.timeout(50)
    const spec = pingSpecSchema.parse({ kind: 'ping', host: '240.0.0.1', timeoutMs: 300, intervalMs: 10 })
    const outcome = await probePing(spec, open, running)
    expect(outcome.verdict).not.toBe('up')
    expect(outcome.phases.total).toBeLessThan(600_000)
    const stopped = probePing(
      { ...spec, host: '127.0.0.1', count: 10, intervalMs: 1_000, timeoutMs: 20_000 },
      loopback,
      stop,
    )
    await expect(stopped.then(({ verdict }) => verdict)).rejects.toThrow()
  })

  test('is behind the egress guard', async () => {
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await ping('127.0.0.1', {}, closed)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
  })

  test('keeps one descriptor of a family, however many there were', async () => {
    await ping('127.0.0.1')
    const before = openDescriptors()
    for (let round = 0; round < 20; round += 1) await ping('127.0.0.1', { count: 1 })
    expect(openDescriptors()).toBe(before)
  })
})

describe('what came back', () => {
  test('is counted and timed', () => {
    expect(summed(4, [1, 3, 2])).toEqual({
      sent: 4,
      received: 3,
      lossPercent: 25,
      minMs: 1,
      avgMs: 2,
      maxMs: 3,
      jitterMs: 1.5,
    })
    expect(summed(2, [])).toMatchObject({ received: 0, lossPercent: 100, avgMs: null })
  })

  test.each([
    [101, '192.0.2.1', 'SELF_OFFLINE'],
    [101, '2001:db8::1', 'NO_ROUTE_V6'],
    [113, '192.0.2.1', 'TCP_UNREACHABLE'],
    [1, '192.0.2.1', 'PING_UNAVAILABLE'],
  ])('where nothing could be sent (error %d to %s) is %s', (errno, address, code) => {
    expect(roundTrips([{ kind: 'not-sent', errno }], address)).toMatchObject({ code })
  })

  test('is read from the ping program of the system', () => {
    const printed =
      'PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms\n'
    expect(readPrinted(printed, 2)).toMatchObject({ sent: 2, received: 1, lossPercent: 50, minMs: 0.045 })
    expect(readPrinted('ping: socket: Operation not permitted\n', 2)).toBeUndefined()
  })
})

describe('an echo reply', () => {
  const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const reply = (family: 4 | 6) => {
    const packet = echoRequest(family, 7, cookie)
    packet[0] = family === 4 ? 0 : 129
    return packet
  }

  test('is known by its cookie, with and without a header of IP before it', () => {
    const header = Buffer.alloc(20)
    header[0] = 0x45
    const known = { sequence: 7, cookie: cookie.toString('hex') }
    expect(parseEchoReply(4, reply(4))).toEqual(known)
    expect(parseEchoReply(4, Buffer.concat([header, reply(4)]))).toEqual(known)
    expect(parseEchoReply(6, reply(6))).toEqual(known)
  })

  test.each([
    ['a request', echoRequest(4, 7, cookie)],
    ['nothing', Buffer.alloc(0)],
    ['a piece', reply(4).subarray(0, 20)],
    ['a header alone', Buffer.from([0x4f])],
  ])('is not %s', (_what, packet) => {
    expect(parseEchoReply(4, packet)).toBeUndefined()
  })

  test('has a checksum that adds up', () => {
    const packet = echoRequest(4, 7, cookie)
    let sum = 0
    for (let index = 0; index < packet.length; index += 2) sum += packet.readUInt16BE(index)
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16)
    expect(sum).toBe(0xffff)
  })
})
