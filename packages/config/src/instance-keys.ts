import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** A key of the instance, with the name by which sealed texts say which one opens them. */
export interface InstanceKey {
  readonly id: string
  readonly key: Uint8Array
}

const KEY_BYTES = 32
/** 43 characters of base64url are 32 bytes. */
const SPELLING = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43})=?$/

/** `id:key,id:key`, the newest first. What is wrong is told without a word of the keys. */
export const instanceKeys = z.string().transform((text, context): readonly InstanceKey[] => {
  const keys = text.split(',').map((word) => parseInstanceKey(word.trim()))
  const whole = keys.filter((key) => key !== undefined)
  if (whole.length < keys.length) {
    context.addIssue({ code: 'custom', message: 'takes id:key, comma-separated, a key being 32 bytes as base64url' })
    return z.NEVER
  }
  if (new Set(whole.map(({ id }) => id)).size < whole.length) {
    context.addIssue({ code: 'custom', message: 'two keys have the same id' })
    return z.NEVER
  }
  return whole
})

/** Undefined for a text that is no key. */
export function parseInstanceKey(text: string): InstanceKey | undefined {
  const [, id, key = ''] = SPELLING.exec(text) ?? []
  return id === undefined ? undefined : { id, key: Buffer.from(key, 'base64url') }
}

export function formatInstanceKey({ id, key }: InstanceKey): string {
  return `${id}:${Buffer.from(key).toString('base64url')}`
}

/** A new key, named after the day and a little chance: people tell keys apart by their age. */
export function makeInstanceKey(nowMs: number): InstanceKey {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')
  return { id: `k${day}-${randomBytes(3).toString('hex')}`, key: randomBytes(KEY_BYTES) }
}
