import type { IpVersion, SlowMs } from '@repo/contracts/specs/fields'
import type { TLSOptions } from 'bun'
import type { Resolve } from '../dns/resolve.ts'
import { parseDnsServer } from '../dns/server-address.ts'
import { type EgressPolicy, type EgressRefusal, type EgressTarget, literalAddress } from '../egress/egress.ts'
import { type Failure, isFailure } from './failure.ts'
import { interleaved } from './interleaved.ts'
import { limits } from './limits.ts'
import { lookUp } from './look-up.ts'
import { escaped } from './readable.ts'
import type { ProbeRun } from './run.ts'

/** Where to connect: the addresses of a host, all of them judged, and how. */
export interface Place {
  readonly host: string
  readonly port: number
  /** Best first. */
  readonly addresses: readonly string[]
  /** Null: no TLS from the first byte. */
  readonly tls: TLSOptions | null
}

export interface PlaceDeps {
  readonly egress: EgressPolicy
  readonly resolve: Resolve
}

/** What a spec wishes of the way to its target; each check type has these fields or some of them. */
export interface PlaceWishes {
  readonly ipVersion?: IpVersion | undefined
  readonly nameServers?: readonly string[] | undefined
  readonly dnsCache?: boolean | undefined
  readonly slowMs?: SlowMs | undefined
}

/**
 * The addresses that a check of a protocol other than HTTP may connect to: looked up, judged, those of the wanted family,
 * in the order in which they are tried. The run is in its `dns` stage meanwhile.
 */
export async function findAddresses(
  target: EgressTarget,
  wishes: PlaceWishes,
  { deps, run }: { deps: PlaceDeps; run: ProbeRun },
): Promise<readonly string[] | Failure> {
  const refused = deps.egress.judgeTarget(target)
  if (refused) return refusal(refused)
  const literal = literalAddress(target.hostname)
  if (literal) return ofFamily([literal], wishes.ipVersion)
  const resolve = resolveAsWished(deps, wishes)
  if (isFailure(resolve)) return resolve
  const found = await lookUp(target.hostname, resolve, run)
  if (found.kind === 'failed') return found.failure
  const refusedAddress = deps.egress.judgeAddresses(target, found.addresses)
  if (refusedAddress) return refusal(refusedAddress)
  return ofFamily(interleaved(found.addresses), wishes.ipVersion)
}

/** The look-up with a monitor's own wishes. Whoever names a resolver names an address to connect to, which is judged as any other. */
export function resolveAsWished({ egress, resolve }: PlaceDeps, wishes: PlaceWishes): Resolve | Failure {
  const { nameServers: servers, dnsCache } = wishes
  if (servers === undefined && dnsCache !== false) return resolve
  const refused = refusedServer(egress, servers)
  if (refused) return refused
  const own = { ...(servers && { servers }), isFresh: dnsCache === false }
  return (host, options) => resolve(host, { ...options, ...own })
}

/** What speaks against the first of a monitor's own resolvers that something speaks against. */
export function refusedServer(egress: EgressPolicy, servers: readonly string[] = []): Failure | undefined {
  for (const text of servers) {
    const server = parseDnsServer(text)
    if (!server)
      return { code: 'BLOCKED_ADDRESS', text: `Not checked: ${escaped(text)} is not the address of a resolver` }
    const refused = egress.judgeTarget({ protocol: 'dns:', hostname: server.address, port: String(server.port) })
    if (refused) return { code: refused.code, text: `Not checked: the resolver leads to ${refused.reason}` }
  }
  return undefined
}

/** The first addresses of the wanted family. */
export function ofFamily(addresses: readonly string[], ipVersion: IpVersion | undefined): readonly string[] | Failure {
  if (ipVersion === undefined || ipVersion === 'auto') return addresses.slice(0, limits.addresses)
  const own = addresses.filter((address) => address.includes(':') === (ipVersion === 'ipv6'))
  if (own.length > 0) return own.slice(0, limits.addresses)
  return { code: 'DNS_NO_ADDRESS', text: `DNS: no ${ipVersion === 'ipv6' ? 'IPv6' : 'IPv4'} address` }
}

export function refusal({ code, reason }: EgressRefusal): Failure {
  return { code, text: `Not checked: leads to ${reason}` }
}
