import type { HttpSpec } from '@repo/contracts/check-spec'
import type { Outcome } from '@repo/domain/outcome'
import type { TLSOptions } from 'bun'
import type { Resolve } from '../dns/resolve.ts'
import { type EgressPolicy, type EgressRefusal, literalAddress } from '../egress/egress.ts'
import { type Failure, verdictOf } from '../engine/failure.ts'
import { interleaved } from '../engine/interleaved.ts'
import { limits } from '../engine/limits.ts'
import { lookUp } from '../engine/look-up.ts'
import { clipped, escaped, readableMs } from '../engine/readable.ts'
import { ProbeRun } from '../engine/run.ts'
import { type AnswerJudge, type Exchanged, exchange, type Place } from '../http/exchange.ts'
import { isRedirect, nextHop } from '../http/redirect.ts'
import type { ResponseHead } from '../http/response-head.ts'

export interface HttpProbeDeps {
  readonly egress: EgressPolicy
  readonly resolve: Resolve
  /** Wall time, for the age of certificates. */
  readonly clock?: { nowMs(): number }
  /** Certificates to trust in place of the well-known authorities, PEM. */
  readonly ca?: string
}

/**
 * Carries out one HTTP check: a GET over a fresh connection per hop, redirects followed, the body read to its end.
 * Answers by the deadline of the spec, whatever the target does, and never throws, except for being stopped: once the
 * signal aborts it throws the signal's reason, because our shutting down is not the site's failure.
 *
 * With `maxRedirects: 0` redirects are not followed: the first answer is the final one.
 */
export async function probeHttp(spec: HttpSpec, deps: HttpProbeDeps, signal: AbortSignal): Promise<Outcome> {
  signal.throwIfAborted()
  const probe = new HttpProbe(spec, deps, new ProbeRun(spec.timeoutMs, signal))
  try {
    const failure = await probe.followHops()
    // Whatever was cut short by the stop says nothing about the target.
    if (probe.wasCutShort) signal.throwIfAborted()
    return probe.outcome(failure)
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return probe.outcome({ code: 'PROBE_ERROR', text: `The probe itself failed: ${escaped(cause, 120)}` })
  } finally {
    probe.run.finish()
  }
}

/** One check on its way through its hops. Few objects and few awaits: thousands of these run every second. */
class HttpProbe implements AnswerJudge {
  /** An answer was not waited for to its end, because it failed, the time was over, or the probe was stopped. */
  wasCutShort = false
  private redirects = 0
  private headBytes = 0
  private last: Exchanged | null = null

  constructor(
    private readonly spec: HttpSpec,
    private readonly deps: HttpProbeDeps,
    readonly run: ProbeRun,
  ) {}

  /** Undefined when the final answer is what the spec expects. */
  async followHops(): Promise<Failure | undefined> {
    let url = new URL(this.spec.url)
    for (;;) {
      const place = this.knownPlace(url) ?? (await this.findPlace(url))
      if ('code' in place) return place
      this.last = await exchange(place, this, this.run)
      const { failure, head } = this.last
      if (failure || !head) return this.cutShort(failure ?? NO_HEAD)
      if (!this.follows(head)) return this.judgeStatus(head)
      this.headBytes += this.last.headBytes
      const next = nextHop(head, url)
      if (next.kind === 'failed') return next.failure
      if (this.redirects === this.spec.maxRedirects) return tooManyRedirects(this.redirects)
      this.redirects += 1
      url = next.url
    }
  }

  outcome(failure: Failure | undefined): Outcome {
    const phases = this.run.stopwatch.phases()
    const status = this.last?.head?.status ?? null
    const code = failure?.code ?? 'OK'
    return {
      verdict: verdictOf(code),
      code,
      message: failure ? clipped(failure.text) : `answered ${status} in ${readableMs(phases.totalUs / 1_000)}`,
      phases,
      address: this.last?.address ?? null,
      status,
      redirects: this.redirects,
      certificateExpiresAtMs: this.last?.certificateExpiresAtMs ?? null,
    }
  }

  /** The body of a redirect, or of an answer that has failed already, would change nothing. */
  wantsBody(head: ResponseHead): boolean {
    return !this.follows(head) && this.isExpected(head.status)
  }

  nowMs(): number {
    return this.deps.clock?.nowMs() ?? Date.now()
  }

  /** A place that needs no look-up: a literal host is its own answer, and a refused one needs none. */
  private knownPlace(url: URL): Place | Failure | undefined {
    const refused = this.deps.egress.judgeUrl(url)
    if (refused) return this.refusal(refused)
    const literal = literalAddress(url.hostname)
    return literal === undefined ? undefined : this.place(url, [literal], null)
  }

  private async findPlace(url: URL): Promise<Place | Failure> {
    const found = await lookUp(url.hostname, this.deps.resolve, this.run)
    if (found.kind === 'failed') return this.cutShort(found.failure)
    const refused = this.deps.egress.judgeAddresses(url, found.addresses)
    if (refused) return this.refusal(refused)
    return this.place(url, interleaved(found.addresses).slice(0, limits.addresses), url.hostname)
  }

  private place(url: URL, addresses: readonly string[], name: string | null): Place {
    const isSecure = url.protocol === 'https:'
    return {
      url,
      addresses,
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
      tls: isSecure ? this.tlsFor(name) : null,
      headByteLimit: Math.min(limits.headBytes, limits.headBytesOverHops - this.headBytes),
    }
  }

  /** Verification is ours to do: the handshake is let through, and what it says about the certificate decides. */
  private tlsFor(name: string | null): TLSOptions {
    return {
      rejectUnauthorized: false,
      // A certificate names a host without the dot that ends it in DNS.
      ...(name === null ? {} : { serverName: name.replace(/\.$/, '') }),
      ...(this.deps.ca === undefined ? {} : { ca: this.deps.ca }),
    }
  }

  private follows(head: ResponseHead): boolean {
    return this.spec.maxRedirects > 0 && isRedirect(head.status)
  }

  private isExpected(status: number): boolean {
    for (const { from, to } of this.spec.expectedStatus) if (status >= from && status <= to) return true
    return false
  }

  private judgeStatus(head: ResponseHead): Failure | undefined {
    if (this.isExpected(head.status)) return undefined
    if (head.status === 429 || (head.status === 503 && head.hasRetryAfter)) {
      return { code: 'RATE_LIMITED', text: `Response: answered ${head.status}: the site limits how often it is asked` }
    }
    const expected = this.spec.expectedStatus
      .map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`))
      .join(', ')
    return { code: 'UNEXPECTED_STATUS', text: `Response: answered ${head.status}, expected ${expected}` }
  }

  private cutShort(failure: Failure): Failure {
    this.wasCutShort = true
    return failure
  }

  private refusal({ code, reason }: EgressRefusal): Failure {
    if (this.redirects === 0) return { code, text: `Not checked: leads to ${reason}` }
    return {
      code: code === 'BLOCKED_ADDRESS' ? 'BLOCKED_REDIRECT' : code,
      text: `Not checked: redirects to ${reason}`,
    }
  }
}

const NO_HEAD: Failure = { code: 'PROBE_ERROR', text: 'The probe itself failed: an answer without a head' }

function tooManyRedirects(count: number): Failure {
  return { code: 'TOO_MANY_REDIRECTS', text: `Redirect: still redirected after ${count} hops` }
}
