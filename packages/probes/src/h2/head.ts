import type { Failure } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount } from '../engine/readable.ts'
import { h2Abuse, h2Error } from './failures.ts'
import type { Field, Unreadable } from './hpack.ts'

export interface Head {
  readonly status: number
  readonly fields: readonly Field[]
}

/** What belongs to a connection of HTTP/1 makes an answer over HTTP/2 malformed (RFC 9113 section 8.2.2). */
const OF_HTTP_1: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/** The fields of an answer, interim or final: its status first, and nothing else that begins with a colon. */
export function readHead(decoded: readonly Field[]): Head | Failure {
  const [first, ...fields] = decoded
  if (first?.[0] !== ':status') {
    const hasStatus = decoded.some(([name]) => name === ':status')
    return badStatus(hasStatus ? 'it does not come first' : 'there is none')
  }
  if (!/^[1-9]\d\d$/.test(first[1])) return badStatus(`'${escaped(first[1])}'`)
  return judgeFields(fields) ?? { status: Number(first[1]), fields }
}

export function readTrailers(decoded: readonly Field[]): readonly Field[] | Failure {
  return judgeFields(decoded) ?? decoded
}

export function unreadable(why: Unreadable, blockBytes: number): Failure {
  switch (why) {
    case 'broken':
      return h2Error('sends fields that cannot be read (COMPRESSION_ERROR)')
    case 'bomb':
      return h2Abuse(
        `sends ${readableCount(blockBytes)} bytes of fields that unfold into more than ${readableCount(limits.headBytes)}`,
      )
    case 'too large':
      return headTooLarge()
    case 'too many':
      return { code: 'TOO_MANY_HEADERS', text: `Response: more than ${limits.fields} header fields` }
  }
}

export function headTooLarge(): Failure {
  return { code: 'HEADERS_TOO_LARGE', text: `Response: headers larger than ${readableCount(limits.headBytes)} bytes` }
}

function judgeFields(fields: readonly Field[]): Failure | null {
  for (const [name, value] of fields) {
    if (OF_HTTP_1.has(name))
      return { code: 'BAD_HEADER', text: `Response: the header field '${name}' has no place in HTTP/2` }
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || hasControls(value))
      return { code: 'BAD_HEADER', text: `Response: bad header field '${escaped(`${name}: ${value}`)}'` }
  }
  return null
}

function badStatus(what: string): Failure {
  return { code: 'BAD_STATUS_LINE', text: `Response: bad status: ${what}` }
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}
