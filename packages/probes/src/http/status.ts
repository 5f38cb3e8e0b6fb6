import type { StatusRange } from '@repo/contracts/specs/http'
import type { Failure } from '../engine/failure.ts'
import { escaped } from '../engine/readable.ts'
import type { HeaderFields } from './header-fields.ts'

export function isInRanges(status: number, ranges: readonly StatusRange[]): boolean {
  for (const { from, to } of ranges) if (status >= from && status <= to) return true
  return false
}

/** What an unexpected status means, with what the fields of the answer hint at. */
export function unexpectedStatus(
  status: number,
  ranges: readonly StatusRange[],
  { fields, hasRetryAfter }: { fields: HeaderFields; hasRetryAfter: boolean },
): Failure {
  const challenge = botChallenge(status, fields)
  if (challenge) return { code: 'BOT_CHALLENGE', text: `Response: answered ${status}: ${challenge}` }
  if (status === 429 || (status === 503 && hasRetryAfter)) {
    const after = fields.first('retry-after')
    const wait = after ? ` (Retry-After: ${escaped(after)})` : ''
    return { code: 'RATE_LIMITED', text: `Response: answered ${status}: the site limits how often it is asked${wait}` }
  }
  const expected = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
  const hint = CDN_HINTS[status]
  return {
    code: 'UNEXPECTED_STATUS',
    text: `Response: answered ${status}${hint ? ` (${hint})` : ''}, expected ${expected}`,
  }
}

/** A page that tells people from robots was served in place of the site: the site itself was not seen. */
function botChallenge(status: number, fields: HeaderFields): string | undefined {
  if (status !== 403 && status !== 503 && status !== 429 && status !== 401) return undefined
  if (fields.first('cf-mitigated')?.toLowerCase() === 'challenge') return 'a bot challenge of Cloudflare was served'
  if (fields.first('x-amzn-waf-action')) return 'a bot challenge of AWS WAF was served'
  if (fields.first('x-datadome')) return 'a bot challenge of DataDome was served'
  if (status === 403 && /^cloudflare/i.test(fields.first('server') ?? '') && !fields.first('cf-cache-status')) {
    return 'a bot challenge was served, as it seems, by Cloudflare'
  }
  return undefined
}

/** Statuses of Cloudflare's own about the server behind it. */
const CDN_HINTS: Readonly<Record<number, string>> = {
  520: 'the CDN got an answer from its origin that it did not understand',
  521: 'the origin refused the connection of the CDN',
  522: 'the origin did not answer the CDN',
  523: 'the CDN cannot reach the origin',
  524: 'the origin took too long for the CDN',
  525: 'the TLS handshake between CDN and origin failed',
  526: 'the CDN does not accept the certificate of the origin',
}
