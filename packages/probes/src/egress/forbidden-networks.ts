import { type Address, contains, type Network, parseNetwork } from './address.ts'

/**
 * Why nobody's monitor may connect to this address, or undefined for an address of the public internet.
 * The list follows the IANA special-purpose registries (RFC 6890), widened by what routers and resolvers turn into private addresses.
 */
export function forbiddenReason(address: Address): string | undefined {
  const embedded = embeddedV4(address)
  if (embedded.length > 0) return embedded.map(forbiddenReason).find((reason) => reason !== undefined)
  if (metadata.some((network) => contains(network, address))) return 'a metadata address'
  return forbidden.find(({ network }) => contains(network, address))?.reason
}

const forbidden = Object.entries({
  'an unspecified address': ['0.0.0.0/8', '::/128'],
  'a loopback address': ['127.0.0.0/8', '::1/128'],
  'a private address': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  'a carrier-grade NAT address': ['100.64.0.0/10'],
  'a link-local address': ['169.254.0.0/16', 'fe80::/10'],
  'a multicast address': ['224.0.0.0/4', 'ff00::/8'],
  'a documentation address': ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  'a benchmarking address': ['198.18.0.0/15', '2001:2::/48'],
  'a reserved address': [
    '192.0.0.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.175.48.0/24',
    '240.0.0.0/4',
    '::/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '5f00::/16',
  ],
}).flatMap(([reason, texts]) => texts.map((text) => ({ reason, network: knownNetwork(text) })))

/** Where clouds hand out the credentials of the machine that asks: EC2, GCE, Azure, ECS, Alibaba, Oracle. */
const metadata = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
].map(knownNetwork)

/** True for an address, or the address inside of one, that no policy may open. */
export function isMetadata(address: Address): boolean {
  return [address, ...embeddedV4(address)].some((one) => metadata.some((network) => contains(network, one)))
}

const V4_MAPPED = knownNetwork('::ffff:0:0/96')
const TEREDO = knownNetwork('2001::/32')
const SIX_TO_FOUR = knownNetwork('2002::/16')

/** The IPv4 addresses that an IPv6 address leads to; each of them is judged in its place. */
function embeddedV4(address: Address): Address[] {
  if (address.family === 4) return []
  const { bytes } = address
  if (contains(V4_MAPPED, address)) return [v4(bytes.slice(12))]
  if (contains(SIX_TO_FOUR, address)) return [v4(bytes.slice(2, 6))]
  // Teredo (RFC 4380) carries its server in the clear and its client with every bit inverted.
  if (contains(TEREDO, address)) return [v4(bytes.slice(4, 8)), v4(bytes.slice(12).map((byte) => byte ^ 0xff))]
  return []
}

function v4(bytes: readonly number[]): Address {
  return { family: 4, bytes }
}

function knownNetwork(text: string): Network {
  const network = parseNetwork(text)
  if (!network) throw new Error(`not a network: ${text}`)
  return network
}
