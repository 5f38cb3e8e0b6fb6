import { childrenOf, elementAt } from './der.ts'

/** The algorithms by which certificates are signed, by the content of their object identifiers. */
const names: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'RSA-MD5',
  '2a864886f70d010105': 'RSA-SHA1',
  '2a864886f70d01010a': 'RSA-PSS',
  '2a864886f70d01010b': 'RSA-SHA256',
  '2a864886f70d01010c': 'RSA-SHA384',
  '2a864886f70d01010d': 'RSA-SHA512',
  '2a8648ce380403': 'DSA-SHA1',
  '2a8648ce3d0401': 'ECDSA-SHA1',
  '2a8648ce3d040302': 'ECDSA-SHA256',
  '2a8648ce3d040303': 'ECDSA-SHA384',
  '2a8648ce3d040304': 'ECDSA-SHA512',
  '2b6570': 'Ed25519',
}

/** How a certificate is signed (RFC 5280 section 4.1.1.2), which the runtime does not tell: `RSA-SHA256`. */
export function signatureOf(der: Uint8Array): string {
  const [, algorithm] = childrenOf(der, elementAt(der, 0))
  const [identifier] = childrenOf(der, algorithm)
  if (!identifier) return 'unknown'
  return names[Buffer.from(der.subarray(identifier.start, identifier.end)).toString('hex')] ?? 'unknown'
}

export function isWeakSignature(signature: string): boolean {
  return signature.endsWith('MD5') || signature.endsWith('SHA1')
}
