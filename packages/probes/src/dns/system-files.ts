import { readFileSync, statSync } from 'node:fs'
import { literalAddress } from '../egress/egress.ts'
import { type DnsServer, parseDnsServer } from './server-address.ts'

/** What a machine knows by itself of names and servers; read again when the files change. */
export interface SystemNames {
  /** Addresses of a name in the hosts file; undefined where it is not there. */
  addressesOf(name: string): readonly string[] | undefined
  configuration(): ResolvConf
}

export interface ResolvConf {
  readonly servers: readonly DnsServer[]
  readonly search: readonly string[]
  /** A name with fewer dots is tried below the search domains first. */
  readonly dots: number
}

const LOOK_AGAIN_MS = 1_000
const SERVERS = 3
const SEARCH_DOMAINS = 6
const LOCALHOST = { address: '127.0.0.1', port: 53 }

export function readSystemNames(hostsFile = '/etc/hosts', resolvConf = '/etc/resolv.conf'): SystemNames {
  const hosts = watched(hostsFile, parseHosts)
  const conf = watched(resolvConf, parseResolvConf)
  return { addressesOf: (name) => hosts().get(name.toLowerCase()), configuration: conf }
}

/** The content of a file as it was a second ago at most. A file that is not there is an empty one. */
function watched<Parsed>(file: string, parse: (text: string) => Parsed): () => Parsed {
  let parsed = parse('')
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let modifiedMs = -1
  return () => {
    const now = performance.now()
    if (now - lookedAtMs < LOOK_AGAIN_MS) return parsed
    lookedAtMs = now
    const current = modifiedAtMs(file)
    if (current === modifiedMs) return parsed
    modifiedMs = current
    parsed = parse(current === -1 ? '' : readFileSync(file, 'utf8'))
    return parsed
  }
}

function modifiedAtMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -1
}

export function parseHosts(text: string): Map<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>()
  for (const [first = '', ...names] of words(text)) {
    const address = literalAddress(first)
    if (!address) continue
    for (const name of names) hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address])
  }
  return hosts
}

/** The part of resolv.conf(5) that says whom to ask, and for what. */
export function parseResolvConf(text: string): ResolvConf {
  const lines = words(text)
  const servers = lines.flatMap(([keyword, value = '']) => {
    // A zone (`fe80::1%eth0`) names an interface, which a datagram cannot be sent through here.
    const server = keyword === 'nameserver' ? parseDnsServer(value.replace(/%.*$/, '')) : undefined
    return server ? [server] : []
  })
  const search = lines.findLast(([keyword]) => keyword === 'search' || keyword === 'domain')?.slice(1) ?? []
  const dots = /^ndots:(\d{1,2})$/.exec(
    lines
      .filter(([keyword]) => keyword === 'options')
      .flat()
      .findLast((option) => option.startsWith('ndots:')) ?? '',
  )?.[1]
  return {
    servers: servers.length > 0 ? servers.slice(0, SERVERS) : [LOCALHOST],
    search: search.filter((domain) => domain !== '.').slice(0, SEARCH_DOMAINS),
    dots: Number(dots ?? 1),
  }
}

function words(text: string): string[][] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*$/, '')
        .trim()
        .split(/\s+/),
    )
    .filter(([first]) => first !== '')
}
