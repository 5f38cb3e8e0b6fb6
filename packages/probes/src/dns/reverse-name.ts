import { parseAddress } from '../egress/address.ts'

/** The name of an address in the reverse tree (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(text: string): string {
  const address = parseAddress(text)
  const bytes = [...(address?.bytes ?? [])].reverse()
  if (address?.family !== 6) return `${bytes.join('.')}.in-addr.arpa`
  const nibbles = bytes.flatMap((byte) => [byte & 0x0f, byte >> 4])
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}
