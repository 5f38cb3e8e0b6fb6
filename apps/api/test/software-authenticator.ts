import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** An authenticator in software (WebAuthn level 3): ES256, discoverable credentials, no attestation. */
export interface Authenticator {
  /** What it answers to `navigator.credentials.create`. */
  create(options: CreationOptions, changed?: Changed): Credential
  /** What it answers to `navigator.credentials.get`. */
  get(options: RequestOptions, changed?: Changed): Credential
  /** How often it signed, as it says. */
  counter: number
  readonly credentialId: string
}

export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
}

export interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
}

export interface Credential {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly clientExtensionResults: Record<string, unknown>
  readonly response: Readonly<Record<string, unknown>>
}

/** What a liar changes, before it is signed. */
export interface Changed {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly userHandle?: string | null
  readonly attestation?: { readonly fmt: string; readonly attStmt: ReadonlyMap<Key, Cbor> }
}

export function createAuthenticator(origin: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  let userHandle = ''
  const authenticator: Authenticator = {
    counter: 1,
    credentialId: credentialId.toString('base64url'),
    create({ challenge, rp, user }, changed = {}) {
      userHandle = user.id
      const clientData = clientDataOf({ type: 'webauthn.create', challenge, origin, ...changed })
      const attested = Buffer.concat([Buffer.alloc(16), lengthOf(credentialId), credentialId, coseKey(publicKey)])
      const authData = Buffer.concat([head(authenticator.counter, { rpId: rp.id, ...changed }, true), attested])
      const { fmt, attStmt } = changed.attestation ?? { fmt: 'none', attStmt: new Map() }
      const entries: [Key, Cbor][] = [
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', authData],
      ]
      return credential({
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: encode(new Map(entries)).toString('base64url'),
        transports: ['internal', 'hybrid', 'carrier-pigeon'],
      })
    },
    get({ challenge, rpId }, changed = {}) {
      authenticator.counter += authenticator.counter === 0 ? 0 : 1
      const clientData = clientDataOf({ type: 'webauthn.get', challenge, origin, ...changed })
      const authData = head(authenticator.counter, { rpId, ...changed }, false)
      const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), privateKey)
      return credential({
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: changed.userHandle === undefined ? userHandle : changed.userHandle,
      })
    },
  }
  const credential = (response: Record<string, unknown>): Credential => ({
    id: authenticator.credentialId,
    rawId: authenticator.credentialId,
    type: 'public-key',
    clientExtensionResults: {},
    response,
  })
  return authenticator
}

function clientDataOf({ type, challenge, origin, crossOrigin = false }: Changed): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }))
}

function head(
  counter: number,
  { rpId = '', userVerified = true, userPresent = true }: Changed,
  isNew: boolean,
): Buffer {
  const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (isNew ? 0x40 : 0)
  const rest = Buffer.alloc(5)
  rest.writeUInt8(flags, 0)
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(Buffer.from(rpId)), rest])
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return length
}

/** A key of COSE (RFC 9053): EC2, ES256, P-256. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const entries: [Key, Cbor][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]
  return encode(new Map(entries))
}

export type Key = number | string
export type Cbor = number | string | Buffer | readonly Cbor[] | ReadonlyMap<Key, Cbor>

/** As much of CBOR (RFC 8949) as an authenticator speaks. */
function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? initial(1, -1 - value) : initial(0, value)
  if (typeof value === 'string') return Buffer.concat([initial(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([initial(2, value.length), value])
  if (value instanceof Map)
    return Buffer.concat([initial(5, value.size), ...[...value].flatMap(([key, item]) => [encode(key), encode(item)])])
  const items = value as readonly Cbor[]
  return Buffer.concat([initial(4, items.length), ...items.map(encode)])
}

function initial(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument])
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff])
}
