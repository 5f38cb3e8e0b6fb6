import { expect } from 'bun:test'
import { createOidcLogin } from '../src/accounts/oidc.ts'
import { clientId, clientSecret, type OidcProvider } from '../testing/oidc-provider.ts'
import type { ApiInstance } from './instance.ts'

/** A login of ours by the provider of a test. */
export function loginOf({ issuer }: OidcProvider, allowedDomains: readonly string[] = []) {
  return createOidcLogin({ issuer, clientId, clientSecret, name: 'Acme', allowedDomains })
}

/** Somebody whom the provider knows. */
export function someone(claims: Record<string, unknown> = {}) {
  const sub = crypto.randomUUID()
  return { sub, email: `${sub}@acme.example`, email_verified: true, preferred_username: `p-${sub}`, ...claims }
}

/** A browser that was at the provider, and is about to come back. */
export interface Begun {
  /** Of our API, with what the provider sent along. */
  readonly callback: string
  readonly cookie: string
}

export async function begin(api: ApiInstance, next = ''): Promise<Begun> {
  const begun = await api.ask(`/api/v1/sign-in/oidc${next && `?next=${encodeURIComponent(next)}`}`)
  expect(begun.status).toBe(302)
  return { callback: await backFrom(placeOf(begun)), cookie: cookiesOf(begun) }
}

/** Where the provider sends a browser back to that was sent there. */
export async function backFrom(url: string): Promise<string> {
  const there = await fetch(url, { redirect: 'manual' })
  const back = new URL(placeOf(there))
  expect(back.origin).toBe('https://uptime.example.com')
  return back.pathname + back.search
}

export function comeBack(api: ApiInstance, { callback, cookie }: Begun): Promise<Response> {
  return api.ask(callback, { headers: { cookie } })
}

export async function signIn(api: ApiInstance): Promise<Response> {
  return comeBack(api, await begin(api))
}

export function placeOf(answer: Response): string {
  return answer.headers.get('location') ?? ''
}

export function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ')
}

/** What went wrong; nobody was signed in. */
export function refusalOf(answer: Response): string {
  expect(answer.status).toBe(302)
  expect(cookiesOf(answer)).not.toContain('betteruptime_session=ey')
  return placeOf(answer)
}

export async function countUsers({ deps }: ApiInstance): Promise<number> {
  return (await deps.sql.execute('select id from users')).rows.length
}
