import type { Caller } from '@repo/service/caller'
import { sessionSeconds } from '../tokens.ts'

const cookieName = 'betteruptime_session'

/** For browsers: no script can read it, no other site's page can use it for changes, and over TLS it stays on TLS. */
export function sessionCookie(token: string, caller: Pick<Caller, 'isSecure'>): string {
  return `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionSeconds}${caller.isSecure ? '; Secure' : ''}`
}

export const endedSessionCookie = `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`

export function readSessionCookie(headers: Headers): string | undefined {
  const cookies = headers.get('cookie')?.split(';') ?? []
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
}
