import { afterEach, describe, expect, test } from 'bun:test'
import type { Answer } from 'dns-packet'
import { createResolver, type ResolveOptions } from '../src/dns/resolve.ts'
import { type Asked, type DnsAnswer, rcodes } from '../testing/dns-server.ts'
import { a, aaaa, alias, NO_FILES, server, soa, stopServers, withV4 } from './dns-asking.ts'

afterEach(stopServers)

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

  test('of an absence behind an alias is kept for half a minute at most, whatever the alias says', async () => {
    const days = { ...alias('shop.example', 'cdn.example'), ttl: 86_400 } as Answer
    const { look, passSeconds, queries } = await clocked(() => ({ answers: [days], authorities: [soa(3_600)] }))
    expect(await look()).toMatchObject({ code: 'DNS_NO_ADDRESS' })
    const once = queries()
    passSeconds(31)
    await look()
    expect(queries()).toBe(2 * once)
  })

  test('is kept for a day at most', async () => {
    const { look, passSeconds, queries } = await clocked(withV4('192.0.2.1', 0x7fffffff))
    await look()
    passSeconds(86_401)
    await look()
    expect(queries()).toBe(2)
  })

  test('says where it comes from and how long it still holds', async () => {
    const { look, passSeconds } = await clocked(({ name, type }) => ({
      answers: [type === 'A' ? a(name, '192.0.2.1', 60) : aaaa(name, '2001:db8::1', 40)],
    }))
    expect(await look()).toMatchObject({ source: 'dns', ttlSeconds: 40 })
    passSeconds(15)
    expect(await look()).toMatchObject({ source: 'cache', ttlSeconds: 25 })
    expect(await look({ isFresh: true })).toMatchObject({ source: 'dns', ttlSeconds: 40 })
  })

  test('leaves room for what is new: the oldest of very many is forgotten', async () => {
    const one = await server(({ name, type }) =>
      type === 'A' ? { answers: Array.from({ length: 60 }, (_, index) => a(name, `192.0.2.${index}`, 60)) } : {},
    )
    const resolve = createResolver({ servers: [one.address], names: NO_FILES })
    const source = async (host: string) => {
      const found = await resolve(host, { limitMs: 5_000, family: 4 })
      return found.kind === 'addresses' ? found.source : found.code
    }
    await source('first.example')
    // 61 of a hundred thousand records each.
    for (let batch = 0; batch < 33; batch += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => source(`${batch}-${index}.example`)))
    }
    expect(await source('32-0.example')).toBe('cache')
    expect(await source('first.example')).toBe('dns')
  }, 30_000)

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

  test('is not waited for beyond the own limit where somebody else asks with a longer one', async () => {
    const { look } = await clocked(() => 'silence')
    const patient = look({ limitMs: 1_200 })
    const startedAtMs = performance.now()
    expect(await look({ limitMs: 300 })).toMatchObject({ code: 'DNS_TIMEOUT' })
    expect(performance.now() - startedAtMs).toBeLessThan(1_100)
    await patient
  })

  test('is asked on for where somebody else, whose limit was shorter, has given up', async () => {
    const { look } = await clocked((asked) => ({ ...(withV4()(asked) as object), delayMs: 400 }))
    const impatient = look({ limitMs: 300 })
    expect(await look({ limitMs: 1_500 })).toMatchObject({ kind: 'addresses', addresses: ['192.0.2.1'] })
    // On a busy machine it may say that it was we who were late.
    expect(await impatient).toMatchObject({ kind: 'failed' })
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
