import { domainToASCII } from 'node:url'
import ipaddr from 'ipaddr.js'
import { parseAddress } from '../egress/address.ts'
import { childrenOf, type Element, elementAt } from './der.ts'

/** Whom a certificate is for: its names of hosts as they stand in it, and its addresses. */
export interface HostNames {
  readonly shown: readonly string[]
  readonly known: ReadonlySet<string>
}

const EXTENSIONS = 0xa3
const SUBJECT_ALTERNATIVE_NAME = '551d11'
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

/**
 * The alternative names in a certificate (RFC 5280 section 4.2.1.6), byte by byte: the text that the runtime makes of them
 * joins what a hostile name wants joined.
 */
export function hostNamesOf(der: Uint8Array): HostNames {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength)
  const names = childrenOf(bytes, alternativeNames(bytes))
  const shown = names.flatMap((name) => textOf(bytes, name) ?? [])
  return { shown, known: new Set(shown.map(comparable)) }
}

function alternativeNames(der: Buffer): Element | undefined {
  const [body] = childrenOf(der, elementAt(der, 0))
  const wrapped = childrenOf(der, body).find(({ tag }) => tag === EXTENSIONS)
  const extensions = childrenOf(der, childrenOf(der, wrapped)[0])
  for (const extension of extensions) {
    const [identifier, ...rest] = childrenOf(der, extension)
    const value = rest.at(-1)
    if (!identifier || !value) continue
    if (der.toString('hex', identifier.start, identifier.end) !== SUBJECT_ALTERNATIVE_NAME) continue
    return elementAt(der, value.start, value.end)
  }
  return undefined
}

function textOf(der: Buffer, { tag, start, end }: Element): string | undefined {
  if (tag === DNS_NAME) return der.toString('latin1', start, end)
  const length = end - start
  if (tag !== IP_ADDRESS || (length !== 4 && length !== 16)) return undefined
  return ipaddr.fromByteArray([...der.subarray(start, end)]).toString()
}

/**
 * Whether a certificate is for a host (RFC 9525 section 6): by a name of its own or a wildcard that stands for exactly one
 * whole label. Its common name says nothing, and an address is only ever meant by an address.
 */
export function isFor({ known }: HostNames, host: string): boolean {
  const address = parseAddress(host.replace(/^\[|\]$/g, ''))
  if (address) return known.has(ipaddr.fromByteArray([...address.bytes]).toString())
  const name = comparable(asciiName(host))
  if (known.has(name)) return true
  const dot = name.indexOf('.')
  // A wildcard for a whole top-level domain is nobody's to have.
  return dot !== -1 && name.indexOf('.', dot + 1) !== -1 && known.has(`*${name.slice(dot)}`)
}

/** As a name stands in certificates and in the handshake: without letters beyond ASCII, and without the final dot of DNS. */
export function asciiName(host: string): string {
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return /^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name) || name
}

function comparable(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
}
