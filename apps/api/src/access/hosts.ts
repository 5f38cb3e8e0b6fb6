import ipaddr from 'ipaddr.js'

/**
 * Whether a `Host` header names us. A page of another site can make a browser send its own name to our address (DNS
 * rebinding), so only names that were declared count; a literal address cannot be rebound. The port is not looked at.
 */
export function createHostList(names: readonly string[]): (host: string | null) => boolean {
  const known = new Set(['localhost', ...names.map((name) => name.toLowerCase())])
  return (host) => {
    // A request without one is HTTP/1.0 or a test of ours: there is no name to be deceived by.
    if (host === null) return true
    const name = hostname(host)
    return name !== undefined && (known.has(name) || ipaddr.isValid(name))
  }
}

/** The name in `name`, `name:port`, `[v6]:port`; undefined for anything else. */
function hostname(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (bracketed ?? plain)?.toLowerCase()
}
