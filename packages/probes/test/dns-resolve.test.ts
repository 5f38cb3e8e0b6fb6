import { afterEach, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Answer } from 'dns-packet'
import { createResolver, type ResolveOptions } from '../src/dns/resolve.ts'
import { parseDnsServer } from '../src/dns/server-address.ts'
import { parseHosts, parseResolvConf, readSystemNames } from '../src/dns/system-files.ts'
import { type Asked, type DnsAnswer, type DnsServerDouble, rcodes, startDnsServer } from '../testing/dns-server.ts'
import { loopback, openDescriptors, probe } from './probing.ts'

const servers: DnsServerDouble[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function server(
  script: (asked: Asked) => DnsAnswer | Promise<DnsAnswer>,
  options = {},
): Promise<DnsServerDouble> {
  const started = await startDnsServer(script, options)
  servers.push(started)
  return started
}

const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, ttl, data })
const aaaa = (name: string, data: string, ttl = 60): Answer => ({ type: 'AAAA', name, ttl, data })
const alias = (name: string, data: string): Answer => ({ type: 'CNAME', name, ttl: 60, data })
const soa = (minimum: number): Answer => ({
  type: 'SOA',
  name: 'example',
  ttl: 300,
  data: { mname: 'ns.example', rname: 'admin.example', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
})
/** Has addresses of the first family alone. */
const withV4 =
  (address = '192.0.2.1', ttl = 60) =>
  ({ name, type }: Asked): DnsAnswer =>
    type === 'A' ? { answers: [a(name, address, ttl)] } : {}

const NO_FILES = readSystemNames('/no/such/hosts', '/no/such/resolv.conf')
const look = (asked: readonly DnsServerDouble[], host = 'shop.example', options: Partial<ResolveOptions> = {}) =>
  createResolver({ servers: asked.map(({ address }) => address), names: NO_FILES })(host, {
    limitMs: 1_000,
    ...options,
  })

describe('a look-up', () => {
  test('has the addresses of both families, IPv6 first', async () => {
    const one = await server(({ name, type }) => ({
      answers: [type === 'A' ? a(name, '192.0.2.1') : aaaa(name, '2001:db8::1')],
    }))
    expect(await look([one])).toMatchObject({
      kind: 'addresses',
      addresses: ['2001:db8::1', '192.0.2.1'],
      ttlSeconds: 60,
    })
  })

  const rows: [string, string, (asked: Asked) => DnsAnswer, string, Partial<ResolveOptions>?][] = [
    ['A1', 'a name that does not exist', () => ({ rcode: rcodes.nxDomain }), 'DNS_NXDOMAIN'],
    ['A2', 'name servers that fail', () => ({ rcode: rcodes.servFail }), 'DNS_SERVFAIL'],
    ['A3', 'a refusal', () => ({ rcode: rcodes.refused }), 'DNS_REFUSED'],
    ['A4', 'silence about this name alone', () => 'silence', 'DNS_TIMEOUT', { limitMs: 400 }],
    ['A6', 'a name without addresses', () => ({ authorities: [soa(60)] }), 'DNS_NO_ADDRESS'],
    ['A7', 'an alias of itself', ({ name }) => ({ answers: [alias(name, name)] }), 'DNS_CNAME_LOOP'],
    [
      'A7',
      'aliases in a circle',
      ({ name }) => ({ answers: [alias(name, 'b.example'), alias('b.example', name)] }),
      'DNS_CNAME_LOOP',
    ],
    [
      'A7',
      'aliases in a circle over two answers',
      ({ name }) => ({ answers: [alias(name, name === 'shop.example' ? 'b.example' : 'shop.example')] }),
      'DNS_CNAME_LOOP',
    ],
    ['A7', 'aliases without end', ({ name }) => ({ answers: [alias(name, `x${name}`)] }), 'DNS_CNAME_LOOP'],
    [
      'A19',
      'another id',
      ({ name }) => ({ answers: [a(name, '192.0.2.1')], lie: 'id' }),
      'DNS_TIMEOUT',
      { limitMs: 400 },
    ],
    ['A19', 'another question', ({ name }) => ({ answers: [a(name, '192.0.2.1')], lie: 'question' }), 'DNS_MALFORMED'],
    ['A19', 'garbage', () => ({ bytes: Buffer.alloc(64, 0xff) }), 'DNS_MALFORMED'],
    ['A19', 'a loop of pointers', () => ({ bytes: loopOfPointers() }), 'DNS_MALFORMED'],
    [
      'A19',
      'a length beyond the packet',
      () => ({ bytes: Buffer.from('0000818000010001000000003f', 'hex') }),
      'DNS_MALFORMED',
    ],
  ]
  test.each(rows)('%s answered with %s is %s', async (...[, , script, code, options]) => {
    const startedAtMs = performance.now()
    const found = await look([await server(script)], 'shop.example', options)
    expect(found).toMatchObject({ kind: 'failed', code } as object)
    expect(performance.now() - startedAtMs).toBeLessThan(1_300)
  })

  test('A5 that nobody answers, not even about the root, is our own trouble', async () => {
    expect(await look([await server(() => 'silence', { isDead: true })], 'shop.example', { limitMs: 400 })).toEqual({
      kind: 'failed',
      code: 'PROBE_DNS',
    })
  })

  test('A5 by a resolver that fails about everything is our own trouble', async () => {
    const one = await server(() => ({ rcode: rcodes.servFail }), { isDead: true })
    expect(await look([one])).toMatchObject({ code: 'PROBE_DNS' })
  })

  test('A9 that leads through an alias to nothing names the alias', async () => {
    const one = await server(({ name }) => ({ answers: [alias(name, 'cdn.example')], rcode: rcodes.nxDomain }))
    const deps = { ...loopback, resolve: createResolver({ servers: [one.address], names: NO_FILES }) }
    const { code, message } = await probe('http://shop.example/', {}, deps)
    expect(code).toBe('DNS_NXDOMAIN')
    expect(message).toBe('DNS: shop.example leads to cdn.example, and cdn.example does not exist (NXDOMAIN)')
  })

  test('A10 is enough with one family where the other fails', async () => {
    const one = await server(({ name, type }) =>
      type === 'A' ? { rcode: rcodes.servFail } : { answers: [aaaa(name, '2001:db8::1')] },
    )
    expect(await look([one])).toMatchObject({ kind: 'addresses', addresses: ['2001:db8::1'] })
  })

  test('A11 that does not fit into a datagram is asked for again over a connection', async () => {
    const many = Array.from({ length: 200 }, (_, index) => a('shop.example', `192.0.2.${index}`))
    const one = await server(({ type, transport }) =>
      transport === 'udp' ? { isTruncated: true } : { answers: type === 'A' ? many : [] },
    )
    const found = await look([one])
    expect(found.kind === 'addresses' && found.addresses).toHaveLength(200)
  })

  test.each([
    ['is silent', (): DnsAnswer => 'silence'],
    ['fails', (): DnsAnswer => ({ rcode: rcodes.servFail })],
    ['refuses', (): DnsAnswer => ({ rcode: rcodes.refused })],
    ['sends garbage', (): DnsAnswer => ({ bytes: Buffer.alloc(40, 0xff) })],
  ])('A18 goes on with the second server where the first one %s', async (_what, script) => {
    expect(await look([await server(script), await server(withV4())])).toMatchObject({ addresses: ['192.0.2.1'] })
  })

  test('asks again where a datagram was lost', async () => {
    const one = await server((asked) => (asked.count === 1 ? 'silence' : withV4()(asked)))
    expect(await look([one])).toMatchObject({ kind: 'addresses', addresses: ['192.0.2.1'] })
  })

  test('asks a server that does not know extensions without them', async () => {
    const one = await server((asked) => (asked.count === 1 ? { rcode: rcodes.formErr } : withV4()(asked)))
    expect(await look([one])).toMatchObject({ addresses: ['192.0.2.1'] })
  })

  test('follows an alias that ends in another answer', async () => {
    const one = await server((asked) =>
      asked.name === 'shop.example' ? { answers: [alias(asked.name, 'cdn.example')] } : withV4()(asked),
    )
    expect(await look([one])).toMatchObject({ addresses: ['192.0.2.1'], names: ['shop.example', 'cdn.example'] })
  })

  test('of other letters asks in those of the DNS', async () => {
    const one = await server(withV4())
    await look([one], 'bücher.example')
    expect(one.asked[0]?.name).toBe('xn--bcher-kva.example')
  })

  test('by servers of a monitor asks them alone', async () => {
    const [own, other] = [await server(withV4()), await server(withV4('192.0.2.2'))]
    expect(await look([own], 'shop.example', { servers: [other.address] })).toMatchObject({ addresses: ['192.0.2.2'] })
    expect(own.asked).toEqual([])
  })

  test('leaves no descriptors behind that it does not use again', async () => {
    const one = await server((asked) => (asked.transport === 'udp' ? { isTruncated: true } : withV4()(asked)))
    for (let round = 0; round < 40; round += 1) await look([one], `warm${round}.example`)
    const before = openDescriptors()
    for (let round = 0; round < 40; round += 1) await look([one], `host${round}.example`)
    expect(openDescriptors()).toBeLessThanOrEqual(before + 2)
  })
})

describe('what is known', () => {
  const clocked = async (script: (asked: Asked) => DnsAnswer) => {
    const one = await server(script)
    let nowMs = 0
    const resolve = createResolver({ servers: [one.address], names: NO_FILES, nowMs: () => nowMs })
    return {
      one,
      look: (options: Partial<ResolveOptions> = {}) => resolve('shop.example', { limitMs: 1_000, ...options }),
      passSeconds: (seconds: number) => {
        nowMs += seconds * 1_000
      },
      queries: () => one.asked.filter(({ type }) => type === 'A').length,
    }
  }

  test('is kept for as long as its records say, and no longer', async () => {
    const { look, passSeconds, queries } = await clocked(withV4('192.0.2.1', 20))
    await look()
    passSeconds(19.9)
    await look()
    expect(queries()).toBe(1)
    passSeconds(0.2)
    await look()
    expect(queries()).toBe(2)
  })

  test('is not kept where its time to live is nothing', async () => {
    const { look, queries } = await clocked(withV4('192.0.2.1', 0))
    await look()
    await look()
    expect(queries()).toBe(2)
  })

  test('is asked anew where that is wished', async () => {
    const { look, queries } = await clocked(withV4())
    await look()
    await look({ isFresh: true })
    expect(queries()).toBe(2)
  })

  test('of an absence is kept for half a minute at most', async () => {
    const { look, passSeconds, queries } = await clocked(() => ({ rcode: rcodes.nxDomain, authorities: [soa(3_600)] }))
    await look()
    passSeconds(29)
    expect(await look()).toMatchObject({ code: 'DNS_NXDOMAIN' })
    expect(queries()).toBe(1)
    passSeconds(2)
    await look()
    expect(queries()).toBe(2)
  })

  test('of a failure is not kept at all', async () => {
    const { look, queries } = await clocked((asked) =>
      asked.count <= 3 ? { rcode: rcodes.servFail } : withV4()(asked),
    )
    while ((await look()).kind === 'failed');
    expect(queries()).toBeLessThanOrEqual(4)
  })

  test('is asked for once where many ask at the same time', async () => {
    const { look, queries } = await clocked(withV4())
    await Promise.all(Array.from({ length: 100 }, () => look()))
    expect(queries()).toBe(1)
  })

  test('of one resolver is not told for another', async () => {
    const { look, one } = await clocked(withV4())
    const other = await server(withV4('192.0.2.9'))
    await look()
    expect(await look({ servers: [other.address] })).toMatchObject({ addresses: ['192.0.2.9'] })
    expect(await look()).toMatchObject({ addresses: ['192.0.2.1'] })
    expect(one.asked.filter(({ type }) => type === 'A')).toHaveLength(1)
  })
})

describe('a name that changes its addresses', () => {
  test('A14 from public to private is connected to where it was judged, in a thousand tries', async () => {
    let connections = 0
    const victim = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(String(++connections)) })
    const one = await server(({ name, type, count }) =>
      type === 'A' ? { answers: [a(name, count % 2 === 1 ? '127.0.0.2' : '127.0.0.1', 0)] } : {},
    )
    const { createEgressPolicy } = await import('../src/egress/egress.ts')
    const deps = {
      resolve: createResolver({ servers: [one.address], names: NO_FILES }),
      egress: createEgressPolicy({ allowedCidrs: ['127.0.0.2'] }),
    }
    const outcomes = new Set<string>()
    for (let round = 0; round < 1_000; round += 1) {
      outcomes.add((await probe(`http://rebind.example:${victim.port}/`, {}, deps)).code)
    }
    await victim.stop(true)
    expect(connections).toBe(0)
    expect([...outcomes].toSorted()).toEqual(['BLOCKED_ADDRESS', 'TCP_REFUSED'])
  }, 30_000)
})

describe('the machine', () => {
  test('is asked for its hosts first, and again when the file changes', async () => {
    const file = `${tmpdir()}/hosts-${crypto.randomUUID()}`
    writeFileSync(file, '192.0.2.7 Intra  # comment\n')
    const resolve = createResolver({ servers: ['127.0.0.1:9'], names: readSystemNames(file, '/no/such') })
    expect(await resolve('intra', { limitMs: 100 })).toMatchObject({ addresses: ['192.0.2.7'] })
    expect(await resolve('localhost', { limitMs: 100 })).toMatchObject({ addresses: ['::1', '127.0.0.1'] })
    await Bun.file(file).delete()
  })

  test('tries short names below its search domains', async () => {
    const one = await server((asked) =>
      asked.name === 'db.svc.example' ? withV4()(asked) : { rcode: rcodes.nxDomain },
    )
    const conf = `${tmpdir()}/resolv-${crypto.randomUUID()}`
    writeFileSync(conf, 'search a.example svc.example\noptions ndots:1\n')
    const resolve = createResolver({ servers: [one.address], names: readSystemNames('/no/such', conf) })
    expect(await resolve('db', { limitMs: 1_000 })).toMatchObject({ addresses: ['192.0.2.1'] })
    expect(await resolve('db.', { limitMs: 1_000 })).toMatchObject({ code: 'DNS_NXDOMAIN' })
    await Bun.file(conf).delete()
  })

  test('has servers, domains and dots in its configuration', () => {
    const text =
      '# a\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nnameserver name.example\nsearch a.example\nsearch b.example c.example\noptions timeout:2 ndots:5\n'
    expect(parseResolvConf(text)).toEqual({
      servers: [
        { address: '192.0.2.53', port: 53 },
        { address: 'fe80::1', port: 53 },
      ],
      search: ['b.example', 'c.example'],
      dots: 5,
    })
    expect(parseResolvConf('').servers).toEqual([{ address: '127.0.0.1', port: 53 }])
    expect(parseHosts('::1 localhost\n127.0.0.1 localhost x\nnot an address').get('localhost')).toEqual([
      '::1',
      '127.0.0.1',
    ])
  })
})

test.each([
  ['192.0.2.53', '192.0.2.53', 53],
  ['192.0.2.53:5353', '192.0.2.53', 5_353],
  ['2001:db8::53', '2001:db8::53', 53],
  ['[2001:db8::53]:5353', '2001:db8::53', 5_353],
])('the server %s is %s at port %d', (text, address, port) => {
  expect(parseDnsServer(text)).toEqual({ address, port })
})

test.each(['dns.example', '192.0.2.53:0', '192.0.2.53:99999', '192.0.2:53', ''])('%p is no server', (text) => {
  expect(parseDnsServer(text)).toBeUndefined()
})

/** An answer whose question's name points to itself. */
function loopOfPointers(): Buffer {
  return Buffer.from('000081800001000000000000c00c00010001', 'hex')
}
