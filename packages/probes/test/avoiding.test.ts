import { expect, test } from 'bun:test'
import { avoiding } from '../src/dns/avoiding.ts'
import type { Resolution } from '../src/dns/resolve.ts'

const answering = (found: Resolution) => avoiding(async () => found, '192.0.2.1')('shop.example', { limitMs: 1_000 })

test.each([
  [
    'comes last where there are others',
    ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
    ['192.0.2.2', '2001:db8::1', '192.0.2.1'],
  ],
  ['is tried all the same where there is no other', ['192.0.2.1'], ['192.0.2.1']],
  ['changes nothing where it is not among them', ['192.0.2.2', '192.0.2.3'], ['192.0.2.2', '192.0.2.3']],
])('an address that just failed %s', async (_sentence, addresses, tried) => {
  expect(await answering({ kind: 'addresses', addresses })).toEqual({ kind: 'addresses', addresses: tried })
})

test('a name that cannot be looked up stays so', async () => {
  expect(await answering({ kind: 'failed', code: 'DNS_NXDOMAIN' })).toEqual({ kind: 'failed', code: 'DNS_NXDOMAIN' })
})
