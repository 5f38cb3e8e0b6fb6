import { z } from 'zod'
import type { Codec } from './check-message.ts'

/**
 * What no longer holds, told on the live bus by whoever ended it: sessions, API keys, or all that some people have open
 * (their role or password changed). Whoever keeps sockets open by it closes them.
 */
export interface Revoked {
  readonly sessionIds?: readonly string[] | undefined
  readonly keyIds?: readonly string[] | undefined
  readonly userIds?: readonly string[] | undefined
}

const ids = z.array(z.string().min(1).max(200)).max(10_000).optional()

export const revokedSchema = z.object({ sessionIds: ids, keyIds: ids, userIds: ids })

export const revokedCodec: Codec<Revoked> = {
  encode: (revoked) => JSON.stringify(revoked),
  decode: (text) => revokedSchema.parse(JSON.parse(text)),
}
