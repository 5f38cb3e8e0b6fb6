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
  const v4 = parseV4(text)
  if (v4) return { family: 4, bytes: v4 }
  // Names are asked about far more often than addresses, and none of them holds a colon.
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return { family: 6, bytes: ipaddr.IPv6.parse(text).toByteArray() }
}

const ZERO = 0x30
const DOT = 0x2e

// By hand because every check of every target asks it more than once; the library takes twenty times as long.
function parseV4(text: string): number[] | undefined {
  if (text.length > 15) return undefined
  const bytes: number[] = []
  let byte = -1
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? DOT : text.charCodeAt(index)
    if (code === DOT) {
      if (byte === -1) return undefined
      bytes.push(byte)
      byte = -1
      continue
    }
    const digit = code - ZERO
    // A leading zero would make the number octal to some readers.
    if (digit < 0 || digit > 9 || byte === 0) return undefined
    byte = byte === -1 ? digit : byte * 10 + digit
    if (byte > 255) return undefined
  }
  return bytes.length === 4 ? bytes : undefined
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
