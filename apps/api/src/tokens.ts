import { parseSessionId, parseUserId, type SessionId, type UserId } from '@repo/domain/ids'
import { jwtVerify, SignJWT } from 'jose'

const algorithm = 'HS256'
const issuer = 'betteruptime'
const audience = 'betteruptime:user'
export const sessionSeconds = 7 * 86_400

/** What a token says: which session it is of. Whether that still holds, the database knows. */
export interface TokenFacts {
  readonly sessionId: SessionId
  readonly userId: UserId
}

export interface Tokens {
  sign(facts: TokenFacts, nowMs: number): Promise<string>
  /** What a token says; undefined for any token that is not ours, or is no longer valid. */
  verify(token: string, nowMs: number): Promise<TokenFacts | undefined>
}

/** JSON Web Tokens (RFC 7519) of one pinned algorithm, signed with the secret of the instance. */
export function createTokens(secret: string): Tokens {
  const key = new TextEncoder().encode(secret)
  return {
    sign({ sessionId, userId }, nowMs) {
      const nowSeconds = Math.floor(nowMs / 1_000)
      return new SignJWT({ sid: sessionId })
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
          typ: 'JWT',
          requiredClaims: ['exp', 'sub', 'sid'],
          currentDate: new Date(nowMs),
        })
        return { userId: parseUserId(payload.sub ?? ''), sessionId: parseSessionId(String(payload.sid)) }
      } catch {
        return undefined
      }
    },
  }
}
