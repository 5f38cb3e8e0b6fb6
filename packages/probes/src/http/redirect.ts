import type { HttpSpec } from '@repo/contracts/specs/http'
import type { EgressRefusal } from '../egress/egress.ts'
import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { refusal as refusalOf } from '../engine/place.ts'
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
export function nextHop(head: ResponseHead, from: URL, rules: RedirectRules): NextHop {
  const [location = '', ...others] = head.locations
  if (location === '') return failed('REDIRECT_NO_LOCATION', `answered ${head.status} without saying where to go`)
  if (others.some((other) => other !== location)) return failed('BAD_REDIRECT', 'names more than one location')
  if (location.length > limits.locationBytes) return failed('BAD_REDIRECT', 'the location is longer than 8 KiB')
  const url = URL.parse(location, from.href)
  if (!url) return failed('BAD_REDIRECT', `'${escaped(withoutQuery(location))}' is not a URL`)
  if (url.username || url.password) return failed('BAD_REDIRECT', 'the location contains a user name or password')
  const refused = refusedByRules(url, from, rules)
  return refused ?? { kind: 'url', url }
}

/** Where the monitor's own rules let redirects lead. */
export type RedirectRules = Pick<HttpSpec, 'redirectsTo' | 'httpsRule'>

function refusedByRules(url: URL, from: URL, { redirectsTo, httpsRule = 'none' }: RedirectRules): NextHop | undefined {
  if (redirectsTo === 'same-host' && url.hostname !== from.hostname) {
    return failed('REDIRECT_REFUSED', `leads to another host (${escaped(url.hostname)})`)
  }
  if (httpsRule !== 'none' && from.protocol === 'https:' && url.protocol === 'http:') {
    return failed('REDIRECT_REFUSED', 'leads from https back to http')
  }
  return undefined
}

/** What the egress policy says against a target, told of the first one or of one that was redirected to. */
export function refusedHop(refusal: EgressRefusal, hops: number): Failure {
  const { code, text } = refusalOf(refusal)
  if (hops === 0) return { code, text }
  return {
    code: code === 'BLOCKED_ADDRESS' ? 'BLOCKED_REDIRECT' : code,
    text: text.replace('leads to', 'redirects to'),
  }
}

function failed(code: Failure['code'], cause: string): NextHop {
  return { kind: 'failed', failure: { code, text: `Redirect: ${cause}` } }
}

/** Query strings carry secrets, and credentials stand before an `@`: neither is shown. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')
}
