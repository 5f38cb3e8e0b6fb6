/** Alternates between the address families, keeping the order within each, so that one dead family costs one stagger (RFC 8305). */
export function interleaved(addresses: readonly string[]): string[] {
  const firstIsV6 = addresses[0]?.includes(':') ?? false
  const preferred = addresses.filter((address) => address.includes(':') === firstIsV6)
  const other = addresses.filter((address) => address.includes(':') !== firstIsV6)
  return preferred
    .flatMap((address, index) => {
      const partner = other[index]
      return partner === undefined ? [address] : [address, partner]
    })
    .concat(other.slice(preferred.length))
}
