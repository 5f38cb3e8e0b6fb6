import type { HttpSpec } from '@repo/contracts/specs/http'
import { bareOutcome, type Certificate, type Facts, type Hop, type Outcome } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import type { Answer, AnswerBody } from '../assertions/answer.ts'
import { judgeAssertions, needsBody } from '../assertions/judge.ts'
import { literalAddress } from '../egress/egress.ts'
import { ownFault, said } from '../engine/carry-out.ts'
import type { Connection } from '../engine/dial.ts'
import { type Failure, failureVerdict, isFailure, worse } from '../engine/failure.ts'
import { limits } from '../engine/limits.ts'
import { findAddresses } from '../engine/place.ts'
import { readableMs } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { slowRemark } from '../engine/slow.ts'
import { nowMs, type ProbeDeps } from '../probe-deps.ts'
import { type Examined, examine, revocationRemark } from '../tls/chain.ts'
import { type Handshake, judgeHandshake, tlsOptions, withOldVersions } from '../tls/handshake.ts'
import { bodyText } from './body-text.ts'
import type { BodySink } from './chunked-body.ts'
import { httpEvidence } from './evidence.ts'
import { type AnswerJudge, type Exchanged, exchange, type HttpPlace } from './exchange.ts'
import { exchangeH2, H2_OR_HTTP_1 } from './exchange-h2.ts'
import { HeaderFields } from './header-fields.ts'
import { decodeBody, KeptBody } from './kept-body.ts'
import type { ProxyWay } from './proxy.ts'
import { isRedirect, nextHop, refusedHop } from './redirect.ts'
import { firstRequest, followed, type HopRequest } from './request.ts'
import type { ResponseHead } from './response-head.ts'
import type { BodyPart } from './response-reader.ts'
import { isInRanges, unexpectedStatus } from './status.ts'

/** One check on its way through its hops. Few objects and few awaits: thousands of these run every second. */
export class HttpProbe implements AnswerJudge {
  /** An answer was not waited for to its end, because it failed, the time was over, or the probe was stopped. */
  wasCutShort = false
  /** How much of the body of an expected answer is kept. */
  keptBytes: number
  private request: HopRequest
  private readonly hops: Hop[] = []
  private hopStartedMs = 0
  private headBytes = 0
  private addresses: readonly string[] = []
  private last: Exchanged | null = null
  private kept: KeptBody | null = null
  private tls: TLSOptions | null = null
  /** Of all hops: a certificate on the way may be about to expire as well. */
  private seen: Failure | null = null

  constructor(
    private readonly spec: HttpSpec,
    readonly deps: ProbeDeps,
    readonly run: ProbeRun,
  ) {
    this.keptBytes = spec.assertions === undefined ? limits.evidenceBodyBytes : limits.bodyBytes
    this.request = firstRequest(spec, () => crypto.randomUUID())
  }

  /** Sends these in place of the text of the spec, which can say nothing but text. */
  sendBytes(body: Uint8Array): void {
    this.request = { ...this.request, body }
  }

  /** Undefined when the final answer has a status that the spec expects. */
  async followHops(): Promise<Failure | undefined> {
    for (;;) {
      this.last = null
      this.hopStartedMs = this.run.stopwatch.elapsedMs()
      const place = this.knownPlace() ?? (await this.findPlace())
      if (isFailure(place)) return this.endHop(place)
      this.last = await this.ask(place)
      const { failure, head, remark } = this.last
      this.seen = worse(this.seen, remark)
      if (failure || !head) return this.cutShort(this.endHop(failure ?? NO_HEAD))
      this.endHop(null)
      if (!this.follows(head)) return this.judgeStatus(head)
      const failed = this.goOn(head)
      if (failed) return failed
    }
  }

  /**
   * Asks once; where the body ended with a TLS connection and only a closer look tells whether that was meant, once more.
   * Who was asked once more is looked at closely from then on.
   */
  private async ask(place: HttpPlace): Promise<Exchanged> {
    if (this.isH2) return exchangeH2(this.request, place, { judge: this, run: this.run })
    const asked = await exchange(this.request, place, { judge: this, run: this.run })
    if (asked.failure?.code === 'TLS_VERSION' && place.tls) return this.askWithOldTls(place, place.tls, asked)
    if (asked.failure || !asked.isEndUncertain) return asked
    rememberUncertainEnd(this.request.url.host)
    if (this.request.method !== 'GET') return asked
    return exchange(this.request, { ...place, watchesEnd: true }, { judge: this, run: this.run })
  }

  /** Shakes hands once more, as one did long ago, to be able to say what the server offers; the judge lets nothing pass. */
  private async askWithOldTls(place: HttpPlace, tls: TLSOptions, asked: Exchanged): Promise<Exchanged> {
    const old = await exchange(this.request, { ...place, tls: withOldVersions(tls) }, { judge: this, run: this.run })
    return old.failure?.code === 'TLS_VERSION' ? old : asked
  }

  async outcome(failure: Failure | undefined): Promise<Outcome> {
    const phases = this.run.stopwatch.phases()
    const remark = failure ?? (await this.remark())
    const examined = await this.examined()
    const certificate = examined?.certificate ?? null
    const finding = failure ?? worse(remark, examined && revocationRemark(examined, this.spec.tls))
    const passing = `answered ${this.last?.head?.status ?? null} in ${readableMs(phases.total / 1_000)}${this.note()}`
    return {
      ...said(finding, passing),
      phases,
      hops: this.hops,
      address: this.last?.address ?? null,
      httpVersion: this.last?.httpVersion ?? null,
      status: this.last?.head?.status ?? null,
      bodyBytes: this.last?.head ? this.last.bodyBytes : null,
      certificate,
      facts: this.facts(),
      evidence: finding && isAgainstThem(finding) ? this.evidence(certificate) : null,
    }
  }

  faulty(error: unknown): Outcome {
    const { total } = this.run.stopwatch.phases()
    const fault = bareOutcome('unknown', 'PROBE_ERROR', ownFault(error))
    return { ...fault, phases: { ...fault.phases, total }, hops: this.hops }
  }

  wantedBody(head: ResponseHead): BodyPart {
    if (this.request.method === 'HEAD' || this.follows(head)) return 'none'
    return this.isExpected(head.status) ? 'whole' : 'sample'
  }

  sinkFor(head: ResponseHead): BodySink {
    this.kept = new KeptBody(this.isExpected(head.status) ? this.keptBytes : limits.evidenceBodyBytes)
    return this.kept
  }

  judgeHandshake(connection: Connection | null, error: Error | null): Handshake {
    const { hostname } = this.request.url
    return judgeHandshake(connection, error, { wishes: this.spec.tls, host: hostname, nowMs: nowMs(this.deps) })
  }

  /** A place that needs no look-up and no wishes: a literal host is its own answer, and a refused one needs none. */
  private knownPlace(): HttpPlace | Failure | undefined {
    const { url } = this.request
    const refused = this.deps.egress.judgeUrl(url)
    if (refused) return refusedHop(refused, this.hops.length)
    if (this.spec.proxy || this.spec.ipVersion) return undefined
    const literal = literalAddress(url.hostname)
    return literal === undefined ? undefined : this.place([literal], null)
  }

  private async findPlace(): Promise<HttpPlace | Failure> {
    const { url } = this.request
    const found = await findAddresses(url, this.spec, this)
    if (isFailure(found)) {
      return found.code === 'BLOCKED_ADDRESS' && this.hops.length > 0
        ? { code: 'BLOCKED_REDIRECT', text: found.text.replace('leads to', 'redirects to') }
        : this.cutShort(found)
    }
    if (!this.spec.proxy) return this.place(found, null)
    const proxy = await this.findProxy(found)
    return isFailure(proxy) ? this.cutShort(proxy) : this.place(found, proxy)
  }

  private async findProxy([address = '']: readonly string[]): Promise<ProxyWay | Failure> {
    const { host = '', port = 0, ...credentials } = this.spec.proxy ?? {}
    const found = await findAddresses({ protocol: 'proxy:', hostname: host, port: String(port) }, {}, this)
    if (isFailure(found)) return { code: 'PROXY_FAILED', text: `Proxy: ${found.text}` }
    return {
      name: `${host}:${port}`,
      port,
      addresses: found,
      credentials,
      target: { address, port: portOf(this.request.url) },
    }
  }

  private place(addresses: readonly string[], proxy: ProxyWay | null): HttpPlace {
    const { url } = this.request
    this.addresses = addresses
    this.tls = url.protocol === 'https:' ? this.tlsFor(url.hostname) : null
    return {
      addresses,
      port: portOf(url),
      tls: this.tls,
      headByteLimit: Math.min(limits.headBytes, limits.headBytesOverHops - this.headBytes),
      proxy,
      watchesEnd: url.protocol === 'https:' && endsUncertainly(url.host),
    }
  }

  private tlsFor(hostname: string): TLSOptions {
    const name = literalAddress(hostname) === undefined ? hostname : null
    return tlsOptions(name, this.spec.tls, { ca: this.deps.ca, alpn: this.isH2 ? H2_OR_HTTP_1 : HTTP_1 })
  }

  /** Takes the way that a redirect points to, unless something speaks against it. */
  private goOn(head: ResponseHead): Failure | undefined {
    this.headBytes += this.last?.headBytes ?? 0
    const next = nextHop(head, this.request.url, this.spec)
    if (next.kind === 'failed') return next.failure
    if (this.hops.length > this.spec.maxRedirects) return tooManyRedirects(this.hops.length - 1)
    this.request = followed(this.request, head.status, next.url)
    return undefined
  }

  private endHop<Ended extends Failure | null>(failure: Ended): Ended {
    const { url } = this.request
    const total = Math.round((this.run.stopwatch.elapsedMs() - this.hopStartedMs) * 1_000)
    this.hops.push({
      url: withoutQuery(url.href),
      address: this.last?.address ?? null,
      status: this.last?.head?.status ?? null,
      total,
    })
    return failure
  }

  private get isH2(): boolean {
    return this.spec.httpVersion === '2'
  }

  private follows(head: ResponseHead): boolean {
    return this.spec.maxRedirects > 0 && isRedirect(head.status)
  }

  private isExpected(status: number): boolean {
    return isInRanges(status, this.spec.expectedStatus)
  }

  private judgeStatus(head: ResponseHead): Failure | undefined {
    if (!this.isExpected(head.status)) {
      const fields = this.fields()
      return unexpectedStatus(head.status, this.spec.expectedStatus, { fields, hasRetryAfter: head.hasRetryAfter })
    }
    if (this.spec.httpsRule === 'required' && this.request.url.protocol !== 'https:') {
      return { code: 'NOT_HTTPS', text: 'Response: the final answer came over http, not https' }
    }
    return undefined
  }

  /** What there is to say about an answer with the expected status: the weightiest of all that was found. */
  private async remark(): Promise<Failure | null> {
    const { assertions, slowMs } = this.spec
    const phases = this.run.stopwatch.phases()
    const seen = worse(this.seen, slowRemark(phases, slowMs))
    if (!assertions || assertions.length === 0) return seen
    const body = needsBody(assertions) ? await this.answerBody() : null
    if (body && isFailure(body)) return body
    const answer: Answer = {
      status: this.last?.head?.status ?? 0,
      fields: this.fields(),
      phases,
      bodyBytes: this.last?.bodyBytes ?? 0,
      body,
      certificate: this.last?.certificate ?? null,
      nowMs: nowMs(this.deps),
    }
    return worse(judgeAssertions(assertions, answer), seen)
  }

  /** The body of the final answer, as far as it was kept, decoded. */
  async answerBody(): Promise<AnswerBody | Failure> {
    const raw = this.kept?.bytes() ?? Buffer.alloc(0)
    const wasWhole = raw.length === (this.last?.bodyBytes ?? 0) && this.last?.remark?.code !== 'BODY_CAP_REACHED'
    const decoded = await decodeBody(raw, this.last?.head?.contentEncodings ?? [], wasWhole)
    if (isFailure(decoded)) return decoded
    return { ...decoded, text: bodyText(decoded.bytes, this.fields().first('content-type')) }
  }

  get status(): number | null {
    return this.last?.head?.status ?? null
  }

  /** The fields of the final answer. */
  fields(): HeaderFields {
    return HeaderFields.parse(this.last?.rawHead() ?? '')
  }

  /** What was shown, with its chain: the sockets of the probe know the leaf alone. */
  private examined(): Promise<Examined> | null {
    const { certificate = null, address } = this.last ?? {}
    if (!certificate || !address || !this.tls) return null
    const target = { address, port: portOf(this.request.url), tls: this.tls, isDirect: this.spec.proxy === undefined }
    return examine(certificate, target, { run: this.run, nowMs: nowMs(this.deps) })
  }

  /** An address family that did not answer is no failure, but somebody should know. */
  private note(): string {
    const [first] = this.addresses
    const used = this.last?.address
    if (!first?.includes(':') || !used || used.includes(':')) return ''
    // A region without IPv6 has nothing to say about anybody's.
    const isOurs = this.last?.passedOver().every(({ errorCode }) => NO_ROUTE.has(errorCode))
    return isOurs ? '' : '; IPv6 did not answer, used IPv4'
  }

  private facts(): Facts {
    return this.note() === '' ? NO_FACTS : { usedIpv4Instead: true }
  }

  private evidence(certificate: Certificate | null) {
    return httpEvidence(this.spec, this.request, {
      rawHead: this.last?.rawHead() ?? '',
      body: this.kept?.bytes() ?? null,
      addresses: this.addresses,
      address: this.last?.address ?? null,
      chain: (certificate?.chain ?? []).map(({ subject }) => subject),
    })
  }

  private cutShort<Cut extends Failure>(failure: Cut): Cut {
    this.wasCutShort = true
    return failure
  }
}

/** What is no more than a remark, or our own trouble, has nothing to prove. */
function isAgainstThem(finding: Failure): boolean {
  const verdict = failureVerdict(finding)
  return verdict === 'down' || verdict === 'degraded'
}

/** Hosts whose answers end with their connections. */
const uncertainEnds = new Set<string>()
const UNCERTAIN_ENDS = 10_000

function endsUncertainly(host: string): boolean {
  return uncertainEnds.size > 0 && uncertainEnds.has(host)
}

function rememberUncertainEnd(host: string): void {
  if (uncertainEnds.size >= UNCERTAIN_ENDS) uncertainEnds.clear()
  uncertainEnds.add(host)
}

const NO_ROUTE: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETDOWN'])

const NO_FACTS: Facts = {}

/** The wire format of a list of protocol names (RFC 7301). */
const HTTP_1 = '\x08http/1.1'

const NO_HEAD: Failure = { code: 'PROBE_ERROR', text: 'The probe itself failed: an answer without a head' }

/** Query strings carry secrets. */
function withoutQuery(href: string): string {
  const query = href.indexOf('?')
  const bare = query === -1 ? href : href.slice(0, query)
  const fragment = bare.indexOf('#')
  return fragment === -1 ? bare : bare.slice(0, fragment)
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function tooManyRedirects(count: number): Failure {
  return {
    code: 'TOO_MANY_REDIRECTS',
    text: `Redirect: still redirected after ${count} ${count === 1 ? 'hop' : 'hops'}`,
  }
}
