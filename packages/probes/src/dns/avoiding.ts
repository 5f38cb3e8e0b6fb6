import type { Resolve } from './resolve.ts'

/** The same look-up with one address last: it just failed, and where there are others one of those is to be tried first. */
export function avoiding(resolve: Resolve, address: string): Resolve {
  return async (host, options) => {
    const found = await resolve(host, options)
    if (found.kind === 'failed' || found.addresses.length < 2) return found
    const others = found.addresses.filter((one) => one !== address)
    const avoided = found.addresses.filter((one) => one === address)
    return { ...found, addresses: [...others, ...avoided] }
  }
}
