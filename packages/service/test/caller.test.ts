import { describe, expect, test } from 'bun:test'
import { createCallers, networkOf } from '../src/caller.ts'
import { systemClock } from '../src/clock.ts'

describe('where a request comes from', () => {
  const callerOf = createCallers({ trustedProxies: ['10.0.0.0/8', '2001:db8::1'], clock: systemClock })
  const from = (address: string | undefined, headers: Record<string, string> = {}) =>
    callerOf(new Headers(headers), { address })

  test.each<[string, string, string | undefined, string]>([
    ['nobody is believed', '203.0.113.9', '198.51.100.7', '203.0.113.9'],
    ['a declared proxy is', '10.1.2.3', '198.51.100.7', '198.51.100.7'],
    ['also one over IPv6', '2001:db8::1', '2001:db8:1::2', '2001:db8:1::2'],
    [
      'what stands left of what the proxy saw was written by whoever asks',
      '10.1.2.3',
      '1.2.3.4, 198.51.100.7',
      '198.51.100.7',
    ],
    ['proxies in a row are passed over', '10.1.2.3', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['a proxy that names nobody stands for itself', '10.1.2.3', undefined, '10.1.2.3'],
    ['nor does one that writes nonsense name anybody', '10.1.2.3', 'localhost; drop', '10.1.2.3'],
    ['nor does what stands left of it', '10.1.2.3', '1.2.3.4, unknown', '10.1.2.3'],
    ['also within a row of proxies', '10.1.2.3', '1.2.3.4, unknown, 10.9.9.9', '10.1.2.3'],
    ['a port beside it is none of it', '10.1.2.3', '1.2.3.4, 198.51.100.7:51234', '198.51.100.7'],
    ['also over IPv6', '10.1.2.3', '[2001:db8:1::2]:51234', '2001:db8:1::2'],
    ['IPv4 within IPv6 is IPv4', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['and so is a trusted proxy', '::ffff:10.1.2.3', '198.51.100.7', '198.51.100.7'],
  ])('%s', (_what, peer, forwarded, expected) => {
    expect(from(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }).address).toBe(expected)
  })

  test('TLS is what a declared proxy says it is, and nobody else', () => {
    const headers = { 'x-forwarded-proto': 'https' }
    expect(from('10.1.2.3', headers).isSecure).toBe(true)
    expect(from('203.0.113.9', headers).isSecure).toBe(false)
    expect(from('10.1.2.3').isSecure).toBe(false)
  })

  test('other headers that claim to know who asks are none', () => {
    const headers = { 'x-real-ip': '1.2.3.4', 'x-client-ip': '1.2.3.4', forwarded: 'for=1.2.3.4', 'x-user-id': 'root' }
    expect(from('203.0.113.9', headers)).toMatchObject({ address: '203.0.113.9', isSecure: false })
  })
})

describe('the network of an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8::2', '2001:db8:0:0'],
    ['2001:0db8:0000:0000:ffff::', '2001:db8:0:0'],
    ['2001:db8:0:1::1', '2001:db8:0:1'],
    ['no address', 'no address'],
  ])('%s is one of %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
