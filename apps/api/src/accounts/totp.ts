import type { UserId } from '@repo/domain/ids'
import type { Keyring } from '@repo/secrets/keyring'
import { Secret, TOTP } from 'otpauth'

const issuer = 'BetterUptime'
const periodSeconds = 30
/** A step before and a step after: clocks of telephones are off by some seconds, and typing takes some. */
const window = 1

/** Time-based one-time passwords (RFC 6238) as every authenticator app has them: SHA-1, six digits, thirty seconds. */
function totpOf(secret: Secret, username = ''): TOTP {
  return new TOTP({ issuer, label: username, secret, period: periodSeconds, digits: 6, algorithm: 'SHA1' })
}

export interface TotpOffer {
  /** In base32, for typing. */
  readonly secret: string
  /** For a QR code. */
  readonly url: string
  readonly sealed: string
}

export function offerOf(keyring: Keyring, { userId, username }: { userId: UserId; username: string }): TotpOffer {
  const secret = new Secret({ size: 20 })
  return {
    secret: secret.base32,
    url: totpOf(secret, username).toString(),
    sealed: keyring.seal(secret.base32, contextOf(userId)),
  }
}

/** The step whose code this is, in constant time; undefined where it is none of those that count just now. */
export function stepOf(
  keyring: Keyring,
  { userId, sealed }: { userId: UserId; sealed: string },
  { code, nowMs }: { code: string; nowMs: number },
): number | undefined {
  const token = code.replace(/[\s-]/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const totp = totpOf(Secret.fromBase32(keyring.open(sealed, contextOf(userId))))
  const delta = totp.validate({ token, timestamp: nowMs, window })
  return delta === null ? undefined : Math.floor(nowMs / 1_000 / periodSeconds) + delta
}

function contextOf(userId: UserId): string {
  return `user:${userId}:totp`
}
