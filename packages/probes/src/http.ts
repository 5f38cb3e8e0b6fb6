import type { HttpSpec } from '@repo/contracts/check-spec'
import type { Outcome } from '@repo/domain/outcome'
import { type EgressPolicy, type EgressRefusal, literalAddress } from './egress.ts'
import { type Exchanged, type ExchangeTarget, exchange } from './exchange.ts'
import { type Failure, verdictOf } from './failure.ts'
import { httpLimits } from './http-limits.ts'
import { interleaved } from './interleaved.ts'
import { lookUp } from './look-up.ts'
import { clipped, escaped, readableMs } from './readable.ts'
import { isRedirect, nextHop } from './redirect.ts'
import type { Resolve } from './resolve.ts'
import type { ResponseHead } from './response-head.ts'
import { ProbeRun } from './run.ts'

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
    const outcome = await probe.outcome()
    // Whatever was cut short by the stop says nothing about the target.
    if (probe.wasStopped) throw signal.reason
    return outcome
  } finally {
    probe.run.finish()
  }
}

/** A URL with the addresses of its host, all of them judged. */
interface Place {
  readonly url: URL
  readonly isName: boolean
  readonly addresses: readonly string[]
}

class HttpProbe {
  wasStopped = false
  private redirects = 0
  private headBytes = 0
  private last: Exchanged | null = null

  constructor(
    private readonly spec: HttpSpec,
    private readonly deps: HttpProbeDeps,
    readonly run: ProbeRun,
  ) {}

  async outcome(): Promise<Outcome> {
    try {
      return this.toOutcome(await this.followHops())
    } catch (error) {
      const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      return this.toOutcome({ code: 'PROBE_ERROR', text: `The probe itself failed: ${escaped(cause, 120)}` })
    }
  }

  /** Undefined when the final answer is what the spec expects. */
  private async followHops(): Promise<Failure | undefined> {
    let url = new URL(this.spec.url)
    for (;;) {
      const failure = await this.hop(url)
      if (failure) return failure
      const head = this.last?.head
      if (!head) return { code: 'PROBE_ERROR', text: 'The probe itself failed: an answer without a head' }
      if (!this.follows(head)) return this.judgeStatus(head)
      const next = nextHop(head, url)
      if (next.kind === 'failed') return next.failure
      if (this.redirects === this.spec.maxRedirects) {
        return { code: 'TOO_MANY_REDIRECTS', text: `Redirect: still redirected after ${this.redirects} hops` }
      }
      this.redirects += 1
      url = next.url
    }
  }

  private async hop(url: URL): Promise<Failure | undefined> {
    const refused = this.deps.egress.judgeUrl(url)
    if (refused) return this.refusal(refused)
    const literal = literalAddress(url.hostname)
    // A literal host is its own answer, and has just been judged as such.
    if (literal) return this.ask({ url, isName: false, addresses: [literal] })
    const found = await lookUp(url.hostname, this.deps.resolve, this.run)
    if (found.kind === 'failed') return this.cutShort(found.failure)
    const refusedAnswer = this.deps.egress.judgeAddresses(url, found.addresses)
    return refusedAnswer ? this.refusal(refusedAnswer) : this.ask({ url, isName: true, addresses: found.addresses })
  }

  private async ask(place: Place): Promise<Failure | undefined> {
    this.last = await exchange(this.exchangeTarget(place), this.run)
    this.headBytes += this.last.headBytes
    return this.last.failure ? this.cutShort(this.last.failure) : undefined
  }

  private exchangeTarget({ url, isName, addresses }: Place): ExchangeTarget {
    const isSecure = url.protocol === 'https:'
    return {
      url,
      host: url.hostname,
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
      addresses: addresses.length === 1 ? addresses : interleaved(addresses).slice(0, httpLimits.addresses),
      tls: isSecure
        ? {
            rejectUnauthorized: false,
            ...(isName ? { serverName: url.hostname } : {}),
            ...(this.deps.ca ? { ca: this.deps.ca } : {}),
          }
        : null,
      headByteLimit: Math.min(httpLimits.headBytes, httpLimits.headBytesOverHops - this.headBytes),
      wantsBody: this.wantsBody,
      nowMs: this.nowMs,
    }
  }

  private readonly nowMs = () => this.deps.clock?.nowMs() ?? Date.now()

  /** The body of a redirect, or of an answer that has failed already, would change nothing. */
  private readonly wantsBody = (head: ResponseHead) => !this.follows(head) && this.isExpected(head.status)

  private follows(head: ResponseHead): boolean {
    return this.spec.maxRedirects > 0 && isRedirect(head.status)
  }

  private isExpected(status: number): boolean {
    return this.spec.expectedStatus.some(({ from, to }) => status >= from && status <= to)
  }

  private judgeStatus(head: ResponseHead): Failure | undefined {
    if (this.isExpected(head.status)) return undefined
    if (head.status === 429 || (head.status === 503 && head.hasRetryAfter)) {
      return { code: 'RATE_LIMITED', text: `Response: answered ${head.status}: the site limits how often it is asked` }
    }
    return { code: 'UNEXPECTED_STATUS', text: `Response: answered ${head.status}` }
  }

  private refusal({ code, reason }: EgressRefusal): Failure {
    if (this.redirects === 0) return { code, text: `Not checked: leads to ${reason}` }
    return {
      code: code === 'BLOCKED_ADDRESS' ? 'BLOCKED_REDIRECT' : code,
      text: `Not checked: redirects to ${reason}`,
    }
  }

  private cutShort(failure: Failure): Failure {
    if (this.run.isStopped) this.wasStopped = true
    return failure
  }

  private toOutcome(failure: Failure | undefined): Outcome {
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
}
