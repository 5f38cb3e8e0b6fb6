import ipaddr from 'ipaddr.js'

/** A numeric address in its one strict spelling; anything looser is not an address to us. */
export interface Address {
  readonly family: 4 | 6
  readonly bytes: readonly number[]
}

export interface Network extends Address {
  readonly prefixBits: number
}

/** Only `a.b.c.d` in plain decimal and plain IPv6 texts count: octal, hexadecimal, short forms and zones do not. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 4, bytes: ipaddr.IPv4.parse(text).octets }
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return { family: 6, bytes: ipaddr.IPv6.parse(text).toByteArray() }
}

/** `10.0.0.0/8`, or a single address. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash))
  if (!address) return undefined
  const longest = address.bytes.length * 8
  if (slash === -1) return { ...address, prefixBits: longest }
  const digits = text.slice(slash + 1)
  const prefixBits = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN
  return prefixBits <= longest ? { ...address, prefixBits } : undefined
}

export function contains(network: Network, { family, bytes }: Address): boolean {
  if (network.family !== family) return false
  const wholeBytes = network.prefixBits >> 3
  for (let index = 0; index < wholeBytes; index += 1) {
    if (network.bytes[index] !== bytes[index]) return false
  }
  const restBits = network.prefixBits & 7
  if (restBits === 0) return true
  const mask = (0xff << (8 - restBits)) & 0xff
  return ((network.bytes[wholeBytes] ?? 0) & mask) === ((bytes[wholeBytes] ?? 0) & mask)
}
