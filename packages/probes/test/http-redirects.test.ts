import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Resolve } from '../src/dns/resolve.ts'
import { createEgressPolicy } from '../src/egress/egress.ts'
import type { ProbeDeps } from '../src/probe-deps.ts'
import { type Step, startTarget, type Target } from '../testing/target.ts'
import { loopback, probe } from './probing.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const redirect = (location: string, status = 302) =>
  `HTTP/1.1 ${status} Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`

let targets: Target[] = []
async function target(...script: Step[]): Promise<Target> {
  const started = await startTarget(script)
  targets.push(started)
  return started
}

let landing: Target
beforeEach(async () => {
  targets = []
  landing = await target(EMPTY)
})
afterEach(() => Promise.all(targets.map((started) => started.stop())))

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('with status %d is followed', async (status) => {
    const from = await target(redirect(landing.url, status))
    const outcome = await probe(from.url)
    expect(outcome).toMatchObject({ verdict: 'up', code: 'OK', status: 200 })
    expect(outcome.hops).toHaveLength(2)
    expect(landing.connections()).toBe(1)
  })

  const spellings: [string, (to: Target) => string, string][] = [
    ['without a scheme', (to) => `//127.0.0.1:${to.port}/a`, '/a'],
    ['with a space', (to) => `${to.url}a b`, '/a%20b'],
    ['with UTF-8', (to) => `${to.url}${Buffer.from('zürich').toString('latin1')}`, '/z%C3%BCrich'],
    ['with a fragment', (to) => `${to.url}a#b`, '/a'],
    ['with dots', (to) => `${to.url}a/../b`, '/b'],
    ['with spaces around it', (to) => `  ${to.url}c  `, '/c'],
  ]
  test.each(spellings)('%s is followed', async (_name, location, path) => {
    const from = await target(redirect(location(landing)))
    const outcome = await probe(from.url)
    expect(outcome.code).toBe('OK')
    expect(outcome.hops).toHaveLength(2)
    expect(landing.requests[0]).toStartWith(`GET ${path} HTTP/1.1\r\n`)
  })

  test.each([
    ['a path', '/b', '/b'],
    ['a relative path', 'b', '/a/b'],
    ['a query', '?q=1', '/a/?q=1'],
  ])('to %s stays at the same host', async (_name, location, path) => {
    const from = await target(redirect(location))
    expect(await probe(`${from.url}a/`, { maxRedirects: 1 })).toMatchObject({
      code: 'TOO_MANY_REDIRECTS',
      hops: [{ status: 302 }, { status: 302 }],
    })
    expect(from.requests[1]).toStartWith(`GET ${path} HTTP/1.1\r\n`)
  })

  test('is followed ten times and not an eleventh', async () => {
    const from = await target(redirect('/again'))
    const outcome = await probe(from.url)
    expect(outcome).toMatchObject({ verdict: 'down', code: 'TOO_MANY_REDIRECTS', status: 302 })
    expect(outcome.hops).toHaveLength(11)
    expect(from.connections()).toBe(11)
  })

  test('is the final answer where none may be followed', async () => {
    const from = await target(redirect(landing.url))
    expect(await probe(from.url, { maxRedirects: 0 })).toMatchObject({ code: 'UNEXPECTED_STATUS', status: 302 })
    const accepted = await probe(from.url, { maxRedirects: 0, expectedStatus: [{ from: 302, to: 302 }] })
    expect(accepted).toMatchObject({ code: 'OK', status: 302 })
    expect(accepted.hops).toHaveLength(1)
    expect(landing.connections()).toBe(0)
  })

  const mistakes: [string, string, string][] = [
    ['without a location', 'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n', 'REDIRECT_NO_LOCATION'],
    ['with an empty location', redirect(''), 'REDIRECT_NO_LOCATION'],
    ['to a port that is no number', redirect('http://foo:bar/'), 'BAD_REDIRECT'],
    ['to a host that is none', redirect('http://'), 'BAD_REDIRECT'],
    ['with a user name', redirect('http://good@127.0.0.1/'), 'BAD_REDIRECT'],
    ['with a password', redirect('http://a:b@127.0.0.1/'), 'BAD_REDIRECT'],
    ['with a location of 60 KiB', redirect(`/${'a'.repeat(60_000)}`), 'BAD_REDIRECT'],
    ['with a location of 100 KiB', redirect(`/${'a'.repeat(100_000)}`), 'BAD_REDIRECT'],
    ['with two locations', `HTTP/1.1 302 Found\r\n${'Location: /a\r\n'}${'Location: /b\r\n'}\r\n`, 'BAD_REDIRECT'],
  ]
  test.each(mistakes)('%s is down', async (_name, answer, code) => {
    const from = await target(answer)
    expect(await probe(from.url)).toMatchObject({ verdict: 'down', code })
  })

  test('may not multiply the size of its headers over the hops', async () => {
    const from = await target(
      `HTTP/1.1 302 Found\r\nLocation: /again\r\n${`X: ${'y'.repeat(1_000)}\r\n`.repeat(59)}\r\n`,
    )
    const outcome = await probe(from.url)
    expect(outcome).toMatchObject({ code: 'HEADERS_TOO_LARGE' })
    expect(outcome.hops).toHaveLength(5)
  })

  test('ends with its head, however long its body is', async () => {
    const from = await target(`HTTP/1.1 302 Found\r\nLocation: ${landing.url}\r\n\r\n`, { endless: 'x'.repeat(65_536) })
    const outcome = await probe(from.url)
    expect(outcome.code).toBe('OK')
    expect(outcome.hops).toHaveLength(2)
  })

  test('never shows the query or the credentials of where it leads', async () => {
    const from = await target(redirect('http://user:SEKRET@foo:bar/?token=SEKRET'))
    const { code, message } = await probe(`${from.url}?token=SEKRET`)
    expect(code).toBe('BAD_REDIRECT')
    expect(message).not.toContain('SEKRET')
  })
})

describe('a redirect to where a probe must not go', () => {
  const publicName = 'public.example'
  const hidden = 'hidden.example'
  /** The first host is let pass; everything else on the loopback interface is a private network to this policy. */
  const resolve: Resolve = (host) =>
    Promise.resolve({ kind: 'addresses', addresses: [host === publicName ? '127.0.0.1' : '127.0.0.2'] })
  const guarded: ProbeDeps = { egress: createEgressPolicy({ allowedCidrs: ['127.0.0.1'] }), resolve }

  const places: [string, (port: number) => string, string][] = [
    ['a loopback address', (port) => `http://127.0.0.2:${port}/`, 'BLOCKED_REDIRECT'],
    ['a decimal address', (port) => `http://2130706434:${port}/`, 'BLOCKED_REDIRECT'],
    ['a hexadecimal address', (port) => `http://0x7f.2:${port}/`, 'BLOCKED_REDIRECT'],
    ['an octal address', (port) => `http://0177.0.0.2:${port}/`, 'BLOCKED_REDIRECT'],
    ['an IPv4 address in IPv6', (port) => `http://[::ffff:127.0.0.2]:${port}/`, 'BLOCKED_REDIRECT'],
    ['the metadata service', () => 'http://169.254.169.254/latest/', 'BLOCKED_REDIRECT'],
    ['a name with a private address', (port) => `http://${hidden}:${port}/`, 'BLOCKED_REDIRECT'],
    ['a local name', (port) => `http://localhost:${port}/`, 'BLOCKED_REDIRECT'],
    ['ftp', () => 'ftp://public.example/', 'BLOCKED_SCHEME'],
    ['file', () => 'file:///etc/passwd', 'BLOCKED_SCHEME'],
    ['gopher', () => 'gopher://127.0.0.1/', 'BLOCKED_SCHEME'],
    ['data', () => 'data:text/html,hello', 'BLOCKED_SCHEME'],
    ['javascript', () => 'javascript:alert(1)', 'BLOCKED_SCHEME'],
    ['ws', () => 'ws://public.example/', 'BLOCKED_SCHEME'],
    ['the port of Redis', () => 'http://93.184.215.14:6379/', 'BLOCKED_PORT'],
    ['the port of SSH', () => 'http://93.184.215.14:22/', 'BLOCKED_PORT'],
  ]
  test.each(places)('%s is not followed, and not down', async (_name, location, code) => {
    const victim = await startTarget([EMPTY], { host: '127.0.0.2' })
    targets.push(victim)
    const from = await target(redirect(location(victim.port)))
    const outcome = await probe(`http://${publicName}:${from.port}/`, {}, guarded)
    expect(outcome).toMatchObject({ verdict: 'unknown', code })
    expect(outcome.hops).toHaveLength(2)
    expect(outcome.message).toStartWith('Not checked: redirects to ')
    expect(victim.connections()).toBe(0)
  })

  test('is not followed at the ninth hop either', async () => {
    const victim = await startTarget([EMPTY], { host: '127.0.0.2' })
    targets.push(victim)
    let next = `http://127.0.0.2:${victim.port}/`
    for (let hop = 0; hop < 9; hop += 1) next = (await target(redirect(next))).url
    const outcome = await probe(next, {}, guarded)
    expect(outcome).toMatchObject({ code: 'BLOCKED_REDIRECT' })
    expect(outcome.hops).toHaveLength(10)
    expect(victim.connections()).toBe(0)
  })
})

describe('a name whose addresses change between two look-ups', () => {
  test('is connected to at the address that was judged, in a thousand tries', async () => {
    const victim = await startTarget([EMPTY], { host: '127.0.0.2' })
    targets.push(victim)
    let lookUps = 0
    const rebinding: ProbeDeps = {
      egress: createEgressPolicy({ allowedCidrs: ['127.0.0.1'] }),
      resolve: () => {
        lookUps += 1
        return Promise.resolve({ kind: 'addresses', addresses: [lookUps % 2 === 1 ? '127.0.0.1' : '127.0.0.2'] })
      },
    }
    const site = await startTarget([EMPTY], { port: victim.port })
    targets.push(site)
    const outcomes = []
    for (let count = 0; count < 1_000; count += 1) {
      outcomes.push(await probe(`http://rebinding.example:${victim.port}/`, {}, rebinding))
    }
    expect(outcomes.filter(({ code }) => code === 'OK')).toHaveLength(500)
    expect(outcomes.filter(({ code }) => code === 'BLOCKED_ADDRESS')).toHaveLength(500)
    expect(lookUps).toBe(1_000)
    expect(site.connections()).toBe(500)
    expect(victim.connections()).toBe(0)
  })

  test('is refused where one of its addresses is private and another is not', async () => {
    const mixed: ProbeDeps = {
      ...loopback,
      egress: createEgressPolicy({ allowedCidrs: [] }),
      resolve: () => Promise.resolve({ kind: 'addresses', addresses: ['93.184.215.14', '127.0.0.1'] }),
    }
    const outcome = await probe(`http://mixed.example:${landing.port}/`, {}, mixed)
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS', address: null })
    expect(outcome.message).toBe('Not checked: leads to a loopback address (127.0.0.1)')
    expect(landing.connections()).toBe(0)
  })
})
