import { describe, expect, test } from 'bun:test'
import { createEgressPolicy, type EgressPolicy } from '../src/egress/egress.ts'
import { otherSchemes, publicHosts, refusedUrls, unparsable } from '../testing/forbidden-hosts.ts'
import { probe } from './probing.ts'

const closed = createEgressPolicy({ allowedCidrs: [] })

/** What becomes of a URL before anything is connected to: as at the API's door, and as in the probe. */
function judge(policy: EgressPolicy, text: string): string {
  if (!URL.canParse(text)) return 'not a URL'
  return policy.judgeUrl(new URL(text))?.code ?? 'allowed'
}

describe('an egress policy without an allow-list', () => {
  test('is asked about more than 120 spellings of forbidden hosts', () => {
    expect(new Set(refusedUrls).size).toBeGreaterThan(120)
  })

  test.each([...refusedUrls])('refuses %p', (url) => {
    expect(judge(closed, url)).toBe('BLOCKED_ADDRESS')
  })

  test.each([...unparsable])('is never asked about %p, which is no URL', (url) => {
    expect(judge(closed, url)).toBe('not a URL')
  })

  test.each([...publicHosts])('lets http://%s/ pass', (host) => {
    expect(judge(closed, `http://${host}/`)).toBe('allowed')
  })

  test.each([...otherSchemes])('refuses the scheme of %s', (url) => {
    expect(judge(closed, url)).toBe('BLOCKED_SCHEME')
  })

  test.each([22, 25, 110, 143, 1433, 3306, 5432, 6379, 11211, 27017])('refuses port %d', (port) => {
    expect(judge(closed, `http://example.com:${port}/`)).toBe('BLOCKED_PORT')
    expect(closed.judgeAddresses(new URL(`http://example.com:${port}/`), ['8.8.8.8'])?.code).toBe('BLOCKED_PORT')
  })

  test.each([80, 443, 3000, 8000, 8080, 8443, 9200])('lets port %d pass', (port) => {
    expect(judge(closed, `http://example.com:${port}/`)).toBe('allowed')
  })

  test.each([
    [['10.0.0.5'], 'a private address (10.0.0.5)'],
    [['8.8.8.8', '10.0.0.5'], 'a private address (10.0.0.5)'],
    [['2606:4700::1', 'fe80::1'], 'a link-local address (fe80::1)'],
    [['fe80::1%eth0'], 'not a numeric address (fe80::1%eth0)'],
    [['0177.0.0.1'], 'not a numeric address (0177.0.0.1)'],
    [['0.0.0.0'], 'an unspecified address (0.0.0.0)'],
  ])('refuses all of the answers %j', (addresses, reason) => {
    expect(closed.judgeAddresses(new URL('http://example.com/'), addresses)).toEqual({
      code: 'BLOCKED_ADDRESS',
      reason,
    })
  })

  test('refuses a local name even where its address is public', () => {
    expect(closed.judgeAddresses(new URL('http://redis/'), ['8.8.8.8'])?.code).toBe('BLOCKED_ADDRESS')
  })
})

describe('an allow-list', () => {
  test('re-permits the networks it names and no others', () => {
    const policy = createEgressPolicy({ allowedCidrs: ['10.1.0.0/16', 'fd00::/64', '192.168.7.7'] })
    expect(['10.1.2.3', '[fd00::9]', '192.168.7.7'].map((host) => judge(policy, `http://${host}/`))).toEqual([
      'allowed',
      'allowed',
      'allowed',
    ])
    expect(
      ['10.2.0.0', '[fd00:0:0:1::]', '192.168.7.8', '127.0.0.1'].map((host) => judge(policy, `http://${host}/`)),
    ).toEqual(Array(4).fill('BLOCKED_ADDRESS'))
  })

  test('means loopback, RFC 1918 and unique local addresses by the word private, and nothing of a cloud', () => {
    const policy = createEgressPolicy({ allowedCidrs: ['private'] })
    for (const host of ['127.0.0.1', '10.0.0.1', '172.31.0.1', '192.168.0.1', '[::1]', '[fd00::1]'])
      expect(judge(policy, `http://${host}/`)).toBe('allowed')
    for (const host of ['169.254.169.254', '[fe80::1]', '100.64.0.1', '0.0.0.0', '[::ffff:127.0.0.1]'])
      expect(judge(policy, `http://${host}/`)).toBe('BLOCKED_ADDRESS')
  })

  test('redeems a local name by its address, and only by that', () => {
    const policy = createEgressPolicy({ allowedCidrs: ['127.0.0.0/8'] })
    const url = new URL('http://localhost:6379/')
    expect(policy.judgeUrl(url)).toBeUndefined()
    expect(policy.judgeAddresses(url, ['127.0.0.1'])).toBeUndefined()
    expect(policy.judgeAddresses(url, ['127.0.0.1', '8.8.8.8'])?.code).toBe('BLOCKED_ADDRESS')
    expect(policy.judgeAddresses(url, [])?.code).toBe('BLOCKED_ADDRESS')
  })

  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '10.0.0.0/-1', '::/129', '*'])(
    'refuses the network %p',
    (text) => {
      expect(() => createEgressPolicy({ allowedCidrs: [text] })).toThrow('not a network to allow')
    },
  )
})

describe('a probe of a forbidden target', () => {
  const guarded = { egress: closed, resolve: () => Promise.reject(new Error('no look-up was needed')) }

  test.each([...refusedUrls])('%p is unknown, and nothing was tried', async (url) => {
    const outcome = await probe(url, {}, guarded).catch((error: Error) => error.message)
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS', address: null, status: null })
  })
})
