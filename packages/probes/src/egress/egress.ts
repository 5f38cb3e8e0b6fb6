import { InvalidInput } from '@repo/domain/errors'
import { type Address, contains, type Network, parseAddress, parseNetwork } from './address.ts'
import { forbiddenReason, isMetadata } from './forbidden-networks.ts'
import { isForbiddenPort } from './forbidden-ports.ts'

export interface EgressRefusal {
  readonly code: 'BLOCKED_SCHEME' | 'BLOCKED_ADDRESS' | 'BLOCKED_PORT'
  /** What is wrong with the target, as the end of a sentence: "a private address (10.0.0.5)". */
  readonly reason: string
}

/** What is to be connected to. A `URL` is one; other protocols name themselves: `tcp:`, `udp:`, `icmp:`. */
export interface EgressTarget {
  readonly protocol: string
  /** IPv6 addresses with or without brackets. */
  readonly hostname: string
  /** Empty where the protocol's own port, or none, is meant. */
  readonly port: string
}

/** Which targets a probe may connect to. Each question is asked for the first target and again for every redirect. */
export interface EgressPolicy {
  /** What the URL of a website alone tells: its scheme, its port, its name, or its numeric host. Asked before any look-up. */
  judgeUrl(url: URL): EgressRefusal | undefined
  /** The same for a target of any protocol. */
  judgeTarget(target: EgressTarget): EgressRefusal | undefined
  /** What the addresses of its host tell. One forbidden answer refuses all: the rest cannot be trusted either. */
  judgeAddresses(target: EgressTarget, addresses: readonly string[]): EgressRefusal | undefined
}

export interface EgressRules {
  /** Opens RFC 1918 and fc00::/7. */
  readonly allowPrivate?: boolean
  readonly allowLoopback?: boolean
  /** Opens networks: `10.1.0.0/16`, `::1`. The word `private` stands for loopback and the private networks. */
  readonly allowedCidrs?: readonly string[]
  /** Ports that nothing connects to, whatever the protocol and the address. */
  readonly deniedPorts?: readonly number[]
}

/**
 * Without rules, the public internet and nothing else. Link-local addresses must be written out to be allowed, and the
 * addresses where clouds keep their credentials are refused in every policy.
 *
 * @throws InvalidInput for a network that is none.
 */
export function createEgressPolicy(rules: EgressRules): EgressPolicy {
  const allowed = allowedNetworks(rules)
  const denied = new Set(rules.deniedPorts ?? [])
  const isAllowed = (address: Address) => allowed.some((network) => contains(network, address)) && !isMetadata(address)

  const policy: EgressPolicy = {
    judgeUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return { code: 'BLOCKED_SCHEME', reason: `${url.protocol} is not http: or https:` }
      }
      return policy.judgeTarget(url)
    },

    judgeTarget(target) {
      const literal = literalAddress(target.hostname)
      if (literal) return policy.judgeAddresses(target, [literal])
      // A name can only be redeemed by addresses of the allow-list, so without one there is nothing to look up.
      return allowed.length === 0 ? (refusedName(target) ?? refusedPort(target, denied)) : deniedPort(target, denied)
    },

    judgeAddresses(target, addresses) {
      let everyAddressAllowed = addresses.length > 0
      for (const text of addresses) {
        const address = parseAddress(text)
        if (address && isAllowed(address)) continue
        everyAddressAllowed = false
        const reason = address ? forbiddenReason(address) : 'not a numeric address'
        if (reason) return { code: 'BLOCKED_ADDRESS', reason: `${reason} (${text})` }
      }
      if (everyAddressAllowed) return deniedPort(target, denied)
      return refusedName(target) ?? refusedPort(target, denied)
    },
  }
  return policy
}

/** The address that a host spells, without brackets; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return parseAddress(bare) ? bare : undefined
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
const LOOPBACK = ['127.0.0.0/8', '::1/128']

function allowedNetworks({ allowPrivate = false, allowLoopback = false, allowedCidrs = [] }: EgressRules): Network[] {
  const opened = [...(allowPrivate ? PRIVATE : []), ...(allowLoopback ? LOOPBACK : [])]
  return [...opened, ...allowedCidrs].flatMap(parseAllowed)
}

function parseAllowed(text: string): Network[] {
  const spellings = text.trim() === 'private' ? [...PRIVATE, ...LOOPBACK] : [text.trim()]
  return spellings.map((spelling) => {
    const network = parseNetwork(spelling)
    if (!network)
      throw new InvalidInput(`not a network to allow: "${text.slice(0, 60)}" (such as 10.0.0.0/8 or private)`)
    return network
  })
}

const LOCAL_SUFFIXES = ['.localhost', '.local', '.internal', '.localdomain', '.home.arpa']

/** Names that mean something only inside a network: no look-up of theirs may be trusted from outside of it. */
function refusedName({ hostname }: EgressTarget): EgressRefusal | undefined {
  if (literalAddress(hostname)) return undefined
  const name = hostname.toLowerCase().replace(/\.+$/, '')
  const isLocal = !name.includes('.') || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix))
  return isLocal ? { code: 'BLOCKED_ADDRESS', reason: `a name of the local network (${name})` } : undefined
}

const WEB: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:'])

/** A website lives on a website's port; whoever checks another protocol names its port on purpose. */
function refusedPort(target: EgressTarget, denied: ReadonlySet<number>): EgressRefusal | undefined {
  const { protocol, port } = target
  if (port !== '' && WEB.has(protocol) && isForbiddenPort(Number(port))) {
    return { code: 'BLOCKED_PORT', reason: `port ${port}, which is not a website's` }
  }
  return deniedPort(target, denied)
}

function deniedPort({ protocol, port }: EgressTarget, denied: ReadonlySet<number>): EgressRefusal | undefined {
  if (denied.size === 0) return undefined
  const number = port === '' ? DEFAULT_PORTS[protocol] : Number(port)
  const isDenied = number !== undefined && denied.has(number)
  return isDenied ? { code: 'BLOCKED_PORT', reason: `port ${number}, which is denied here` } : undefined
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 }
