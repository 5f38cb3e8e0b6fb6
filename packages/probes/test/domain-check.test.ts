import { afterEach, describe, expect, test } from 'bun:test'
import { domainSpecSchema } from '@repo/contracts/specs/names'
import { probeDomain } from '../src/checks/domain.ts'
import { parseRegistration } from '../src/domain-name/registration.ts'
import { loopback, running } from './probing.ts'

const DAY_MS = 86_400_000
const nowMs = Date.UTC(2026, 5, 1, 12)

interface Registry {
  readonly asked: string[]
  readonly bootstrapUrl: string
  stop(): Promise<void>
}

const registries: Registry[] = []
afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.stop()
})

/** A list of registries and the one registry in it, for .example and .co.example. */
function startRegistry(answer: (domain: string) => Response): Registry {
  const asked: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) => {
      const { origin, pathname } = new URL(url)
      asked.push(pathname)
      if (pathname !== '/dns.json') return answer(decodeURIComponent(pathname.split('/').at(-1) ?? ''))
      return Response.json({
        services: [
          [['com', 'xn--p1ai'], [`${origin}/rdap`]],
          [['de'], ['http://127.0.0.1:9/']],
        ],
      })
    },
  })
  const registry = { asked, bootstrapUrl: `${server.url}dns.json`, stop: () => server.stop(true) }
  registries.push(registry)
  return registry
}

const domainJson = (expiresInDays: number, status: readonly string[] = ['active']) => ({
  objectClassName: 'domain',
  events: [
    { eventAction: 'registration', eventDate: '2001-02-03T04:05:06Z' },
    { eventAction: 'expiration', eventDate: new Date(nowMs + expiresInDays * DAY_MS).toISOString() },
  ],
  status,
  nameservers: [{ ldhName: 'NS1.SHOP.COM' }],
  entities: [
    {
      roles: ['registrar'],
      vcardArray: [
        'vcard',
        [
          ['version', {}, 'text', '4.0'],
          ['fn', {}, 'text', 'Names \x1bInc'],
        ],
      ],
    },
  ],
})

function ask(domain: string, registry: Registry, atMs = nowMs) {
  const deps = { ...loopback, rdapBootstrapUrl: registry.bootstrapUrl, clock: { nowMs: () => atMs } }
  return probeDomain(domainSpecSchema.parse({ kind: 'domain', domain, timeoutMs: 2_000 }), deps, running)
}

describe('a domain', () => {
  const rows: [string, Response, string, string, RegExp][] = [
    [
      'that is registered for long',
      Response.json(domainJson(300)),
      'up',
      'OK',
      /^shop\.com is registered until 2027-03-28/,
    ],
    ['that expires soon', Response.json(domainJson(12)), 'degraded', 'DOMAIN_EXPIRING', /expires in 12 days/],
    ['that has expired', Response.json(domainJson(-3)), 'down', 'DOMAIN_EXPIRED', /expired 3 days ago/],
    [
      'that is about to be deleted',
      Response.json(domainJson(300, ['pending delete'])),
      'down',
      'DOMAIN_STATUS',
      /pending delete/,
    ],
    ['that is held', Response.json(domainJson(300, ['active', 'client hold'])), 'down', 'DOMAIN_STATUS', /client hold/],
    ['that is not registered', new Response('{}', { status: 404 }), 'down', 'DOMAIN_NOT_FOUND', /is not registered/],
    ['whose registry is overloaded', new Response('', { status: 503 }), 'unknown', 'RDAP_UNAVAILABLE', /answered 503/],
    ['whose registry speaks no JSON', new Response('<html>'), 'unknown', 'RDAP_UNAVAILABLE', /JSON/],
    [
      'whose registry speaks of something else',
      Response.json({ events: 7 }),
      'unknown',
      'RDAP_UNAVAILABLE',
      /not about a domain/,
    ],
    ['without a date', Response.json({ status: ['active'] }), 'up', 'OK', /^shop\.com is registered in/],
  ]
  test.each(rows)('%s', async (_what, answer, verdict, code, message) => {
    const outcome = await ask(
      'www.shop.com',
      startRegistry(() => answer),
    )
    expect(outcome).toMatchObject({ verdict, code } as object)
    expect(outcome.message).toMatch(message)
  })

  test('tells what the registry knows', async () => {
    const { facts } = await ask(
      'shop.com',
      startRegistry(() => Response.json(domainJson(300))),
    )
    expect(facts).toMatchObject({
      domain: 'shop.com',
      daysLeft: 300,
      registeredAt: '2001-02-03T04:05:06.000Z',
      registrar: 'Names \\x1bInc',
      nameServers: ['ns1.shop.com'],
      status: ['active'],
    })
  })

  test('is asked for twice a day at most, whatever the interval', async () => {
    const registry = startRegistry(() => Response.json(domainJson(300)))
    for (const hours of [0, 1, 5, 11.9, 12, 23.9]) await ask('shop.com', registry, nowMs + hours * 3_600_000)
    expect(registry.asked.filter((path) => path.startsWith('/rdap'))).toHaveLength(2)
    expect(registry.asked.filter((path) => path === '/dns.json')).toHaveLength(1)
  })

  test('of other letters is asked for in those of the DNS', async () => {
    const registry = startRegistry(() => Response.json(domainJson(300)))
    await ask('пример.рф', registry)
    expect(registry.asked).toContain('/rdap/domain/xn--e1afmkfd.xn--p1ai')
  })

  test.each([
    ['a registry that offers no RDAP', 'shop.zz', 'RDAP_UNAVAILABLE', /offers none/],
    ['a registry that is down', 'shop.de', 'RDAP_UNAVAILABLE', /refused the connection/],
    ['a suffix alone', 'co.uk', 'DOMAIN_NOT_FOUND', /not a domain that one can register/],
  ])('of %s', async (_what, domain, code, message) => {
    const outcome = await ask(
      domain,
      startRegistry(() => Response.json({})),
    )
    expect(outcome.code).toBe(code as never)
    expect(outcome.message).toMatch(message)
  })

  test('is nobody’s failure where the list of registries cannot be had', async () => {
    const registry = { asked: [], bootstrapUrl: 'http://127.0.0.1:9/dns.json', stop: async () => {} }
    expect(await ask('shop.com', registry)).toMatchObject({ verdict: 'unknown', code: 'RDAP_UNAVAILABLE' })
  })
})

test.each([[null], [[]], ['text'], [{ status: 'active' }], [{ events: [{ eventAction: 1 }] }]])(
  'what a registry says is not taken for a domain: %p',
  (json) => {
    expect(parseRegistration(json)).toBeUndefined()
  },
)
