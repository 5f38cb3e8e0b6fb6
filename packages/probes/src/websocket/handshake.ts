import { createHash, randomBytes } from 'node:crypto'
import type { Header } from '@repo/contracts/specs/fields'
import type { WebsocketSpec } from '@repo/contracts/specs/socket'
import type { Failure } from '../engine/failure.ts'
import type { Mask } from '../engine/masking.ts'
import { escaped } from '../engine/readable.ts'
import type { HeaderFields } from '../http/header-fields.ts'
import { fieldLines, type HopRequest } from '../http/request.ts'
import { shownFields, shownPath } from '../http/shown-request.ts'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface Upgrade {
  readonly request: HopRequest
  /** What asks for the upgrade: of this connection, and no secret of anybody's. */
  readonly lines: readonly Header[]
  readonly key: string
}

/** The request that asks for an upgrade (RFC 6455 section 4.1). */
export function upgradeRequest({ url, headers = [], auth, subprotocol }: WebsocketSpec): Upgrade {
  const asHttp = new URL(url.replace(/^ws/i, 'http'))
  if (auth?.kind === 'api-key' && auth.in === 'query') asHttp.searchParams.append(auth.name, auth.value)
  const key = randomBytes(16).toString('base64')
  const request: HopRequest = {
    url: asHttp,
    method: 'GET',
    headers: headers.filter(({ name }) => !isOfHandshake(name)),
    body: null,
    auth: auth ?? null,
    acceptEncoding: 'identity',
  }
  const lines = [
    { name: 'Connection', value: 'Upgrade' },
    { name: 'Upgrade', value: 'websocket' },
    { name: 'Sec-WebSocket-Version', value: '13' },
    { name: 'Sec-WebSocket-Key', value: key },
    ...(subprotocol ? [{ name: 'Sec-WebSocket-Protocol', value: subprotocol }] : []),
  ]
  return { request, lines, key }
}

function isOfHandshake(name: string): boolean {
  return /^sec-websocket-/i.test(name)
}

export function upgradeText({ request, lines }: Upgrade): string {
  return requestHead(request, `${request.url.pathname}${request.url.search}`, [...fieldLines(request), ...lines])
}

/** The same for people: what may be secret is masked. */
export function shownUpgrade({ request, lines }: Upgrade): string {
  return requestHead(request, shownPath(request.url), [...shownFields(request), ...lines]).trimEnd()
}

function requestHead({ url }: HopRequest, path: string, fields: readonly Header[]): string {
  // The end of this connection is WebSocket's to announce.
  const lines = fields.filter(({ name, value }) => !(name === 'Connection' && value === 'close'))
  return `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n${lines.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** What is wrong with the answer to an upgrade; null where both now speak WebSocket. */
export function judgeUpgrade(
  status: number,
  fields: HeaderFields,
  { key, subprotocol, mask }: { key: string; subprotocol: string | undefined; mask: Mask },
): Failure | null {
  if (status !== 101) {
    const location = fields.first('location')
    const whither = location ? `, and points to '${escaped(mask(location.replace(/[?#].*$/s, '')), 100)}'` : ''
    return { code: 'WS_REFUSED', text: `WebSocket: answered ${status} instead of switching protocols${whither}` }
  }
  const accepted = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  const wrong = wrongField(fields, accepted, subprotocol)
  return wrong ? { code: 'WS_PROTOCOL', text: `WebSocket: switched protocols, but ${mask(wrong)}` } : null
}

function wrongField(fields: HeaderFields, accepted: string, subprotocol: string | undefined): string | undefined {
  if (fields.first('upgrade')?.toLowerCase() !== 'websocket') return 'not to websocket'
  if (!/(^|,)\s*upgrade\s*(,|$)/i.test(fields.all('connection').join(',')))
    return 'its Connection field does not say so'
  if (fields.first('sec-websocket-accept') !== accepted) return 'with a key that answers another request'
  if (fields.first('sec-websocket-extensions')) return 'with extensions that nobody has asked for'
  const chosen = fields.first('sec-websocket-protocol')
  return chosen === subprotocol ? undefined : `with the subprotocol '${escaped(chosen ?? 'none')}'`
}
