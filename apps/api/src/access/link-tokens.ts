import { randomBytes } from 'node:crypto'

/** A token of 256 random bits that is handed out once, and what the database keeps of it. */
export interface Handed {
  readonly token: string
  readonly hash: Buffer
}

/** For links of invitations and resets, and, behind a prefix by which scanners of code know it, for API keys. */
export function makeToken(prefix = ''): Handed {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`
  return { token, hash: hashOfToken(token) }
}

/** Tokens are random: a plain hash is as good as a slow one, and is looked up by an index, which tells no time. */
export function hashOfToken(token: string): Buffer {
  return Buffer.from(new Bun.CryptoHasher('sha256').update(token).digest())
}

export const keyPrefix = 'bu_'
const shownLength = 11

/** How much of a key may be shown afterwards. */
export function shownPrefix(key: string): string {
  return key.slice(0, shownLength)
}
