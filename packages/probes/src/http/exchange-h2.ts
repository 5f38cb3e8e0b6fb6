import { Channel } from '../engine/channel.ts'
import type { Failure } from '../engine/failure.ts'
import { worse } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { readableCount } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import type { Field } from '../h2/hpack.ts'
import { type H2Answer, type H2Listener, requestH2 } from '../h2/request.ts'
import type { BodySink } from './chunked-body.ts'
import type { AnswerJudge, Exchanged, HttpPlace } from './exchange.ts'
import { fromBytes } from './header-fields.ts'
import { fieldLines, type HopRequest } from './request.ts'
import type { ResponseHead } from './response-head.ts'
import type { BodyPart } from './response-reader.ts'

/** Both names, so that a server without HTTP/2 says so by its choice and not by an alert (RFC 7301). */
export const H2_OR_HTTP_1 = '\x02h2\x08http/1.1'

const NO_H2: Failure = { code: 'H2_ERROR', text: 'HTTP/2: the server does not offer it' }

/** The same as `exchange`, over HTTP/2: agreed on by ALPN under TLS, known beforehand in clear text. */
export async function exchangeH2(
  request: HopRequest,
  place: HttpPlace,
  { judge, run }: { judge: AnswerJudge; run: ProbeRun },
): Promise<Exchanged> {
  const { hostname } = request.url
  const { channel, failure } = await Channel.open({ ...place, host: hostname }, run, (connection, error) =>
    judge.judgeHandshake(connection, error),
  )
  const reading = new Reading(judge)
  try {
    const refused = failure ?? (place.tls && channel.alpnProtocol !== 'h2' ? NO_H2 : null)
    const answer = refused ? NOTHING : await requestH2(channel, h2Request(request), { run, listener: reading })
    return exchanged({ ...answer, failure: refused ?? answer.failure }, channel, reading)
  } finally {
    channel.close()
  }
}

const NOTHING: H2Answer = { failure: null, status: null, fields: [], trailers: [], bodyBytes: 0 }

function h2Request(request: HopRequest) {
  const { url, method, body } = request
  const fields = fieldLines(request)
    .filter(({ name }) => name.toLowerCase() !== 'connection')
    .map(({ name, value }): Field => [name.toLowerCase(), value])
  return {
    method,
    scheme: url.protocol === 'https:' ? ('https' as const) : ('http' as const),
    authority: url.host,
    path: `${url.pathname}${url.search}`,
    fields,
    body: body === null ? null : Buffer.from(body),
  }
}

/** What is made of an answer while it comes. */
class Reading implements H2Listener {
  head: ResponseHead | null = null
  part: BodyPart = 'none'
  isCut = false
  private sink: BodySink | null = null
  private byteCount = 0

  constructor(private readonly judge: AnswerJudge) {}

  headed(status: number, fields: readonly Field[]): boolean {
    this.head = headOf(status, fields)
    this.part = this.judge.wantedBody(this.head)
    if (this.part !== 'none') this.sink = this.judge.sinkFor(this.head)
    return this.part !== 'none'
  }

  took(data: Buffer): boolean {
    this.sink?.take(data, 0, data.length)
    this.byteCount += data.length
    const limit = this.part === 'sample' ? limits.evidenceBodyBytes : limits.bodyBytes
    this.isCut = this.byteCount >= limit
    return !this.isCut
  }
}

function headOf(status: number, fields: readonly Field[]): ResponseHead {
  const all = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value]) => fromBytes(value))
  return {
    status,
    minorVersion: 0,
    contentLengths: all('content-length'),
    transferEncodings: [],
    locations: all('location'),
    contentEncodings: all('content-encoding'),
    hasRetryAfter: all('retry-after').length > 0,
  }
}

function exchanged(answer: H2Answer, channel: Channel, { head, part, isCut }: Reading): Exchanged {
  const raw = [`HTTP/2 ${answer.status}`, ...answer.fields.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  )
  const failure = answer.failure ?? (head && part === 'whole' && !isCut ? lengthFailure(head, answer.bodyBytes) : null)
  return {
    failure: head && part === 'sample' ? null : failure,
    remark: worse(channel.remark, isCut && part === 'whole' && head?.contentLengths.length === 0 ? CAP_REACHED : null),
    head,
    rawHead: () => (head ? raw : ''),
    headBytes: raw.length,
    bodyBytes: answer.bodyBytes,
    address: channel.address,
    certificate: channel.certificate,
    httpVersion: head ? '2' : null,
    passedOver: () => channel.passedOver,
    isEndUncertain: false,
  }
}

/** A promise about the length holds in HTTP/2 too (RFC 9113 section 8.1.1). */
function lengthFailure({ contentLengths }: ResponseHead, bodyBytes: number): Failure | null {
  const [promised] = contentLengths
  if (promised === undefined || Number(promised) === bodyBytes) return null
  return {
    code: 'TRUNCATED_BODY',
    text: `Response: promised ${readableCount(Number(promised))} bytes, sent ${readableCount(bodyBytes)}`,
  }
}

const CAP_REACHED: Failure = {
  code: 'BODY_CAP_REACHED',
  text: `Response: read the first ${readableCount(limits.bodyBytes)} bytes of a body without a known end`,
}
