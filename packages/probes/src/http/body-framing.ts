import type { Failure } from '../engine/failure.ts'
import { escaped } from '../engine/readable.ts'
import type { ResponseHead } from './response-head.ts'

/** How the end of a body is known (RFC 9112 section 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly byteCount: number }
  /** Ambiguous where a length was promised too: two readers may see two bodies. */
  | { readonly kind: 'chunked'; readonly isAmbiguous: boolean }
  | { readonly kind: 'untilClose' }

export function framingOf(head: ResponseHead): Framing | Failure {
  if (head.status === 204 || head.status === 304) return { kind: 'none' }
  // Both fields together are ambiguous; chunked wins, as in every client.
  if (head.transferEncodings.length > 0) return chunkedOnly(head)
  if (head.contentLengths.length > 0) return oneLength(head.contentLengths)
  return { kind: 'untilClose' }
}

/** No other coding was asked for. The field repeated whole is a mistake of proxies that leaves the meaning clear. */
function chunkedOnly({ transferEncodings: values, contentLengths }: ResponseHead): Framing | Failure {
  if (values.every((value) => value.toLowerCase() === 'chunked')) {
    return { kind: 'chunked', isAmbiguous: contentLengths.length > 0 }
  }
  return {
    code: 'BAD_TRANSFER_ENCODING',
    text: `Response: transfer encoding '${escaped(values.join(', '))}' is not chunked`,
  }
}

function oneLength(values: readonly string[]): Framing | Failure {
  const lengths = values.flatMap((value) => (value.includes(',') ? value.split(',').map((text) => text.trim()) : value))
  const [first = ''] = lengths
  const byteCount = /^\d{1,16}$/.test(first) ? Number(first) : Number.NaN
  if (Number.isSafeInteger(byteCount) && lengths.every((length) => length === first))
    return { kind: 'length', byteCount }
  return { code: 'BAD_CONTENT_LENGTH', text: `Response: bad content length '${escaped(lengths.join(', '))}'` }
}
