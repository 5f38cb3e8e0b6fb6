/** A sealed text, taken apart. What stands in it may be printed, stored and sent as it is. */
export interface SealedText {
  readonly keyId: string
  /** The key of this one text, sealed with the instance key. */
  readonly wrapped: Buffer
  readonly iv: Buffer
  /** With its tag at the end. */
  readonly ciphertext: Buffer
}

const PREFIX = 'sealed.v1.'
const SHAPE = /^sealed\.v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{80})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

/** Whether a text is one that a keyring has sealed, by its looks alone. */
export function isSealed(text: string): boolean {
  return text.startsWith(PREFIX) && SHAPE.test(text)
}

/**
 * Stands in a stored spec where a secret belongs that nobody has set. Nothing is sealed in it, so nothing can be opened, and
 * whatever people send is sealed: it never stands for a secret.
 */
export const missingSecret = `${PREFIX}missing`

/** The id of the instance key that a text is sealed with; undefined where it is not sealed. */
export function keyIdOf(text: string): string | undefined {
  return SHAPE.exec(text)?.[1]
}

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text)
}

export function formatSealed({ keyId, wrapped, iv, ciphertext }: SealedText): string {
  const pieces = [wrapped, iv, ciphertext].map((piece) => piece.toString('base64url'))
  return `${PREFIX}${keyId}.${pieces.join('.')}`
}

/** Undefined for a text that is not sealed. */
export function parseSealed(text: string): SealedText | undefined {
  const [, keyId, wrapped = '', iv = '', ciphertext = ''] = SHAPE.exec(text) ?? []
  if (keyId === undefined) return undefined
  const bytes = (piece: string) => Buffer.from(piece, 'base64url')
  return { keyId, wrapped: bytes(wrapped), iv: bytes(iv), ciphertext: bytes(ciphertext) }
}
