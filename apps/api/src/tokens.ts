import { parseUserId, type UserId } from '@repo/domain/ids'
import { jwtVerify, SignJWT } from 'jose'

const algorithm = 'HS256'
const issuer = 'betteruptime'
const audience = 'betteruptime:user'
export const sessionSeconds = 7 * 86_400

export interface Tokens {
  sign(userId: UserId, nowMs: number): Promise<string>
  /** The user that a token speaks for; undefined for any token that is not ours, or is no longer valid. */
  verify(token: string, nowMs: number): Promise<UserId | undefined>
}

/** JSON Web Tokens (RFC 7519) of one pinned algorithm, signed with the secret of the instance. */
export function createTokens(secret: string): Tokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign(userId, nowMs) {
      const nowSeconds = Math.floor(nowMs / 1_000)
      return new SignJWT()
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + sessionSeconds)
        .sign(key)
    },
    async verify(token, nowMs) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          issuer,
          audience,
          requiredClaims: ['exp', 'sub'],
          currentDate: new Date(nowMs),
        })
        return parseUserId(payload.sub ?? '')
      } catch {
        return undefined
      }
    },
  }
}
