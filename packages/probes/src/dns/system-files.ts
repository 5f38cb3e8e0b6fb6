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
  /** How often each server is asked, and how long it is waited for at most before the next. */
  readonly tries: number
  readonly tryMs: number
}

const LOOK_AGAIN_MS = 1_000
const SERVERS = 3
const SEARCH_DOMAINS = 6
const TRIES = { usual: 3, most: 5 }
const TRY_SECONDS = { usual: 5, most: 30 }
const LOCALHOST = { address: '127.0.0.1', port: 53 }

export function readSystemNames(hostsFile = '/etc/hosts', resolvConf = '/etc/resolv.conf'): SystemNames {
  const hosts = watched(hostsFile, parseHosts)
  const conf = watched(resolvConf, parseResolvConf)
  return { addressesOf: (name) => hosts().get(name.toLowerCase()), configuration: conf }
}

/** The content of a file as it was a second ago at most. A file that is not there, or cannot be read, is an empty one. */
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
    parsed = parse(textOf(file))
    return parsed
  }
}

function modifiedAtMs(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    return -1
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
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
  const options = lines.filter(([keyword]) => keyword === 'options').flat()
  const option = (name: string) => {
    const digits = options.findLast((one) => one.startsWith(`${name}:`))?.slice(name.length + 1) ?? ''
    return /^\d{1,3}$/.test(digits) ? Number(digits) : undefined
  }
  return {
    servers: servers.length > 0 ? servers.slice(0, SERVERS) : [LOCALHOST],
    search: search.filter((domain) => domain !== '.').slice(0, SEARCH_DOMAINS),
    dots: option('ndots') ?? 1,
    tries: Math.min(TRIES.most, Math.max(1, option('attempts') ?? TRIES.usual)),
    tryMs: Math.min(TRY_SECONDS.most, Math.max(1, option('timeout') ?? TRY_SECONDS.usual)) * 1_000,
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
