import { afterEach, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createResolver } from '../src/dns/resolve.ts'
import { parseDnsServer } from '../src/dns/server-address.ts'
import { parseHosts, parseResolvConf, readSystemNames } from '../src/dns/system-files.ts'
import { rcodes } from '../testing/dns-server.ts'
import { server, stopServers, withV4 } from './dns-asking.ts'

afterEach(stopServers)

describe('the machine', () => {
  test('is asked for its hosts first, and again when the file changes', async () => {
    const file = `${tmpdir()}/hosts-${crypto.randomUUID()}`
    writeFileSync(file, '192.0.2.7 Intra  # comment\n')
    const resolve = createResolver({ servers: ['127.0.0.1:9'], names: readSystemNames(file, '/no/such') })
    expect(await resolve('intra', { limitMs: 100 })).toMatchObject({ addresses: ['192.0.2.7'] })
    expect(await resolve('localhost', { limitMs: 100 })).toMatchObject({ addresses: ['::1', '127.0.0.1'] })
    await Bun.file(file).delete()
  })

  test('whose files cannot be read knows nothing, and asks', async () => {
    const one = await server(withV4())
    const resolve = createResolver({ servers: [one.address], names: readSystemNames(tmpdir(), tmpdir()) })
    expect(await resolve('shop.example', { limitMs: 1_000 })).toMatchObject({ addresses: ['192.0.2.1'] })
  })

  test('tries a short name as it is where something is wrong below the search domain', async () => {
    const one = await server((asked) => (asked.name === 'db' ? withV4()(asked) : { rcode: rcodes.servFail }))
    const conf = `${tmpdir()}/resolv-${crypto.randomUUID()}`
    writeFileSync(conf, 'search a.example\n')
    const resolve = createResolver({ servers: [one.address], names: readSystemNames('/no/such', conf) })
    expect(await resolve('db', { limitMs: 1_000 })).toMatchObject({ addresses: ['192.0.2.1'] })
    await Bun.file(conf).delete()
  })

  test('says how often and how long its servers are waited for', async () => {
    const one = await server(() => 'silence')
    const conf = `${tmpdir()}/resolv-${crypto.randomUUID()}`
    writeFileSync(conf, 'options attempts:1 timeout:1\n')
    const resolve = createResolver({ servers: [one.address], names: readSystemNames('/no/such', conf) })
    await resolve('shop.example', { limitMs: 600, family: 4 })
    expect(one.asked.filter(({ type }) => type === 'A')).toHaveLength(1)
    await Bun.file(conf).delete()
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
      '# a\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nnameserver name.example\nsearch a.example\nsearch b.example c.example\noptions timeout:2 ndots:5 attempts:1 rotate\n'
    expect(parseResolvConf(text)).toEqual({
      servers: [
        { address: '192.0.2.53', port: 53 },
        { address: 'fe80::1', port: 53 },
      ],
      search: ['b.example', 'c.example'],
      dots: 5,
      tries: 1,
      tryMs: 2_000,
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
