import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped } from '../engine/readable.ts'
import type { ResponseHead } from './response-head.ts'

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function isRedirect(status: number): boolean {
  return REDIRECT_STATUSES.has(status)
}

export type NextHop =
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Where a redirect leads. Whether one may go there is for the egress policy to say. */
export function nextHop(head: ResponseHead, from: URL): NextHop {
  const [location = '', ...others] = head.locations
  if (location === '') return failed('REDIRECT_NO_LOCATION', `answered ${head.status} without saying where to go`)
  if (others.some((other) => other !== location)) return failed('BAD_REDIRECT', 'names more than one location')
  if (location.length > limits.locationBytes) return failed('BAD_REDIRECT', 'the location is longer than 8 KiB')
  const url = URL.parse(location, from.href)
  if (!url) return failed('BAD_REDIRECT', `'${escaped(withoutQuery(location))}' is not a URL`)
  if (url.username || url.password) return failed('BAD_REDIRECT', 'the location contains a user name or password')
  return { kind: 'url', url }
}

function failed(code: Failure['code'], cause: string): NextHop {
  return { kind: 'failed', failure: { code, text: `Redirect: ${cause}` } }
}

/** Query strings carry secrets, and credentials stand before an `@`: neither is shown. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')
}
