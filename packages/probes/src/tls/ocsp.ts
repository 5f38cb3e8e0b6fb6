import { childrenOf, type Element, elementAt } from './der.ts'

export type RevocationStatus = 'good' | 'revoked' | 'unknown'

const SUCCESSFUL = 0
const CONTEXT_0 = 0xa0
const SEQUENCE = 0x30
const INTEGER = 2
/** Tags of the choice in a single response: good and unknown hold nothing, revoked holds its time. */
const statuses: Readonly<Record<number, RevocationStatus>> = { 128: 'good', 161: 'revoked', 130: 'unknown' }

/**
 * What an OCSP response (RFC 6960 section 4.2.1) says about the certificate with this serial number; undefined for what is
 * none, or is about others. Its signature is not looked at: who staples a lie about its own certificate says nothing that
 * could help it.
 */
export function revocationStatus(der: Uint8Array, serial: Uint8Array): RevocationStatus | undefined {
  const [status, wrapped] = childrenOf(der, elementAt(der, 0))
  if (!status || der[status.start] !== SUCCESSFUL || wrapped?.tag !== CONTEXT_0) return undefined
  const [, octets] = childrenOf(der, childrenOf(der, wrapped)[0])
  const basic = octets && elementAt(der, octets.start, octets.end)
  const responses = lastSequence(childrenOf(der, childrenOf(der, basic)[0]))
  for (const single of childrenOf(der, responses)) {
    const [id, certStatus] = childrenOf(der, single)
    const number = childrenOf(der, id)[3]
    if (certStatus && number && Buffer.compare(der.subarray(number.start, number.end), serial) === 0) {
      return statuses[certStatus.tag]
    }
  }
  return undefined
}

/** The serial number of a certificate, as it stands in it (RFC 5280 section 4.1.2.2). */
export function serialOf(certificate: Uint8Array): Uint8Array {
  const [body] = childrenOf(certificate, elementAt(certificate, 0))
  const number = childrenOf(certificate, body).find(({ tag }) => tag === INTEGER)
  return number ? certificate.subarray(number.start, number.end) : new Uint8Array()
}

/** The responses follow a version, a responder and a time, the first two of which come in more than one form. */
function lastSequence(elements: readonly Element[]): Element | undefined {
  return elements.findLast(({ tag }) => tag === SEQUENCE)
}
