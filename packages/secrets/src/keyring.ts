import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { formatSealed, isKeyId, parseSealed, type SealedText } from './sealed-text.ts'

/** A key of the instance: 32 bytes, and a name that is no secret. */
export interface InstanceKey {
  readonly id: string
  readonly key: Uint8Array
}

export interface Keyring {
  /** The id of the key that seals; undefined where there is none, and then nothing can be sealed. */
  readonly newestId: string | undefined
  /** Seals a text for one place (a workspace and a field): in any other it cannot be opened. */
  seal(text: string, context: string): string
  open(sealed: string, context: string): string
  /** The same text under the newest key; the text itself stays closed. One that is under it already comes back as it is. */
  rewrap(sealed: string): string
}

/** A text that cannot be sealed, opened or rewrapped. The message names the key, never the text. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * The keys of an instance: the first one seals, all open. Each text has a key of its own (AES-256-GCM), which the instance key
 * wraps: so a new instance key is a matter of rewrapping keys, and no instance key ever seals much.
 *
 * @throws SecretError for a key that is none.
 */
export function createKeyring(keys: readonly InstanceKey[]): Keyring {
  for (const key of keys) refuseBadKey(key)
  const byId = new Map(keys.map(({ id, key }) => [id, Buffer.from(key)]))
  if (byId.size !== keys.length) throw new SecretError('two instance keys have the same id')
  const newestId = keys[0]?.id

  function newest(): InstanceKey {
    const key = newestId === undefined ? undefined : byId.get(newestId)
    if (newestId === undefined || !key) throw new SecretError('there is no instance key to seal with')
    return { id: newestId, key }
  }

  function unwrap({ keyId, wrapped }: SealedText): Buffer {
    const key = byId.get(keyId)
    if (!key) throw new SecretError(`sealed with the instance key "${keyId}", which is not known here`)
    return reveal({ key, sealed: wrapped, context: wrapContext(keyId), keyId })
  }

  return {
    newestId,
    seal(text, context) {
      const { id, key } = newest()
      const dataKey = randomBytes(KEY_BYTES)
      const iv = randomBytes(IV_BYTES)
      return formatSealed({
        keyId: id,
        wrapped: wrap(dataKey, { id, key }),
        iv,
        ciphertext: encrypt({ key: dataKey, iv, plain: Buffer.from(text), context }),
      })
    },
    open(sealed, context) {
      const parts = parsed(sealed)
      const { keyId, iv, ciphertext } = parts
      return reveal({ key: unwrap(parts), sealed: Buffer.concat([iv, ciphertext]), context, keyId }).toString()
    },
    rewrap(sealed) {
      const parts = parsed(sealed)
      const { id, key } = newest()
      if (parts.keyId === id) return sealed
      return formatSealed({ ...parts, keyId: id, wrapped: wrap(unwrap(parts), { id, key }) })
    },
  }
}

function refuseBadKey({ id, key }: InstanceKey): void {
  if (!isKeyId(id))
    throw new SecretError('the id of an instance key has 1 to 32 letters, digits, dashes and underscores')
  if (key.length !== KEY_BYTES)
    throw new SecretError(`the instance key "${id}" has ${key.length} bytes, not ${KEY_BYTES}`)
}

function parsed(sealed: string): SealedText {
  const parts = parseSealed(sealed)
  if (!parts) throw new SecretError('not a sealed text')
  return parts
}

function wrap(dataKey: Buffer, { id, key }: InstanceKey): Buffer {
  const iv = randomBytes(IV_BYTES)
  return Buffer.concat([iv, encrypt({ key, iv, plain: dataKey, context: wrapContext(id) })])
}

/** A wrapped key is of this version and this instance key, and cannot pass for that of another. */
function wrapContext(keyId: string): string {
  return `sealed.v1.${keyId}`
}

interface Encrypting {
  readonly key: Uint8Array
  readonly iv: Buffer
  readonly plain: Buffer
  readonly context: string
}

function encrypt({ key, iv, plain, context }: Encrypting): Buffer {
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

interface Revealing {
  readonly key: Uint8Array
  /** IV, ciphertext and tag, one behind the other. */
  readonly sealed: Buffer
  readonly context: string
  readonly keyId: string
}

function reveal({ key, sealed, context, keyId }: Revealing): Buffer {
  const iv = sealed.subarray(0, IV_BYTES)
  const tagAt = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(tagAt))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, tagAt)), decipher.final()])
  } catch {
    // What the library says is of no use, and a cause would carry it along.
    throw new SecretError(
      `not to be opened with the instance key "${keyId}": it is damaged, of another place, or the key is another one`,
    )
  }
}
