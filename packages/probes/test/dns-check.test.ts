import { afterEach, describe, expect, test } from 'bun:test'
import { type DnsSpec, dnsSpecSchema } from '@repo/contracts/specs/names'
import type { Answer } from 'dns-packet'
import { probeDns } from '../src/checks/dns.ts'
import { createDnsQuery } from '../src/dns/resolve.ts'
import { reverseName } from '../src/dns/reverse-name.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { type Asked, type DnsAnswer, type DnsServerDouble, rcodes, startDnsServer } from '../testing/dns-server.ts'
import { loopback, phaseSumUs, running } from './probing.ts'

const servers: DnsServerDouble[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function server(script: (asked: Asked) => DnsAnswer | Promise<DnsAnswer>): Promise<DnsServerDouble> {
  const started = await startDnsServer(script)
  servers.push(started)
  return started
}

async function ask(script: (asked: Asked) => DnsAnswer | Promise<DnsAnswer>, spec: Partial<DnsSpec>) {
  const { address } = await server(script)
  const whole = dnsSpecSchema.parse({ kind: 'dns', name: 'shop.example', timeoutMs: 1_000, ...spec })
  return probeDns(whole, { ...loopback, query: createDnsQuery({ servers: [address] }) }, running)
}

const ttl = 300
const name = 'shop.example'
const records: Record<DnsSpec['type'], [Answer, string]> = {
  A: [{ type: 'A', name, ttl, data: '192.0.2.1' }, '192.0.2.1'],
  AAAA: [{ type: 'AAAA', name, ttl, data: '2001:db8::1' }, '2001:db8::1'],
  CNAME: [{ type: 'CNAME', name, ttl, data: 'CDN.example' }, 'cdn.example'],
  MX: [{ type: 'MX', name, ttl, data: { preference: 10, exchange: 'mail.example' } }, '10 mail.example'],
  TXT: [{ type: 'TXT', name, ttl, data: ['v=spf1 ', '-all'] }, 'v=spf1 -all'],
  NS: [{ type: 'NS', name, ttl, data: 'ns.example' }, 'ns.example'],
  SOA: [
    {
      type: 'SOA',
      name,
      ttl,
      data: {
        mname: 'ns.example',
        rname: 'admin.example',
        serial: 2026112401,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 4,
      },
    },
    'ns.example admin.example 2026112401 1 2 3 4',
  ],
  CAA: [
    { type: 'CAA', name, ttl, data: { flags: 0, tag: 'issue', value: 'letsencrypt.org' } },
    '0 issue "letsencrypt.org"',
  ],
  SRV: [
    { type: 'SRV', name, ttl, data: { priority: 1, weight: 2, port: 5_060, target: 'sip.example' } },
    '1 2 5060 sip.example',
  ],
  PTR: [{ type: 'PTR', name, ttl, data: 'host.example' }, 'host.example'],
}

describe('a record', () => {
  const cases = Object.entries(records) as [DnsSpec['type'], [Answer, string]][]
  test.each(cases)('of type %s is read and compared', async (type, [answer, value]) => {
    const outcome = await ask(() => ({ answers: [answer] }), { type, expected: { is: 'set', values: [value] } })
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', facts: { records: [value], ttlSeconds: ttl } })
    expect(outcome.phases.dns).toBeGreaterThan(0)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
  })

  const two: Answer[] = [records.A[0], { type: 'A', name, ttl: 60, data: '192.0.2.2' }]
  const expectations: [string, NonNullable<DnsSpec['expected']>, string, RegExp][] = [
    ['all of them', { is: 'set', values: ['192.0.2.2', '192.0.2.1'] }, 'OK', /192\.0\.2\.1/],
    ['some of them', { is: 'contains', values: ['192.0.2.2'] }, 'OK', /./],
    ['others', { is: 'contains', values: ['192.0.2.9'] }, 'DNS_VALUE', /lacks '192\.0\.2\.9'/],
    ['fewer', { is: 'set', values: ['192.0.2.1'] }, 'DNS_VALUE', /has '192\.0\.2\.2', which nobody expects/],
  ]
  test.each(expectations)('is compared with what is expected: %s', async (_what, expected, code, message) => {
    const outcome = await ask(() => ({ answers: two }), { expected })
    expect(outcome.code).toBe(code as never)
    expect(outcome.message).toMatch(message)
    expect(outcome.facts.ttlSeconds).toBe(60)
  })

  test('is compared whatever its letters and final dots', async () => {
    const expected = { is: 'set' as const, values: ['10 MAIL.example.'] }
    expect((await ask(() => ({ answers: [records.MX[0]] }), { type: 'MX', expected })).code).toBe('OK')
  })

  test('behind an alias counts', async () => {
    const answers: Answer[] = [records.CNAME[0], { type: 'A', name: 'cdn.example', ttl, data: '192.0.2.5' }]
    expect((await ask(() => ({ answers }), {})).facts.records).toEqual(['192.0.2.5'])
  })

  test.each([
    [2026112401, 'OK'],
    [2026112402, 'DNS_VALUE'],
  ])('of a zone has a serial that is not lower than %d: %s', async (minSerial, code) => {
    expect((await ask(() => ({ answers: [records.SOA[0]] }), { type: 'SOA', minSerial })).code).toBe(code as never)
  })

  test('of an address is asked for by its name in the reverse tree', async () => {
    const one = await server(({ name: asked }) => ({
      answers: [{ type: 'PTR', name: asked, ttl, data: 'host.example' }],
    }))
    const spec = dnsSpecSchema.parse({ kind: 'dns', name: '192.0.2.7', type: 'PTR', nameServers: [one.address] })
    expect((await probeDns(spec, loopback, running)).facts.records).toEqual(['host.example'])
    expect(one.asked[0]?.name).toBe('7.2.0.192.in-addr.arpa')
    expect(reverseName('2001:db8::1')).toBe(`1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`)
  })
})

describe('a question', () => {
  const rows: [string, () => DnsAnswer, string, string][] = [
    ['about what does not exist', () => ({ rcode: rcodes.nxDomain }), 'down', 'DNS_NXDOMAIN'],
    ['about what has no such record', () => ({}), 'down', 'DNS_NO_ADDRESS'],
    ['that the server fails at', () => ({ rcode: rcodes.servFail }), 'down', 'DNS_SERVFAIL'],
    ['that is refused', () => ({ rcode: rcodes.refused }), 'down', 'DNS_REFUSED'],
    ['answered with garbage', () => ({ bytes: Buffer.alloc(40, 1) }), 'down', 'DNS_MALFORMED'],
    ['that nobody answers', () => 'silence', 'down', 'DNS_TIMEOUT'],
  ]
  test.each(rows)('%s', async (_what, script, verdict, code) => {
    const outcome = await ask(script, { timeoutMs: 500 })
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.phases.total).toBeLessThan(750_000)
  })

  test('about an alias of what does not exist names what does not', async () => {
    const { message } = await ask(() => ({ answers: [records.CNAME[0]], rcode: rcodes.nxDomain }), {})
    expect(message).toBe('DNS: shop.example leads to cdn.example, and cdn.example does not exist (NXDOMAIN)')
  })

  test('is never answered from what is known', async () => {
    const one = await server(() => ({ answers: [records.A[0]] }))
    const spec = dnsSpecSchema.parse({ kind: 'dns', name, nameServers: [one.address] })
    await probeDns(spec, loopback, running)
    await probeDns(spec, loopback, running)
    expect(one.asked).toHaveLength(2)
  })

  test('that takes long is degraded where that is wished', async () => {
    const slow = async (): Promise<DnsAnswer> => {
      await Bun.sleep(60)
      return { answers: [records.A[0]] }
    }
    expect(await ask(slow, { slowAfterMs: 20 })).toMatchObject({ verdict: 'degraded', code: 'SLOW_DNS' })
  })

  test('to a resolver inside of the network is behind the egress guard', async () => {
    const one = await server(() => ({ answers: [records.A[0]] }))
    const spec = dnsSpecSchema.parse({ kind: 'dns', name, nameServers: [one.address] })
    const closed = { ...loopback, egress: createEgressPolicy({}) }
    expect(await probeDns(spec, closed, running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
    expect(one.asked).toEqual([])
  })

  test('that is under way when the probe is stopped is nobody’s failure', async () => {
    const one = await server(() => 'silence')
    const spec = dnsSpecSchema.parse({ kind: 'dns', name, nameServers: [one.address], timeoutMs: 20_000 })
    await expect(probeDns(spec, loopback, AbortSignal.timeout(50))).rejects.toThrow()
  })
})
