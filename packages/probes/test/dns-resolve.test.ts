import { afterEach, describe, expect, test } from 'bun:test'
import dgram from 'node:dgram'
import dnsPacket, { type Answer } from 'dns-packet'
import { createResolver, type ResolveOptions } from '../src/dns/resolve.ts'
import { strayDatagrams } from '../src/dns/udp.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { type Asked, type DnsAnswer, rcodes, zone } from '../testing/dns-server.ts'
import { a, aaaa, alias, look, NO_FILES, server, soa, stopServers, withV4 } from './dns-asking.ts'
import { loopback, openDescriptors, probe } from './probing.ts'

afterEach(stopServers)

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
      'DNS_MALFORMED',
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

  test('A5 by a resolver that refuses everything, or sends garbage about everything, is our own trouble', async () => {
    const refusing = await server(() => ({ rcode: rcodes.refused }), { isDead: true })
    expect(await look([refusing])).toMatchObject({ code: 'PROBE_DNS' })
    const noisy = await server(() => ({ bytes: Buffer.alloc(40, 0xff) }), { isDead: true })
    expect(await look([noisy], 'shop.example', { limitMs: 400 })).toMatchObject({ code: 'PROBE_DNS' })
  })

  test('A5 to where this machine has no way is our own trouble', async () => {
    const region = await server(withV4())
    // Nobody may send to all machines at once who has not said that he wants to.
    expect(await look([region], 'shop.example', { servers: ['255.255.255.255'] })).toEqual({
      kind: 'failed',
      code: 'PROBE_DNS',
    })
  })

  test('A2 by a monitor’s own server that fails is not excused by a resolver of the region that is dead', async () => {
    const region = await server(() => 'silence', { isDead: true })
    const own = await server(() => ({ rcode: rcodes.servFail }))
    expect(await look([region], 'shop.example', { servers: [own.address] })).toMatchObject({ code: 'DNS_SERVFAIL' })
  })

  test('A4 asks the region’s resolver about a monitor’s own server that is silent', async () => {
    const [region, own] = [await server(withV4()), await server(() => 'silence', { isDead: true })]
    const options = { servers: [own.address], limitMs: 400 }
    expect(await look([region], 'shop.example', options)).toMatchObject({ code: 'DNS_TIMEOUT' })
    const dead = await server(() => 'silence', { isDead: true })
    expect(await look([dead], 'shop.example', options)).toMatchObject({ code: 'PROBE_DNS' })
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

  test('A17 waits for a slow answer until the end, and does not ask for good in between', async () => {
    const one = await server((asked) => ({ ...(withV4()(asked) as object), delayMs: asked.type === 'A' ? 1_000 : 0 }))
    const startedAtMs = performance.now()
    expect(await look([one], 'shop.example', { limitMs: 3_000 })).toMatchObject({ addresses: ['192.0.2.1'] })
    expect(performance.now() - startedAtMs).toBeLessThan(1_700)
  })

  test('A17 takes the answer of the first server, where the second one that was asked meanwhile is silent', async () => {
    const slow = await server((asked) => ({ ...(withV4()(asked) as object), delayMs: 500 }))
    expect(await look([slow, await server(() => 'silence')])).toMatchObject({ addresses: ['192.0.2.1'] })
  })

  test('A18 goes to the silent one of two servers last from then on', async () => {
    const [dead, living] = [await server(() => 'silence'), await server(withV4())]
    const resolve = createResolver({ servers: [dead.address, living.address], names: NO_FILES })
    await resolve('one.example', { limitMs: 1_000 })
    const askedBefore = dead.asked.length
    const startedAtMs = performance.now()
    expect(await resolve('two.example', { limitMs: 1_000 })).toMatchObject({ addresses: ['192.0.2.1'] })
    expect(performance.now() - startedAtMs).toBeLessThan(900)
    expect(dead.asked).toHaveLength(askedBefore)
  })

  test('A19 takes the true answer behind a forged one, and counts the forgery', async () => {
    const one = await server((asked) => [
      { answers: [a(asked.name, '192.0.2.66')], lie: 'id' },
      { bytes: Buffer.alloc(64, 0xff) },
      { answers: [a(asked.name, '192.0.2.66')], lie: 'question' },
      withV4()(asked),
    ])
    const before = strayDatagrams()
    expect(await look([one])).toMatchObject({ kind: 'addresses', addresses: ['192.0.2.1'] })
    expect(strayDatagrams()).toBeGreaterThanOrEqual(before + 2)
  })

  test('A19 does not listen to another port of the server', async () => {
    const forger = dgram.createSocket('udp4')
    const one = await server((asked) => {
      if (asked.type === 'A') forge(forger, asked)
      return { ...(withV4()(asked) as object), delayMs: 50 }
    })
    expect(await look([one])).toMatchObject({ kind: 'addresses', addresses: ['192.0.2.1'] })
    forger.close()
  })

  test('A19 by a lame server, which only names others, is refused', async () => {
    const referral: Answer = { type: 'NS', name: 'example', ttl: 60, data: 'ns.other.example' }
    const one = await server(() => ({ isLame: true, authorities: [referral] }))
    expect(await look([one])).toMatchObject({ code: 'DNS_REFUSED' })
    expect(await look([one, await server(withV4())])).toMatchObject({ addresses: ['192.0.2.1'] })
  })

  test('that is answered with far more than was offered to be taken', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => a('shop.example', `10.0.${index >> 8}.${index & 0xff}`))
    const one = await server(({ type }) => ({ answers: type === 'A' ? many : [] }))
    const found = await look([one])
    expect(found.kind === 'addresses' && found.addresses).toHaveLength(256)
  })

  describe('over a connection', () => {
    const truncated = (rest: DnsAnswer) => (asked: Asked) => (asked.transport === 'udp' ? { isTruncated: true } : rest)
    const broken: [string, DnsAnswer, string][] = [
      ['that says nothing', 'silence', 'DNS_TIMEOUT'],
      ['that sends garbage', { bytes: Buffer.alloc(65_535, 0xff) }, 'DNS_MALFORMED'],
      ['that sends another id', { lie: 'id' }, 'DNS_MALFORMED'],
      ['that fails', { rcode: rcodes.servFail }, 'DNS_SERVFAIL'],
    ]
    test.each(broken)('%s', async (_what, rest, code) => {
      expect(await look([await server(truncated(rest))], 'shop.example', { limitMs: 500 })).toMatchObject({
        code,
      } as object)
    })

    test('that says nothing, it is not sent for again by datagrams', async () => {
      const one = await server(truncated('silence'))
      await look([one], 'shop.example', { limitMs: 700, family: 4 })
      expect(one.asked.filter(({ type }) => type === 'A').map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
    })

    test('that says nothing, the second server is asked meanwhile', async () => {
      const found = await look([await server(truncated('silence')), await server(withV4())])
      expect(found).toMatchObject({ addresses: ['192.0.2.1'] })
    })
  })

  test.each([
    ['with a label of 64 letters', `${'a'.repeat(64)}.example`],
    ['of 300 letters', `${'a.'.repeat(146)}example`],
    ['with an empty label', 'a..example'],
  ])('of a name %s, which cannot be, asks nobody', async (_what, host) => {
    const one = await server(withV4())
    expect(await look([one], host)).toEqual({ kind: 'failed', code: 'DNS_NXDOMAIN' })
    expect(one.asked).toEqual([])
  })

  test('of an address is that address, and asks nobody', async () => {
    const one = await server(withV4())
    expect(await look([one], '192.0.2.7')).toMatchObject({ addresses: ['192.0.2.7'], source: 'hosts' })
    expect(await look([one], '2001:db8::7', { family: 4 })).toMatchObject({ code: 'DNS_NO_ADDRESS' })
    expect(one.asked).toEqual([])
  })

  test('of one family asks for that one alone', async () => {
    const one = await server(withV4())
    expect(await look([one], 'shop.example', { family: 4 })).toMatchObject({ addresses: ['192.0.2.1'] })
    expect(one.asked.map(({ type }) => type)).toEqual(['A'])
    expect(await look([one], 'localhost', { family: 4 })).toMatchObject({ addresses: ['127.0.0.1'] })
  })

  test('follows aliases through a zone to their end', async () => {
    const one = await server(
      zone([
        alias('shop.example', 'www.shop.example'),
        alias('www.shop.example', 'cdn.example'),
        a('cdn.example', '192.0.2.1'),
        soa(60),
      ]),
    )
    expect(await look([one])).toMatchObject({
      addresses: ['192.0.2.1'],
      names: ['shop.example', 'www.shop.example', 'cdn.example'],
    })
    expect(await look([one], 'cdn.example', { family: 6 })).toMatchObject({ code: 'DNS_NO_ADDRESS' })
    expect(await look([one], 'none.example')).toMatchObject({ code: 'DNS_NXDOMAIN' })
  })

  test('A4 without an answer says how long was waited', async () => {
    const one = await server(() => 'silence')
    const deps = { ...loopback, resolve: createResolver({ servers: [one.address], names: NO_FILES }) }
    const { code, message } = await probe('http://shop.example/', { timeoutMs: 400 }, deps)
    expect(code).toBe('DNS_TIMEOUT')
    expect(message).toMatch(/^DNS: no answer about shop\.example in \d{3} ms$/)
  })

  test('during which this process stood still blames nobody', async () => {
    const resolve = async () => {
      Bun.sleepSync(1_500)
      return { kind: 'failed', code: 'DNS_TIMEOUT' } as const
    }
    const outcome = await probe('http://shop.example/', { timeoutMs: 300 }, { ...loopback, resolve })
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'CLOCK_JUMP' })
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

describe('a name that changes its addresses', () => {
  test('A14 from public to private is connected to where it was judged, in a thousand tries', async () => {
    let connections = 0
    const victim = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(String(++connections)) })
    const one = await server(({ name, type, count }) =>
      type === 'A' ? { answers: [a(name, count % 2 === 1 ? '127.0.0.2' : '127.0.0.1', 0)] } : {},
    )
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

/** An answer to the right question with the right id, from a port that nobody has asked. */
function forge(forger: dgram.Socket, { id, fromPort }: Asked): void {
  const questions = [{ type: 'A' as const, name: 'shop.example' }]
  const packet = dnsPacket.encode({ type: 'response', id, questions, answers: [a('shop.example', '192.0.2.66')] })
  forger.send(packet, fromPort, '127.0.0.1')
}

/** An answer whose question's name points to itself. */
function loopOfPointers(): Buffer {
  return Buffer.from('000081800001000000000000c00c00010001', 'hex')
}
