import ipaddr from 'ipaddr.js'
import type { Clock } from './clock.ts'

/** Where a request comes from, as far as we know and believe it. */
export interface Caller {
  readonly requestId: string
  /** When the request came. */
  readonly atMs: number
  /** The address of whoever asks: of the connection, or, behind a declared proxy, the one that it names. */
  readonly address: string
  readonly userAgent: string
  /** Whether the browser speaks TLS, so that a cookie may insist on it. */
  readonly isSecure: boolean
}

/** What the server knows of a connection. */
export interface Connection {
  readonly address?: string | undefined
}

export interface CallerSettings {
  /** Ranges of proxies whose `X-Forwarded-*` are believed; nobody else's are. */
  readonly trustedProxies: readonly string[]
  readonly clock: Clock
}

/** Whether an address lies in one of the ranges. @throws Error for a range that is none. */
export function createRanges(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map((range) => ipaddr.parseCIDR(range.includes('/') ? range : `${range}/${widthOf(range)}`))
  return (text) => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return parsed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
  }
}

function widthOf(address: string): number {
  return address.includes(':') ? 128 : 32
}

/** Reads who asks. Forwarding headers count only where the connection comes from a trusted proxy, from the right to the first that is none. */
export function createCallers({ trustedProxies, clock }: CallerSettings) {
  const isTrusted = createRanges(trustedProxies)
  return (headers: Headers, connection: Connection): Caller => {
    const peer = normalAddress(connection.address ?? '')
    const isForwarded = isTrusted(peer)
    return {
      requestId: Bun.randomUUIDv7(),
      atMs: clock.nowMs(),
      address: isForwarded ? forwardedFor(headers, isTrusted) || peer : peer,
      userAgent: (headers.get('user-agent') ?? '').slice(0, 300),
      isSecure: isForwarded && lastOf(headers.get('x-forwarded-proto')) === 'https',
    }
  }
}

/** Empty where the first hop that is no proxy of ours is no address: what stands left of it was written by whoever asks. */
function forwardedFor(headers: Headers, isTrusted: (address: string) => boolean): string {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => normalAddress(withoutPort(hop.trim())))
  const first = hops.findLast((hop) => !isTrusted(hop)) ?? ''
  return ipaddr.isValid(first) ? first : ''
}

/** Some proxies write `address:port`, and IPv6 in brackets. */
function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([\d.]+))(?::\d{1,5})?$/i.exec(hop) ?? []
  return bracketed ?? plain ?? hop
}

/** IPv4 in IPv6 is the same address, and must not count as another one for a limit. */
function normalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text
}

function lastOf(list: string | null): string | undefined {
  return list?.split(',').at(-1)?.trim().toLowerCase()
}

/** An IPv6 site has 2^64 addresses to try from: they count as one, however they are written. */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  return ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')
}
