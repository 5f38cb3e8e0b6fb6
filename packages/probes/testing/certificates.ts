import { generate } from 'selfsigned'

export interface Identity {
  readonly key: string
  readonly cert: string
}

export interface CertificateOptions {
  readonly names: readonly string[]
  readonly validFromMs?: number
  readonly validUntilMs?: number
  /** Who signs; without it the certificate signs itself. */
  readonly ca?: Identity
  readonly isAuthority?: boolean
  /** Its only name, as certificates had it long ago: it holds no alternative ones. */
  readonly commonNameOnly?: boolean
}

const DAY_MS = 86_400_000

/** A certificate authority made for this one test run. */
export function makeAuthority(): Promise<Identity> {
  return makeCertificate({ names: ['Test Authority'], isAuthority: true })
}

export async function makeCertificate(options: CertificateOptions): Promise<Identity> {
  const { names, validFromMs = Date.now() - DAY_MS, validUntilMs = Date.now() + 30 * DAY_MS } = options
  const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(validFromMs),
    notAfterDate: new Date(validUntilMs),
    extensions: options.isAuthority
      ? [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true },
        ]
      : [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
          ...(options.commonNameOnly
            ? []
            : [{ name: 'subjectAltName' as const, altNames: names.map(alternativeName) }]),
        ],
    ...(options.ca ? { ca: { key: options.ca.key, cert: options.ca.cert } } : {}),
  })
  return { key, cert }
}

function alternativeName(name: string) {
  return /^[\d.]+$|:/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }
}

/** The bytes within a PEM text. */
export function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
}
