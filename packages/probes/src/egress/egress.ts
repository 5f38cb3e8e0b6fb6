import { InvalidInput } from '@repo/domain/errors'
import { type Address, contains, type Network, parseAddress, parseNetwork } from './address.ts'
import { forbiddenReason } from './forbidden-networks.ts'
import { isForbiddenPort } from './forbidden-ports.ts'

export interface EgressRefusal {
  readonly code: 'BLOCKED_SCHEME' | 'BLOCKED_ADDRESS' | 'BLOCKED_PORT'
  /** What is wrong with the target, as the end of a sentence: "a private address (10.0.0.5)". */
  readonly reason: string
}

/** Which targets a probe may connect to. Both questions are asked for the first URL and again for every redirect. */
export interface EgressPolicy {
  /** What the URL alone tells: its scheme, its port, its name, or its numeric host. Asked before any look-up. */
  judgeUrl(url: URL): EgressRefusal | undefined
  /** What the addresses of its host tell. One forbidden answer refuses all: the rest cannot be trusted either. */
  judgeAddresses(url: URL, addresses: readonly string[]): EgressRefusal | undefined
}

/**
 * `allow` re-permits networks (`10.1.0.0/16`, `::1`). The word `private` stands for loopback, RFC 1918 and fc00::/7;
 * link-local addresses, where clouds keep their credentials, must be written out.
 */
export function createEgressPolicy({ allow }: { allow: readonly string[] }): EgressPolicy {
  const allowed = allow.flatMap(parseAllowed)
  const isAllowed = (address: Address) => allowed.some((network) => contains(network, address))

  return {
    judgeUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return { code: 'BLOCKED_SCHEME', reason: `${url.protocol} is not http: or https:` }
      }
      const literal = literalAddress(url.hostname)
      if (literal) return this.judgeAddresses(url, [literal])
      // A name can only be redeemed by addresses of the allow-list, so without one there is nothing to look up.
      return allowed.length === 0 ? (refusedName(url) ?? refusedPort(url)) : undefined
    },

    judgeAddresses(url, addresses) {
      let everyAddressAllowed = addresses.length > 0
      for (const text of addresses) {
        const address = parseAddress(text)
        if (address && isAllowed(address)) continue
        everyAddressAllowed = false
        const reason = address ? forbiddenReason(address) : 'not a numeric address'
        if (reason) return { code: 'BLOCKED_ADDRESS', reason: `${reason} (${text})` }
      }
      return everyAddressAllowed ? undefined : (refusedName(url) ?? refusedPort(url))
    },
  }
}

/** The address that a URL's host spells, without brackets; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return parseAddress(bare) ? bare : undefined
}

const PRIVATE = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

function parseAllowed(text: string): Network[] {
  const spellings = text.trim() === 'private' ? PRIVATE : [text.trim()]
  return spellings.map((spelling) => {
    const network = parseNetwork(spelling)
    if (!network)
      throw new InvalidInput(`not a network to allow: "${text.slice(0, 60)}" (such as 10.0.0.0/8 or private)`)
    return network
  })
}

const LOCAL_SUFFIXES = ['.localhost', '.local', '.internal', '.localdomain', '.home.arpa']

/** Names that mean something only inside a network: no look-up of theirs may be trusted from outside of it. */
function refusedName(url: URL): EgressRefusal | undefined {
  if (literalAddress(url.hostname)) return undefined
  const name = url.hostname.toLowerCase().replace(/\.+$/, '')
  const isLocal = !name.includes('.') || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix))
  return isLocal ? { code: 'BLOCKED_ADDRESS', reason: `a name of the local network (${name})` } : undefined
}

function refusedPort(url: URL): EgressRefusal | undefined {
  const isForbidden = url.port !== '' && isForbiddenPort(Number(url.port))
  return isForbidden ? { code: 'BLOCKED_PORT', reason: `port ${url.port}, which is not a website's` } : undefined
}
