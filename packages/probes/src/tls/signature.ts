import { childrenOf, type Element, elementAt } from './der.ts'

/** The algorithms by which certificates are signed, by the content of their object identifiers. */
const names: Readonly<Record<string, string>> = {
  '2a864886f70d010102': 'RSA-MD2',
  '2a864886f70d010103': 'RSA-MD4',
  '2a864886f70d010104': 'RSA-MD5',
  '2a864886f70d010105': 'RSA-SHA1',
  '2b0e03021d': 'RSA-SHA1',
  '2a864886f70d01010b': 'RSA-SHA256',
  '2a864886f70d01010c': 'RSA-SHA384',
  '2a864886f70d01010d': 'RSA-SHA512',
  '2a864886f70d01010e': 'RSA-SHA224',
  '2a8648ce380403': 'DSA-SHA1',
  '608648016503040302': 'DSA-SHA256',
  '2a8648ce3d0401': 'ECDSA-SHA1',
  '2a8648ce3d040301': 'ECDSA-SHA224',
  '2a8648ce3d040302': 'ECDSA-SHA256',
  '2a8648ce3d040303': 'ECDSA-SHA384',
  '2a8648ce3d040304': 'ECDSA-SHA512',
  '2b6570': 'Ed25519',
  '2b6571': 'Ed448',
}

const RSA_PSS = '2a864886f70d01010a'
/** The digests that RSA-PSS may name; where it names none, it means the first (RFC 4055 section 3.1). */
const digests: Readonly<Record<string, string>> = {
  '2b0e03021a': 'SHA1',
  '608648016503040204': 'SHA224',
  '608648016503040201': 'SHA256',
  '608648016503040202': 'SHA384',
  '608648016503040203': 'SHA512',
}
const CONTEXT_0 = 0xa0

/** How a certificate is signed (RFC 5280 section 4.1.1.2), which the runtime does not tell: `RSA-SHA256`. */
export function signatureOf(der: Uint8Array): string {
  const [, algorithm] = childrenOf(der, elementAt(der, 0))
  const [identifier, parameters] = childrenOf(der, algorithm)
  if (!identifier) return 'unknown'
  const name = hex(der, identifier)
  return name === RSA_PSS ? `RSA-PSS-${pssDigest(der, parameters)}` : (names[name] ?? 'unknown')
}

function pssDigest(der: Uint8Array, parameters: Element | undefined): string {
  const wrapped = childrenOf(der, parameters).find(({ tag }) => tag === CONTEXT_0)
  if (!wrapped) return 'SHA1'
  const [identifier] = childrenOf(der, childrenOf(der, wrapped)[0])
  return (identifier && digests[hex(der, identifier)]) ?? 'unknown'
}

function hex(der: Uint8Array, { start, end }: Element): string {
  return Buffer.from(der.subarray(start, end)).toString('hex')
}

export function isWeakSignature(signature: string): boolean {
  return /(MD2|MD4|MD5|SHA1)$/.test(signature)
}
