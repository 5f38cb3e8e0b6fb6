import { describe, expect, test } from 'bun:test'
import { checkSpecSchema } from '@repo/contracts/check-spec'
import { probeHttp } from '../src/checks/http.ts'
import { type Resolution, systemResolve } from '../src/dns/resolve.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { createProbes } from '../src/registry.ts'
import { startHttpTarget } from '../testing/http-target.ts'
import { startTarget } from '../testing/target.ts'
import { loopback, openDescriptors, phaseSumUs, probe, running, specFor, until } from './probing.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

describe('a request', () => {
  test('is a GET for the path and the query, on a connection of its own', async () => {
    const target = await startTarget([EMPTY])
    await probe(`${target.url}a/b?c=d%20e#f`)
    await probe(target.url)
    expect(target.requests[0]).toBe(
      `GET /a/b?c=d%20e HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\n` +
        'User-Agent: Mozilla/5.0 (compatible; BetterUptime/0.1; +https://github.com/betteruptime/betteruptime)\r\n' +
        'Accept: */*\r\nAccept-Encoding: identity\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n',
    )
    expect(target.connections()).toBe(2)
    await target.stop()
  })

  test('cannot be split by what stands in the URL', async () => {
    const target = await startTarget([EMPTY])
    await probe(`${target.url}a\r\nX-Injected: 1?b=\r\n\r\nGET /c`)
    expect(target.requests).toHaveLength(1)
    expect(target.requests[0]).not.toContain('\nX-Injected')
    await target.stop()
  })
})

describe('the phases of a check', () => {
  test('tell waiting for the answer from receiving it', async () => {
    const target = await startTarget([
      { pauseMs: 120 },
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab',
      { pauseMs: 600 },
      'cd',
    ])
    const { phases } = await probe(target.url)
    expect(phases).toMatchObject({ dns: null, tls: null })
    expect(phases.connect).toBeLessThan(100_000)
    expect(phases.firstByte).toBeGreaterThan(115_000)
    // Whatever a busy machine adds to either, the pauses tell them apart.
    expect(phases.firstByte).toBeLessThan(400_000)
    expect(phases.transfer).toBeGreaterThan(400_000)
    expect(phases.total).toBeGreaterThan(700_000)
    await target.stop()
  })

  test('add up over the hops', async () => {
    const answers = [{ pauseMs: 100 }, 'HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n']
    const target = await startTarget(answers)
    const outcome = await probe(target.url, { maxRedirects: 2 })
    expect(outcome.hops).toHaveLength(3)
    expect(outcome.phases.firstByte).toBeGreaterThan(290_000)
    expect(Math.abs(outcome.phases.total - phaseSumUs(outcome))).toBeLessThan(5_000)
    await target.stop()
  })

  test('are whole microseconds', async () => {
    const target = await startTarget([EMPTY])
    const { phases } = await probe(target.url)
    for (const us of Object.values(phases)) expect(us === null || Number.isInteger(us)).toBe(true)
    await target.stop()
  })
})

describe('being stopped', () => {
  test('is not an outcome: the probe throws the reason, and leaves nothing open', async () => {
    const target = await startTarget([])
    const before = openDescriptors()
    const stopping = new AbortController()
    const reason = new Error('shutting down')
    const probes = [1, 2, 3].map(() => probeHttp(specFor(target.url), loopback, stopping.signal))
    await until(() => target.requests.length === 3, 'three requests')
    stopping.abort(reason)
    const abortedAtMs = performance.now()
    const settled = await Promise.allSettled(probes)
    expect(performance.now() - abortedAtMs).toBeLessThan(2_000)
    expect(settled).toEqual(Array(3).fill({ status: 'rejected', reason }))
    await until(() => target.openConnections() === 0 && openDescriptors() <= before, 'everything to be closed')
    await target.stop()
  })

  test('ends a look-up too', async () => {
    const stopping = new AbortController()
    const deps = { ...loopback, resolve: () => new Promise<Resolution>(() => {}) }
    const stopped = probeHttp(specFor('http://silent.example/'), deps, stopping.signal)
    stopping.abort(new Error('shutting down'))
    expect(stopped).rejects.toThrow('shutting down')
  })

  test('keeps a probe from starting', async () => {
    const target = await startTarget([EMPTY])
    expect(probeHttp(specFor(target.url), loopback, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
    expect(target.connections()).toBe(0)
    await target.stop()
  })
})

describe('a look-up', () => {
  const answering = (resolution: Resolution) => ({ ...loopback, resolve: () => Promise.resolve(resolution) })
  const failing: [Extract<Resolution, { kind: 'failed' }>['code'], string, RegExp][] = [
    ['DNS_NXDOMAIN', 'down', /shop\.example does not exist \(NXDOMAIN\)/],
    ['DNS_SERVFAIL', 'down', /failed \(SERVFAIL\)/],
    ['DNS_REFUSED', 'down', /refused/],
    ['DNS_NO_ADDRESS', 'down', /no address/],
    ['DNS_MALFORMED', 'down', /could not be read/],
    ['DNS_TIMEOUT', 'down', /no answer/],
    ['PROBE_DNS', 'unknown', /this region's resolver is unavailable/],
  ]
  test.each(failing)('that ends with %s is %s', async (...[code, verdict, message]) => {
    const outcome = await probe('http://shop.example/', {}, answering({ kind: 'failed', code }))
    expect(outcome).toMatchObject({ code, verdict, address: null, status: null })
    expect(outcome.message).toMatch(message)
  })

  test('without any answer ends at the deadline', async () => {
    const deps = { ...loopback, resolve: () => new Promise<Resolution>(() => {}) }
    const outcome = await probe('http://shop.example/', { timeoutMs: 200 }, deps)
    expect(outcome).toMatchObject({ verdict: 'down', code: 'DNS_TIMEOUT' })
    expect(outcome.phases.total).toBeLessThan(450_000)
    expect(outcome.phases.dns).toBeGreaterThan(190_000)
  })

  test('with an empty answer finds no address', async () => {
    expect(await probe('http://shop.example/', {}, answering({ kind: 'addresses', addresses: [] }))).toMatchObject({
      code: 'DNS_NO_ADDRESS',
    })
  })

  test('that throws is our own error, and nobody is down', async () => {
    const deps = { ...loopback, resolve: () => Promise.reject(new Error('bug\x1b[31m')) }
    const outcome = await probe('http://shop.example/', {}, deps)
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'PROBE_ERROR' })
    expect(outcome.message).toBe('The probe itself failed: Error: bug\\x1b[31m')
  })

  test('by the machine knows /etc/hosts', async () => {
    const resolution = await systemResolve('localhost', { limitMs: 2_000 })
    expect(resolution.kind === 'addresses' && resolution.addresses).toContain('127.0.0.1')
  })
})

describe('the registry', () => {
  test('carries out a check of any kind by its spec', async () => {
    const target = await startHttpTarget()
    const run = createProbes(loopback)
    expect(await run(specFor(target.url), running)).toMatchObject({ verdict: 'up', code: 'OK', status: 200 })
    await target.stop()
  })

  test('asks nobody where there is nobody to ask', async () => {
    const spec = checkSpecSchema.parse({ kind: 'heartbeat', schedule: { kind: 'period', seconds: 60 } })
    expect(await createProbes(loopback)(spec, running)).toMatchObject({ verdict: 'unknown', code: 'PROBE_ERROR' })
  })

  test('refuses private targets unless they are allowed', async () => {
    const target = await startHttpTarget()
    const run = createProbes({ ...loopback, egress: createEgressPolicy({ allowedCidrs: [] }) })
    expect(await run(specFor(target.url), running)).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS' })
    expect(target.requests).toHaveLength(0)
    await target.stop()
  })
})

describe('the website of the tests', () => {
  test('goes down and comes up again on the same port', async () => {
    const target = await startHttpTarget({ status: 200 })
    const look = async () => (await probe(target.url)).code
    expect(await look()).toBe('OK')
    target.setStatus(500)
    expect(await look()).toBe('UNEXPECTED_STATUS')
    await target.refuse()
    expect(await look()).toBe('TCP_REFUSED')
    target.setStatus(200)
    await target.answer()
    expect(await look()).toBe('OK')
    expect(target.requests).toHaveLength(3)
    await target.stop()
  })
})
