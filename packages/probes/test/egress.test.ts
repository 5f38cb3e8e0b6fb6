import { describe, expect, test } from 'bun:test'
import { createEgressPolicy, type EgressPolicy } from '../src/egress/egress.ts'
import { probe } from './probing.ts'

const closed = createEgressPolicy({ allowedCidrs: [] })

/** What becomes of a URL before anything is connected to: as at the API's door, and as in the probe. */
function judge(policy: EgressPolicy, text: string): string {
  if (!URL.canParse(text)) return 'not a URL'
  return policy.judgeUrl(new URL(text))?.code ?? 'allowed'
}

const loopbackHosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '127.000.000.001',
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0x7f.1',
  '0x7f.0.0.1',
  '0x7F.0x0.0x0.0x1',
  '0177.0.0.1',
  '0177.0.0.01',
  '0177.1',
  '127.0.0.1.',
  '127.1.',
  '%31%32%37.0.0.1',
  '１２７.０.０.１',
  '１２７。０。０。１',
  '127。0。0。1',
  '127．0．0．1',
  '①②⑦.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::0001]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::FFFF:7F00:0001]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:7f00:0001::1]',
  '[2001:0:7f00:1::]',
  '[2001::80ff:fffe]',
  '[2001:0:5db8:d70e:0:0:80ff:fffe]',
]
const privateHosts = [
  '10.0.0.0',
  '10.0.0.5',
  '10.255.255.255',
  '10.1',
  '167772165',
  '0xa000005',
  '012.0.0.5',
  '[::ffff:10.0.0.5]',
  '[2002:a00:5::]',
  '172.16.0.0',
  '172.16.0.1',
  '172.31.255.255',
  '2886729729',
  '0xac.0x10.0.1',
  '[::ffff:172.16.0.1]',
  '192.168.0.0',
  '192.168.0.1',
  '192.168.255.255',
  '3232235521',
  '0xc0a80001',
  '0300.0250.0.1',
  '192.168.1',
  '[::ffff:c0a8:1]',
  '[::c0a8:1]',
  '[64:ff9b::c0a8:1]',
  '[2002:c0a8:1::]',
  '[fc00::]',
  '[fc00::1]',
  '[fd00::2]',
  '[fdff:ffff::1]',
  '[FD12:3456:789a::1]',
  '[fec0::1]',
  '[feff::1]',
]
const linkLocalHosts = [
  '169.254.0.0',
  '169.254.169.254',
  '169.254.255.255',
  '2852039166',
  '0xa9fea9fe',
  '0xA9.0xFE.0xA9.0xFE',
  '0251.0376.0251.0376',
  '0251.254.169.254',
  '169.254.43518',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
  '[fe80::1]',
  '[fe80::a9fe:a9fe]',
  '[febf::1]',
  '[fe90::1]',
]
const reservedHosts = [
  '0',
  '0.0.0.0',
  '0x0',
  '00',
  '0.1.2.3',
  '0.255.255.255',
  '[::]',
  '[0::0]',
  '[::ffff:0.0.0.0]',
  '100.64.0.0',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.88.99.1',
  '192.175.48.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '4294967295',
  '[::2]',
  '[100::1]',
  '[2001:2::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[ff00::1]',
  '[ff02::1]',
  '[ff0e::1]',
  '[::ffff:224.0.0.1]',
]
const localNames = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'ｌｏｃａｌｈｏｓｔ',
  'loc%61lhost',
  'a.localhost',
  'a.b.localhost.',
  'printer.local',
  'printer.LOCAL.',
  'metadata.google.internal',
  'metadata.google.internal.',
  'api.internal',
  'localhost.localdomain',
  'router.home.arpa',
  'redis',
  'postgres',
  'metadata',
]
const dressedUp = [
  'http://good@127.0.0.1/',
  'http://127.0.0.1#.good.com/',
  'http://127.0.0.1?.good.com/',
  'http://127.0.0.1\\@good.com/',
  'http:\\\\127.0.0.1\\',
  'http:127.0.0.1/',
  'http:///127.0.0.1/',
  'http://127.0.0.1:80/',
  'http://12\t7.0.0.1/',
  'http://127.0.\n0.1/',
  'http://good.com:80@127.0.0.1/',
  'https://[::1]:443/',
  'HTTP://127.0.0.1/',
  'http://[::1]:80@good/',
]
const unparsable = [
  'http://[fe80::1%25eth0]/',
  'http://[fe80::1%eth0]/',
  'http://127.0.0.1.5.6/',
  'http://256.1.1.1/',
  'http://[::1/',
  'http://1.2.3.0x100/',
]

const refusedUrls = [...loopbackHosts, ...privateHosts, ...linkLocalHosts, ...reservedHosts, ...localNames]
  .map((host) => `http://${host}/`)
  .concat(dressedUp)

describe('an egress policy without an allow-list', () => {
  test('is asked about more than 120 spellings of forbidden hosts', () => {
    expect(new Set(refusedUrls).size).toBeGreaterThan(120)
  })

  test.each(refusedUrls)('refuses %p', (url) => {
    expect(judge(closed, url)).toBe('BLOCKED_ADDRESS')
  })

  test.each(unparsable)('is never asked about %p, which is no URL', (url) => {
    expect(judge(closed, url)).toBe('not a URL')
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.1',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.1',
    '191.255.255.255',
    '192.0.1.0',
    '192.0.3.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '198.51.99.255',
    '198.51.101.0',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '[::ffff:8.8.8.8]',
    '[2002:808:808::1]',
    '[2606:4700:4700::1111]',
    '[2a00:1450:4001::1]',
    '[2001:4860:4860::8888]',
    '[2001:1::1]',
    '[2003::1]',
    '02.example.com',
    '10.example.com',
    'example.com',
    'www.example.com.',
    'localhost.example.com',
    'internal.example.com',
    'xn--zrich-kva.example',
  ])('lets http://%s/ pass', (host) => {
    expect(judge(closed, `http://${host}/`)).toBe('allowed')
  })

  test.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'dict://example.com/',
    'data:text/plain,a',
    'javascript:alert(1)',
    'blob:http://example.com/a',
    'ws://example.com/',
    'wss://example.com/',
    'jar:http://example.com/',
    'about:blank',
  ])('refuses the scheme of %s', (url) => {
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

  test.each(refusedUrls)('%p is unknown, and nothing was tried', async (url) => {
    const outcome = await probe(url, {}, guarded).catch((error: Error) => error.message)
    expect(outcome).toMatchObject({ verdict: 'unknown', code: 'BLOCKED_ADDRESS', address: null, status: null })
  })
})
