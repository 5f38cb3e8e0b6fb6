import type { RedisOptions } from 'ioredis'

/** Where a server is, and how to say so without a password. */
export interface RedisAddress {
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'sentinels' | 'name'>
  readonly isTls: boolean
  readonly shown: string
}

const FORMS =
  'not a Redis URL: it has the form redis://[user:password@]host[:port][/db], or rediss:// with TLS, or ' +
  'redis+sentinel://[user:password@]host[:port][,host[:port]…]/name-of-the-master[/db]'

const SINGLE = /^rediss?:\/\//
const SENTINEL =
  /^(?<scheme>rediss?)\+sentinel:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^@/]+)\/(?<name>[^/]+)(?:\/(?<db>\d+))?\/?$/
const DEFAULT_PORT = 6_379
const DEFAULT_SENTINEL_PORT = 26_379

/** User and password are those of the server itself, percent-encoded where they have to be. Throws without naming them. */
export function parseRedisUrl(url: string): RedisAddress {
  const sentinel = SENTINEL.exec(url)?.groups
  if (sentinel) return sentinelAddress(sentinel)
  if (!SINGLE.test(url) || !URL.canParse(url)) throw new Error(FORMS)
  return singleAddress(new URL(url))
}

function singleAddress({ protocol, hostname, host, port, username, password, pathname }: URL): RedisAddress {
  if (!/^(\/\d*)?$/.test(pathname) || hostname === '') throw new Error(FORMS)
  const db = Number(pathname.slice(1))
  return {
    options: { host: bare(hostname), port: Number(port || DEFAULT_PORT), db, ...login(`${username}:${password}`) },
    isTls: protocol === 'rediss:',
    shown: `${protocol}//${host}${pathname}`,
  }
}

function sentinelAddress({
  scheme,
  login: loginText = '',
  hosts = '',
  name = '',
  db,
}: Record<string, string>): RedisAddress {
  const sentinels = hosts.split(',').map((text) => {
    const { hostname, port } = parseHost(text)
    return { host: bare(hostname), port: Number(port || DEFAULT_SENTINEL_PORT) }
  })
  return {
    options: { sentinels, name: decodeURIComponent(name), db: Number(db ?? 0), ...login(loginText) },
    isTls: scheme === 'rediss',
    shown: `${scheme}+sentinel://${hosts}/${name}${db === undefined ? '' : `/${db}`}`,
  }
}

function parseHost(text: string): URL {
  if (!URL.canParse(`redis://${text}`)) throw new Error(FORMS)
  return new URL(`redis://${text}`)
}

function login(text: string): Pick<RedisOptions, 'username' | 'password'> {
  const [username = '', password = ''] = text.split(':').map(decodeURIComponent)
  return { ...(username && { username }), ...(password && { password }) }
}

/** An IPv6 address stands in brackets in a URL alone. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
