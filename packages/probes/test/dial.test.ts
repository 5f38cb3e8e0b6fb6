import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { explainDial } from '../src/engine/dial-failure.ts'
import { interleaved } from '../src/engine/interleaved.ts'
import { ownObstacle } from '../src/engine/own-obstacle.ts'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { type SilentTarget, startSilentTarget } from '../testing/silent-target.ts'
import { startTarget, type Target, type TargetOptions } from '../testing/target.ts'
import { loopback, openDescriptors, probe, until } from './probing.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

function leadingTo(...addresses: string[]): ProbeDeps {
  return { ...loopback, resolve: () => Promise.resolve({ kind: 'addresses', addresses }) }
}

let silent: SilentTarget
let site: Target
const siteOnSilentPort = (options: TargetOptions) => startTarget([EMPTY], { ...options, port: silent.port })
beforeAll(async () => {
  silent = await startSilentTarget()
  site = await siteOnSilentPort({ host: '127.0.0.5' })
})
afterAll(async () => {
  await site.stop()
  await silent.stop()
})

describe('a site with several addresses', () => {
  test('is up by the second one where the first refuses', async () => {
    const outcome = await probe(`http://site.example:${site.port}/`, {}, leadingTo('127.0.0.4', '127.0.0.5'))
    expect(outcome).toMatchObject({ verdict: 'up', address: '127.0.0.5' })
    expect(outcome.phases.total).toBeLessThan(200_000)
  })

  test('is up by the second one a moment later where the first is silent', async () => {
    const outcome = await probe(`http://site.example:${site.port}/`, {}, leadingTo('127.0.0.1', '127.0.0.5'))
    expect(outcome).toMatchObject({ verdict: 'up', address: '127.0.0.5' })
    expect(outcome.phases.connect).toBeGreaterThan(240_000)
    expect(outcome.phases.connect).toBeLessThan(450_000)
  })

  test('is up by the sixth one', async () => {
    const deps = leadingTo('127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4', '127.0.1.6', '127.0.0.5')
    expect(await probe(`http://site.example:${site.port}/`, {}, deps)).toMatchObject({
      code: 'OK',
      address: '127.0.0.5',
    })
  })

  test('is down where none of the first six answers', async () => {
    const addresses = ['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4', '127.0.1.6', '127.0.1.7', '127.0.0.5']
    const outcome = await probe(`http://site.example:${site.port}/`, {}, leadingTo(...addresses))
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TCP_REFUSED', address: '127.0.1.1' })
    expect(outcome.message).toBe(`TCP: 127.0.1.1:${site.port} refused the connection (none of 6 addresses connected)`)
  })

  test('is reached over IPv6 where only that answers', async () => {
    const target = await startTarget([EMPTY], { host: '::1' })
    const outcome = await probe(`http://site.example:${target.port}/`, {}, leadingTo('127.0.0.4', '::1'))
    expect(outcome).toMatchObject({ code: 'OK', address: '::1' })
    await target.stop()
  })

  test.each([
    [
      ['a:1', 'a:2', 'b1', 'b2'],
      ['a:1', 'b1', 'a:2', 'b2'],
    ],
    [
      ['b1', 'b2', 'a:1'],
      ['b1', 'a:1', 'b2'],
    ],
    [
      ['b1', 'a:1', 'a:2', 'a:3'],
      ['b1', 'a:1', 'a:2', 'a:3'],
    ],
    [['b1'], ['b1']],
    [[], []],
  ])('tries %j in the order %j', (addresses, order) => {
    expect(interleaved(addresses)).toEqual(order)
  })
})

describe('a silent address', () => {
  test('is down at the deadline, by its own name', async () => {
    const startedAtMs = performance.now()
    const outcome = await probe(`http://127.0.0.1:${silent.port}/`, { timeoutMs: 400 })
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TCP_TIMEOUT' })
    expect(outcome.message).toMatch(new RegExp(`^TCP: 127.0.0.1:${silent.port} did not answer in [34]\\d\\d ms$`))
    expect(outcome.phases.connect).toBeGreaterThan(390_000)
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
  })

  test('holds one descriptor however often it is probed', async () => {
    await probe(`http://127.0.0.1:${silent.port}/`, { timeoutMs: 100 })
    const before = openDescriptors()
    const probes = Array.from({ length: 50 }, () => probe(`http://127.0.0.1:${silent.port}/`, { timeoutMs: 200 }))
    const codes = (await Promise.all(probes)).map(({ code }) => code)
    expect(codes).toEqual(Array(50).fill('TCP_TIMEOUT'))
    await until(() => openDescriptors() <= before, 'the scouts to be closed')
  })
})

describe('why no address could be connected to', () => {
  const failures = (...codes: [string, string][]) => codes.map(([address, errorCode]) => ({ address, errorCode }))
  const rows: [string, ReturnType<typeof failures>, string][] = [
    ['refused', failures(['9.9.9.9', 'ECONNREFUSED']), 'TCP_REFUSED'],
    ['the host cannot be reached', failures(['9.9.9.9', 'EHOSTUNREACH']), 'TCP_UNREACHABLE'],
    ['the kernel gave up', failures(['9.9.9.9', 'ETIMEDOUT']), 'TCP_TIMEOUT'],
    [
      'IPv6 only, from a region without it',
      failures(['2a00::1', 'ENETUNREACH'], ['2a00::2', 'ENETUNREACH']),
      'NO_ROUTE_V6',
    ],
    ['no network of our own', failures(['9.9.9.9', 'ENETUNREACH']), 'SELF_OFFLINE'],
    [
      'no IPv6 of our own, refused over IPv4',
      failures(['2a00::1', 'ENETUNREACH'], ['9.9.9.9', 'ECONNREFUSED']),
      'TCP_REFUSED',
    ],
    ['no descriptors of our own', failures(['9.9.9.9', 'EMFILE']), 'OUT_OF_DESCRIPTORS'],
    ['no ports of our own', failures(['9.9.9.9', 'EADDRNOTAVAIL']), 'PROBE_ERROR'],
    ['something unheard of', failures(['9.9.9.9', 'EWHAT']), 'PROBE_ERROR'],
  ]
  test.each(rows)('%s', (...[, list, code]) => {
    expect(explainDial(list, 443).code).toBe(code as ReturnType<typeof explainDial>['code'])
  })

  test('names the first failure beside the most telling one', () => {
    const { text } = explainDial(failures(['2a00::1', 'ENETUNREACH'], ['9.9.9.9', 'ECONNREFUSED']), 443)
    expect(text).toBe(
      'TCP: 9.9.9.9:443 refused the connection (none of 2 addresses connected; before that, this region has no IPv6 ([2a00::1]:443))',
    )
  })
})

describe('a failure of our own', () => {
  test('is not taken for a refusal: without descriptors nobody is down', async () => {
    const script = `ulimit -n 64 && exec "${process.execPath}" "${import.meta.dir}/starved.ts"`
    const child = Bun.spawn(['sh', '-c', script], { stdout: 'pipe' })
    expect(JSON.parse(await new Response(child.stdout).text())).toEqual([
      { verdict: 'up', code: 'OK' },
      { verdict: 'unknown', code: 'OUT_OF_DESCRIPTORS' },
    ])
  })

  test.each(['127.0.0.1', '::1', '255.255.255.255'])('is not seen where the kernel would try %s', async (address) => {
    expect(await ownObstacle(address)).toBeUndefined()
  })
})
