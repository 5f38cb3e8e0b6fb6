import type { Auth, HttpSpec } from '@repo/contracts/specs/http'

export const USER_AGENT = 'Mozilla/5.0 (compatible; BetterUptime/0.1; +https://github.com/betteruptime/betteruptime)'
export const MASK = '•••'

/** One request of a check. What it carries of the spec shrinks on the way: see `followed`. */
export interface HopRequest {
  readonly url: URL
  readonly method: string
  readonly headers: readonly HeaderLine[]
  readonly body: string | Uint8Array | null
  readonly auth: Auth | null
  /** Content codings that may be answered with. */
  readonly acceptEncoding: string
}

export interface HeaderLine {
  readonly name: string
  readonly value: string
}

/** The first request of a check. */
export function firstRequest(spec: HttpSpec, random: () => string): HopRequest {
  const url = new URL(spec.url)
  const { auth = null } = spec
  if (auth?.kind === 'api-key' && auth.in === 'query') url.searchParams.append(auth.name, auth.value)
  if (spec.cacheBusting) url.searchParams.append('_', random())
  return {
    url,
    method: spec.method ?? 'GET',
    headers: spec.headers ?? NONE,
    body: spec.body ?? null,
    auth,
    acceptEncoding: 'identity',
  }
}

const NONE: readonly HeaderLine[] = []

/**
 * The request after a redirect. As browsers do it (WHATWG Fetch, HTTP-redirect fetch): 303 asks with GET, 301 and 302 turn
 * POST into GET. Nothing that may be a secret goes to another origin, nor comes back from there.
 */
export function followed(before: HopRequest, status: number, url: URL): HopRequest {
  const becomesGet =
    (status === 303 && before.method !== 'HEAD') || ((status === 301 || status === 302) && before.method === 'POST')
  const stays = isSameSite(before.url, url)
  return {
    ...before,
    url,
    ...(becomesGet ? { method: 'GET', body: null } : {}),
    headers: before.headers.filter(
      ({ name }) => (stays || HARMLESS.has(name.toLowerCase())) && !(becomesGet && /^content-/i.test(name)),
    ),
    auth: stays ? before.auth : null,
  }
}

const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'user-agent',
  'cache-control',
  'content-type',
])

/** The same origin, or the same host by the better protocol. */
function isSameSite(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true
  return (
    from.hostname === to.hostname &&
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    `${from.port}${to.port}` === ''
  )
}

const PLAIN_FIELDS = `User-Agent: ${USER_AGENT}\r
Accept: */*\r
Accept-Encoding: identity\r
Cache-Control: no-cache\r
Connection: close\r
\r
`

/** What goes over the wire, the body included. A parsed URL is percent-encoded ASCII, and headers were judged, so nothing in it can end a line. */
export function requestOnWire(request: HopRequest): string | Uint8Array {
  const { body } = request
  const head = requestHead(request)
  if (body === null) return head
  return typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body])
}

function requestHead({ url, method, headers, body, auth, acceptEncoding }: HopRequest): string {
  const start = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n`
  const isPlain = headers.length === 0 && body === null && auth === null && method === 'GET'
  if (isPlain && acceptEncoding === 'identity') return start + PLAIN_FIELDS
  const lines = fieldLines({ url, method, headers, body, auth, acceptEncoding })
  return `${start}${lines.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** The fields of a request, Host apart: the person's own, and ours where there is none of theirs. */
export function fieldLines({ method, headers, body, auth, acceptEncoding }: HopRequest): HeaderLine[] {
  const named = new Set(headers.map(({ name }) => name.toLowerCase()))
  const own: HeaderLine[] = [
    { name: 'User-Agent', value: USER_AGENT },
    { name: 'Accept', value: '*/*' },
    { name: 'Accept-Encoding', value: acceptEncoding },
    { name: 'Cache-Control', value: 'no-cache' },
    ...(auth ? authLines(auth) : []),
  ]
  const hasBody = body !== null || method === 'POST' || method === 'PUT' || method === 'PATCH'
  return [
    ...own.filter(({ name }) => !named.has(name.toLowerCase())),
    ...headers,
    ...(hasBody ? [{ name: 'Content-Length', value: String(Buffer.byteLength(body ?? '')) }] : []),
    { name: 'Connection', value: 'close' },
  ]
}

function authLines(auth: Auth): HeaderLine[] {
  switch (auth.kind) {
    case 'basic':
      // RFC 7617, with the charset that everybody has come to expect.
      return [
        {
          name: 'Authorization',
          value: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`,
        },
      ]
    case 'bearer':
      return [{ name: 'Authorization', value: `Bearer ${auth.token}` }]
    case 'api-key':
      return auth.in === 'header' ? [{ name: auth.name, value: auth.value }] : []
  }
}
