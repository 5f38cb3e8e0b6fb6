import { afterEach, describe, expect, test } from 'bun:test'
import net, { type AddressInfo } from 'node:net'
import type { HttpSpec } from '@repo/contracts/specs/http'
import { createEgressPolicy } from '../src/egress/egress.ts'
import { makeAuthority, makeCertificate } from '../testing/certificates.ts'
import { type Step, startTarget, type Target, type TargetOptions } from '../testing/target.ts'
import { startWithoutAnnouncement } from '../testing/unannounced-end.ts'
import { loopback, probe, until } from './probing.ts'

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const saying = (body: string, fields = '') =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${Buffer.from(body).toString('latin1')}`

const running: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})

async function target(script: readonly Step[], options?: TargetOptions): Promise<Target> {
  const started = await startTarget(script, options)
  running.push(started)
  return started
}

async function headOf(spec: Partial<HttpSpec>): Promise<string> {
  const site = await target([EMPTY])
  const outcome = await probe(site.url, spec)
  expect(outcome.code).toBe('OK')
  return site.requests[0] ?? ''
}

describe('a request', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET'] as const)(
    'is a %s where that is wished',
    async (method) => {
      expect(await headOf({ method })).toStartWith(`${method} / HTTP/1.1\r\n`)
    },
  )

  test('carries a body with its length in bytes', async () => {
    expect(await headOf({ method: 'POST', body: '{"größe":1}' })).toContain('\r\nContent-Length: 13\r\n')
  })

  test('says that it has no body where a server would wait for one', async () => {
    expect(await headOf({ method: 'POST' })).toContain('\r\nContent-Length: 0\r\n')
  })

  test('carries headers, which replace those of the probe', async () => {
    const head = await headOf({
      headers: [
        { name: 'user-agent', value: 'Own/1' },
        { name: 'X-Team', value: 'größe' },
      ],
    })
    expect(head).toContain('\r\nuser-agent: Own/1\r\n')
    expect(Buffer.from(head, 'latin1').toString('utf8')).toContain('\r\nX-Team: größe\r\n')
    expect(head).not.toContain('BetterUptime')
  })

  const credentials: [string, HttpSpec['auth'], string][] = [
    ['basic', { kind: 'basic', username: 'ada', password: 'lövelace' }, 'Authorization: Basic YWRhOmzDtnZlbGFjZQ=='],
    ['bearer', { kind: 'bearer', token: 't0ken' }, 'Authorization: Bearer t0ken'],
    ['an API key in a header', { kind: 'api-key', in: 'header', name: 'X-Key', value: 'k3y' }, 'X-Key: k3y'],
    [
      'an API key in the query',
      { kind: 'api-key', in: 'query', name: 'key', value: 'k&y' },
      'GET /?key=k%26y HTTP/1.1',
    ],
  ]
  test.each(credentials)('has credentials: %s', async (_kind, auth, line) => {
    expect(`\r\n${await headOf({ auth })}`).toContain(`\r\n${line}\r\n`)
  })

  test('passes caches by where that is wished, and differently each time', async () => {
    const [first, second] = [await headOf({ cacheBusting: true }), await headOf({ cacheBusting: true })]
    expect(first.split(' ')[1]).toMatch(/^\/\?_=[0-9a-f-]{36}$/)
    expect(second.split(' ')[1]).not.toBe(first.split(' ')[1])
  })

  test('that is larger than a socket takes at once arrives whole', async () => {
    const body = 'x'.repeat(65_536)
    let received = 0
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        received = (await request.text()).length
        return new Response('ok')
      },
    })
    const outcome = await probe(server.url.href, { method: 'POST', body })
    await server.stop(true)
    expect({ code: outcome.code, received }).toEqual({ code: 'OK', received: body.length })
  })
})

describe('a HEAD request', () => {
  test('is over with the head, whatever length it promises', async () => {
    const site = await target(['HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'])
    expect(await probe(site.url, { method: 'HEAD', timeoutMs: 500 })).toMatchObject({ code: 'OK', bodyBytes: 0 })
  })

  test('answered with a body all the same is up', async () => {
    const site = await target([saying('a body')])
    expect((await probe(site.url, { method: 'HEAD' })).code).toBe('OK')
  })
})

describe('a redirect', () => {
  const to = (url: string, status = 302) => `HTTP/1.1 ${status} Go\r\nLocation: ${url}\r\nContent-Length: 0\r\n\r\n`
  const secrets: Partial<HttpSpec> = {
    auth: { kind: 'bearer', token: 'SEKRET-1' },
    headers: [
      { name: 'Cookie', value: 'session=SEKRET-2' },
      { name: 'X-Api-Key', value: 'SEKRET-3' },
      { name: 'Accept-Language', value: 'de' },
    ],
  }

  test('to another origin takes no secret along, and none comes back', async () => {
    const home = await target([EMPTY])
    const abroad = await target([to(home.url)])
    const first = await target([to(abroad.url)])
    await probe(first.url, secrets)
    expect(first.requests[0]).toContain('SEKRET-1')
    for (const request of [abroad.requests[0], home.requests[0]]) {
      expect(request).not.toContain('SEKRET')
      expect(request).toContain('Accept-Language: de')
    }
  })

  test('at the same origin takes everything along', async () => {
    const site = await target([to('/again')])
    await probe(site.url, { ...secrets, maxRedirects: 1 })
    expect(site.requests[1]?.match(/SEKRET-\d/g)).toEqual(['SEKRET-1', 'SEKRET-2', 'SEKRET-3'])
  })

  const methods: [number, HttpSpec['method'], string][] = [
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
  ]
  test.each(methods)('with %d turns %s into %s', async (status, method, next) => {
    const site = await target([to('/again', status)])
    await probe(site.url, { method, maxRedirects: 1, ...(method === 'HEAD' ? {} : { body: 'b' }) })
    expect(site.requests[1]).toStartWith(`${next} /again `)
    expect(site.requests[1]?.includes('Content-Length: 1')).toBe(next !== 'GET' && next !== 'HEAD')
  })

  test('to another host is refused where it is to stay', async () => {
    const site = await target([to('http://127.0.0.2/')])
    expect(await probe(site.url, { redirectsTo: 'same-host' })).toMatchObject({
      verdict: 'down',
      code: 'REDIRECT_REFUSED',
    })
  })

  test('that ends at http is down where https is required', async () => {
    const site = await target([EMPTY])
    expect(await probe(site.url, { httpsRule: 'required' })).toMatchObject({ verdict: 'down', code: 'NOT_HTTPS' })
  })

  test('from https back to http is refused where there is a rule', async () => {
    const plain = await target([EMPTY])
    const secure = await target([to(plain.url)], { tls: await makeCertificate({ names: ['127.0.0.1'] }) })
    const spec = { tls: { verify: false } }
    expect((await probe(secure.url, spec)).code).toBe('OK')
    expect((await probe(secure.url, { ...spec, httpsRule: 'no-downgrade' })).code).toBe('REDIRECT_REFUSED')
  })
})

describe('a family of addresses', () => {
  test.each([
    ['ipv4', '127.0.0.1'],
    ['ipv6', '::1'],
  ] as const)('is kept to: %s', async (ipVersion, address) => {
    const sites = [await target([EMPTY], { host: '127.0.0.1' })]
    sites.push(await target([EMPTY], { host: '::1', port: sites[0]?.port ?? 0 }))
    const both = async () => ({ kind: 'addresses' as const, addresses: ['::1', '127.0.0.1'] })
    const deps = { ...loopback, resolve: both as never }
    expect((await probe(`http://both.example:${sites[0]?.port}/`, { ipVersion }, deps)).address).toBe(address)
  })

  test('that the host does not have is said', async () => {
    expect(await probe('http://127.0.0.1:9/', { ipVersion: 'ipv6' })).toMatchObject({ code: 'DNS_NO_ADDRESS' })
  })
})

describe('a client certificate', () => {
  test('is shown to a server that demands one', async () => {
    const ca = await makeAuthority()
    const identity = await makeCertificate({ names: ['127.0.0.1'], ca })
    const client = await makeCertificate({ names: ['client'], ca })
    const site = await target([EMPTY], {
      tls: { ...identity, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
    })
    const deps = { ...loopback, ca: ca.cert }
    expect((await probe(site.url, {}, deps)).code).toBe('TLS_CLIENT_CERT_REQUIRED')
    const tls = { clientCertificate: { certificate: client.cert, key: client.key } }
    expect((await probe(site.url, { tls }, deps)).code).toBe('OK')
  })
})

describe('a body that ends with its connection under TLS', () => {
  test('is up where the end was announced, and degraded where it was not', async () => {
    const identity = await makeCertificate({ names: ['127.0.0.1'] })
    const site = await target(['HTTP/1.1 200 OK\r\n\r\nhello', 'FIN'], { tls: identity })
    const front = await startWithoutAnnouncement(site)
    running.unshift(front)
    const spec = { tls: { verify: false } }
    const url = `https://127.0.0.1:${front.port}/`
    expect(await probe(site.url, spec)).toMatchObject({ verdict: 'up', code: 'OK', bodyBytes: 5 })
    expect(await probe(url, spec)).toMatchObject({ verdict: 'degraded', code: 'UNCLEAN_CLOSE', bodyBytes: 5 })
    const askedBefore = site.requests.length
    expect((await probe(url, spec)).code).toBe('UNCLEAN_CLOSE')
    expect(site.requests.length, 'once it is known, one request tells').toBe(askedBefore + 1)
  })
})

describe('a proxy', () => {
  interface Proxy {
    readonly port: number
    readonly asked: string[]
  }

  async function startProxy(answer?: string): Promise<Proxy> {
    const asked: string[] = []
    const server = net.createServer((client) => {
      client.on('error', () => {})
      client.once('data', (bytes) => {
        const head = bytes.toString()
        asked.push(head)
        if (answer !== undefined) return void client.end(answer)
        const [, host = '', port = ''] = /^CONNECT ([\d.]+):(\d+) /.exec(head) ?? []
        const upstream = net.connect(Number(port), host, () => client.write('HTTP/1.1 200 Connected\r\n\r\n'))
        upstream.on('error', () => client.destroy())
        upstream.pipe(client).pipe(upstream)
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    running.push({ stop: () => new Promise((stopped) => void server.close(() => stopped())) })
    return { port: (server.address() as AddressInfo).port, asked }
  }

  test('is asked for the very address that was judged, with its own credentials', async () => {
    const site = await target([saying('ok')])
    const { port, asked } = await startProxy()
    const proxy = { host: '127.0.0.1', port, username: 'ada', password: 'pw' }
    const outcome = await probe(site.url, { proxy })
    expect(outcome).toMatchObject({ code: 'OK', status: 200, bodyBytes: 2 })
    expect(asked[0]).toStartWith(`CONNECT 127.0.0.1:${site.port} HTTP/1.1\r\n`)
    expect(asked[0]).toContain('\r\nProxy-Authorization: Basic YWRhOnB3\r\n')
    expect(site.requests[0]).not.toContain('Proxy-')
  })

  test('carries TLS between the probe and the target', async () => {
    const ca = await makeAuthority()
    const site = await target([saying('ok')], { tls: await makeCertificate({ names: ['127.0.0.1'], ca }) })
    const { port } = await startProxy()
    const outcome = await probe(site.url, { proxy: { host: '127.0.0.1', port } }, { ...loopback, ca: ca.cert })
    expect(outcome).toMatchObject({ code: 'OK', certificate: { issuer: 'CN=Test Authority' } })
    expect(outcome.phases.tls).toBeGreaterThan(0)
  })

  const answers: [string, string, string, string][] = [
    ['wants other credentials', 'HTTP/1.1 407 No\r\n\r\n', 'unknown', 'PROXY_FAILED'],
    ['refuses', 'HTTP/1.1 403 No\r\n\r\n', 'unknown', 'PROXY_FAILED'],
    ['could not reach the target', 'HTTP/1.1 504 No\r\n\r\n', 'down', 'TCP_UNREACHABLE'],
    ['speaks no HTTP', 'hello\r\n', 'unknown', 'PROXY_FAILED'],
    ['says nothing and closes', '', 'unknown', 'PROXY_FAILED'],
    ['speaks in the name of the target', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', 'unknown', 'PROXY_FAILED'],
  ]
  test.each(answers)('that %s', async (_what, answer, verdict, code) => {
    const site = await target([EMPTY])
    const { port } = await startProxy(answer)
    expect(await probe(site.url, { proxy: { host: '127.0.0.1', port } })).toMatchObject({ verdict, code } as object)
    expect(site.requests).toEqual([])
  })

  test('is behind the egress guard as any target is, and so is what lies behind it', async () => {
    const { port, asked } = await startProxy()
    const guarded = { ...loopback, egress: createEgressPolicy({ allowedCidrs: ['127.0.0.1'] }) }
    const proxied = (host: string, url: string) => probe(url, { proxy: { host, port } }, guarded)
    expect(await proxied('127.0.0.2', 'http://127.0.0.1/')).toMatchObject({ verdict: 'unknown', code: 'PROXY_FAILED' })
    expect(await proxied('127.0.0.1', 'http://127.0.0.2/')).toMatchObject({
      verdict: 'unknown',
      code: 'BLOCKED_ADDRESS',
    })
    expect(asked).toEqual([])
  })
})

describe('the evidence of a failure', () => {
  const secret: Partial<HttpSpec> = {
    auth: { kind: 'basic', username: 'ada', password: 'SEKRET-4711' },
    headers: [{ name: 'X-Team-Key', value: 'SEKRET-4712' }],
    method: 'POST',
    body: 'token=SEKRET-4713',
  }

  test('holds what was asked and answered, and how to repeat it', async () => {
    const site = await target(['HTTP/1.1 500 Oh\r\nServer: x\r\nContent-Length: 9\r\n\r\nno \x1b[31m!'])
    const { evidence } = await probe(site.url)
    expect(evidence?.request).toStartWith(`GET / HTTP/1.1\nHost: 127.0.0.1:${site.port}\n`)
    expect(evidence?.responseHead).toStartWith('HTTP/1.1 500 Oh\nServer: x\n')
    expect(evidence?.body).toBe('no \\x1b[31m!')
    expect(evidence?.addresses).toEqual(['127.0.0.1'])
    expect(evidence?.curl).toEndWith(` '${site.url}'`)
  })

  test('shows none of the secrets, not even those that the target sends back', async () => {
    const site = await target([
      'HTTP/1.1 500 SEKRET-4712\r\nX-Echo: SEKRET-4711\r\nContent-Length: 35\r\n\r\nYWRhOlNFS1JFVC00NzEx token=SEKRET-4713',
    ])
    const outcome = await probe(`${site.url}?key=SEKRET-4714`, secret)
    expect(outcome.code).toBe('UNEXPECTED_STATUS')
    expect(JSON.stringify(outcome)).not.toMatch(/SEKRET|YWRhOlNFS1JFVC00NzEx/)
    expect(outcome.evidence?.request).toContain('/?key=•••')
  })

  test('is a command that a shell takes as it is meant', async () => {
    const site = await target(['HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n'])
    const { evidence } = await probe(`${site.url}it's;touch%20x`, { headers: [{ name: 'Accept', value: "a'b;$(id)" }] })
    const child = Bun.spawn(['sh', '-c', `set -- ${evidence?.curl?.replace(/^curl /, '')}; printf '%s\\n' "$@"`], {
      stdout: 'pipe',
    })
    const words = (await new Response(child.stdout).text()).trim().split('\n')
    expect(words.at(-1)).toBe(`${site.url}it's;touch%20x`)
  })

  test('reads a failing body for a moment only', async () => {
    const site = await target(['HTTP/1.1 500 Oh\r\nContent-Length: 900\r\n\r\nstarts', { pauseMs: 10_000 }])
    const outcome = await probe(site.url, { timeoutMs: 5_000 })
    expect(outcome).toMatchObject({ code: 'UNEXPECTED_STATUS', evidence: { body: 'starts' } })
    expect(outcome.phases.total).toBeLessThan(1_500_000)
  })

  test('is not kept of a check that passed', async () => {
    const site = await target([EMPTY])
    expect((await probe(site.url)).evidence).toBeNull()
  })
})

describe('an unexpected status', () => {
  const rows: [string, string, string, string, RegExp][] = [
    ['429', 'HTTP/1.1 429 Slow\r\nRetry-After: 30\r\n', 'degraded', 'RATE_LIMITED', /Retry-After: 30/],
    ['503 with Retry-After', 'HTTP/1.1 503 Busy\r\nRetry-After: 5\r\n', 'degraded', 'RATE_LIMITED', /503/],
    ['503 alone', 'HTTP/1.1 503 Busy\r\n', 'down', 'UNEXPECTED_STATUS', /answered 503, expected 200-299/],
    [
      'a challenge',
      'HTTP/1.1 403 No\r\ncf-mitigated: challenge\r\nServer: cloudflare\r\n',
      'down',
      'BOT_CHALLENGE',
      /bot challenge/,
    ],
    ['522', 'HTTP/1.1 522 Oh\r\n', 'down', 'UNEXPECTED_STATUS', /the origin did not answer the CDN/],
  ]
  test.each(rows)('%s', async (_what, head, verdict, code, message) => {
    const site = await target([`${head}Content-Length: 0\r\n\r\n`])
    const outcome = await probe(site.url)
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.message).toMatch(message)
  })
})

describe('a slow answer', () => {
  test('is degraded past its threshold, and names phase and value', async () => {
    const site = await target([{ pauseMs: 80 }, EMPTY])
    const outcome = await probe(site.url, { slowMs: { firstByte: 30 } })
    expect(outcome).toMatchObject({ verdict: 'degraded', code: 'SLOW_FIRST_BYTE' })
    expect(outcome.message).toMatch(/^Response: the first byte took \d+ ms, more than 30 ms$/)
    expect((await probe(site.url, { slowMs: { total: 40 } })).code).toBe('SLOW_RESPONSE')
    expect((await probe(site.url, { slowMs: { total: 2_000 } })).code).toBe('OK')
    await until(() => site.openConnections() === 0, 'the connections to close')
  })
})
