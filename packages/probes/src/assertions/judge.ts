import type { Assertion } from '@repo/contracts/specs/assertion'
import { parseStatusRanges } from '@repo/contracts/specs/http'
import type { OutcomeCode } from '@repo/domain/outcome'
import { type Failure, worse } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { escaped, readableCount, readableMs } from '../engine/readable.ts'
import { isInRanges } from '../http/status.ts'
import { matches } from '../pattern.ts'
import type { Answer } from './answer.ts'
import { type Comparison, compares, comparisonWords } from './compare.ts'
import { judgeJson } from './json.ts'

type Of<Kind extends Assertion['kind']> = Extract<Assertion, { kind: Kind }>
/** What is wrong, or nothing. */
export type Broken = Pick<Failure, 'code' | 'text'> | null

/** The weightiest assertion that does not hold; the first one where they weigh the same. */
export function judgeAssertions(assertions: readonly Assertion[], answer: Answer): Failure | null {
  return assertions.reduce<Failure | null>((worst, assertion) => {
    const broken = judge(assertion, answer)
    return broken ? worse(worst, { ...broken, verdict: assertion.severity ?? 'down' }) : worst
  }, null)
}

/** True where one of them looks into the body. */
export function needsBody(assertions: readonly Assertion[]): boolean {
  return assertions.some(({ kind }) => kind === 'body' || kind === 'pattern' || kind === 'json')
}

function judge(assertion: Assertion, answer: Answer): Broken {
  switch (assertion.kind) {
    case 'status':
      return judgeStatus(assertion, answer)
    case 'header':
      return judgeHeader(assertion, answer)
    case 'body':
      return judgeBody(assertion, answer)
    case 'pattern':
      return judgePattern(assertion, answer)
    case 'json':
      return judgeJson(assertion, answer.body)
    case 'time':
      return judgeTime(assertion, answer)
    case 'size':
      return judgeSize(assertion, answer)
    case 'certificate':
      return judgeCertificate(assertion, answer)
  }
}

function judgeStatus({ expected }: Of<'status'>, { status }: Answer): Broken {
  if (isInRanges(status, parseStatusRanges(expected) ?? [])) return null
  return { code: 'UNEXPECTED_STATUS', text: `Response: answered ${status}, expected ${escaped(expected)}` }
}

function judgeHeader({ name, is, value = '' }: Of<'header'>, { fields }: Answer): Broken {
  const values = fields.all(name)
  const found = values.join(', ')
  const holds = {
    present: () => values.length > 0,
    absent: () => values.length === 0,
    equals: () => values.includes(value),
    contains: () => values.some((one) => one.includes(value)),
    'not-contains': () => !values.some((one) => one.includes(value)),
    matches: () => values.some((one) => matches(value, one) === true),
  }[is]()
  if (holds) return null
  const seen = values.length === 0 ? 'is not there' : `is '${escaped(found)}'`
  const wanted = is === 'present' || is === 'absent' ? is : `${is.replace('-', ' ')} '${escaped(value)}'`
  return { code: 'HEADER_MISMATCH', text: `Response: the header ${name} ${seen}; expected: ${wanted}` }
}

function judgeBody({ is, value, ignoreCase = false }: Of<'body'>, { body }: Answer): Broken {
  const isThere = body !== null && holdsText(body, value, ignoreCase)
  if (is === 'equals') {
    return body?.text.trim() === value.trim() ? null : missing(`is not '${escaped(value)}'`, body)
  }
  if (is === 'contains') return isThere ? null : missing(`does not contain '${escaped(value)}'`, body)
  return isThere ? { code: 'KEYWORD_PRESENT', text: `Body: contains '${escaped(value)}'` } : null
}

/** As text in the charset that was declared, or as the bytes that were meant by somebody who declared another. */
function holdsText(body: NonNullable<Answer['body']>, value: string, ignoreCase: boolean): boolean {
  if (ignoreCase) return body.text.toLowerCase().includes(value.toLowerCase())
  return body.text.includes(value) || body.bytes.includes(value)
}

function judgePattern({ is, value }: Of<'pattern'>, { body }: Answer): Broken {
  const isMatch = matches(value, body?.text ?? '')
  if (isMatch === undefined) return { code: 'PROBE_ERROR', text: `Body: '${escaped(value)}' is not a pattern of RE2` }
  if (is === 'matches') return isMatch ? null : missing(`does not match '${escaped(value)}'`, body)
  return isMatch ? { code: 'KEYWORD_PRESENT', text: `Body: matches '${escaped(value)}'` } : null
}

function missing(what: string, body: Answer['body']): Broken {
  const cut = body?.isCut ? `, as far as its first ${readableCount(limits.keptBytes / 1_024)} KiB tell` : ''
  return { code: 'KEYWORD_NOT_FOUND', text: `Body: ${what}${cut}` }
}

const timeCodes: Readonly<Record<Of<'time'>['phase'], OutcomeCode>> = {
  dns: 'SLOW_DNS',
  connect: 'SLOW_CONNECT',
  tls: 'SLOW_TLS',
  firstByte: 'SLOW_FIRST_BYTE',
  transfer: 'SLOW_RESPONSE',
  total: 'SLOW_RESPONSE',
}

function judgeTime({ phase, atMostMs }: Of<'time'>, { phases }: Answer): Broken {
  const tookMs = (phases[phase] ?? 0) / 1_000
  if (tookMs <= atMostMs) return null
  const name = phase === 'total' ? 'The whole check' : `The phase ${phase}`
  return { code: timeCodes[phase], text: `${name} took ${readableMs(tookMs)}, more than ${readableMs(atMostMs)}` }
}

function judgeSize({ is, bytes }: Of<'size'>, { bodyBytes }: Answer): Broken {
  if (compares(bodyBytes, is, bytes)) return null
  return {
    code: 'BODY_SIZE',
    text: `Body: has ${readableCount(bodyBytes)} bytes; expected: ${wordsOf(is)} ${readableCount(bytes)}`,
  }
}

function wordsOf(is: Comparison): string {
  return comparisonWords[is]
}

const DAY_MS = 86_400_000

function judgeCertificate({ atLeastDays }: Of<'certificate'>, { certificate, nowMs }: Answer): Broken {
  if (!certificate) return { code: 'NOT_HTTPS', text: 'TLS: there is no certificate, for the answer came without TLS' }
  const daysLeft = Math.floor((Date.parse(certificate.notAfter ?? '') - nowMs) / DAY_MS)
  if (daysLeft >= atLeastDays) return null
  return { code: 'TLS_EXPIRING', text: `TLS: the certificate expires in ${daysLeft} days, sooner than ${atLeastDays}` }
}
