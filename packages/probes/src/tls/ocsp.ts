import { childrenOf, type Element, elementAt } from './der.ts'

export type RevocationStatus = 'good' | 'revoked' | 'unknown'

const SUCCESSFUL = 0
const CONTEXT_0 = 0xa0
const SEQUENCE = 0x30
/** Tags of the choice in a single response: good and unknown hold nothing, revoked holds its time. */
const statuses: Readonly<Record<number, RevocationStatus>> = { 128: 'good', 161: 'revoked', 130: 'unknown' }

/**
 * What an OCSP response (RFC 6960 section 4.2.1) says about the first certificate in it; undefined for what is none. Its
 * signature is not looked at: who staples a lie about its own certificate says nothing that could help it.
 */
export function revocationStatus(der: Uint8Array): RevocationStatus | undefined {
  const [status, wrapped] = childrenOf(der, elementAt(der, 0))
  if (!status || der[status.start] !== SUCCESSFUL || wrapped?.tag !== CONTEXT_0) return undefined
  const [, octets] = childrenOf(der, childrenOf(der, wrapped)[0])
  const basic = octets && elementAt(der, octets.start, octets.end)
  const responses = lastSequence(childrenOf(der, childrenOf(der, basic)[0]))
  const [, certStatus] = childrenOf(der, childrenOf(der, responses)[0])
  return certStatus && statuses[certStatus.tag]
}

/** The responses follow a version, a responder and a time, the first two of which come in more than one form. */
function lastSequence(elements: readonly Element[]): Element | undefined {
  return elements.findLast(({ tag }) => tag === SEQUENCE)
}
