import dns from 'node:dns'
import type { OutcomeCode } from '@repo/domain/outcome'

export type DnsFailureCode = Extract<OutcomeCode, `DNS_${string}` | 'PROBE_DNS'>

export type Resolution =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly code: DnsFailureCode }

/** Looks a host name up. Answers within the limit and never rejects; what is not known by then is a failure. */
export type Resolve = (host: string, limitMs: number) => Promise<Resolution>

/** The look-up of the machine itself: /etc/hosts first, then the configured name servers, both address families. */
export const systemResolve: Resolve = (host, limitMs) =>
  new Promise((settle) => {
    // Silence has two causes. Only if the resolver answers another question meanwhile is it the host's own fault.
    let resolverAnswers = false
    const doubt = setTimeout(() => {
      askAnything(limitMs / 2).then((answered) => {
        resolverAnswers = answered
      })
    }, limitMs / 2)
    const settleSilent = () => settle({ kind: 'failed', code: resolverAnswers ? 'DNS_TIMEOUT' : 'PROBE_DNS' })
    const limit = setTimeout(settleSilent, limitMs)

    dns.lookup(host, { all: true, verbatim: true }, (error, entries) => {
      clearTimeout(doubt)
      clearTimeout(limit)
      if (error?.code === 'ETIMEOUT') settleSilent()
      else settle(error ? { kind: 'failed', code: dnsFailureCode(error.code) } : toResolution(entries))
    })
  })

function toResolution(entries: readonly dns.LookupAddress[]): Resolution {
  if (entries.length === 0) return { kind: 'failed', code: 'DNS_NO_ADDRESS' }
  return { kind: 'addresses', addresses: entries.map((entry) => entry.address) }
}

const codeByError: Readonly<Record<string, DnsFailureCode>> = {
  ENOTFOUND: 'DNS_NXDOMAIN',
  ENODATA: 'DNS_NO_ADDRESS',
  ESERVFAIL: 'DNS_SERVFAIL',
  EREFUSED: 'DNS_REFUSED',
  EBADRESP: 'DNS_MALFORMED',
  EFORMERR: 'DNS_MALFORMED',
  EBADNAME: 'DNS_NXDOMAIN',
}

/** What is not an answer about the host (no server reached, none configured) is trouble of our own resolver. */
export function dnsFailureCode(errorCode: string | undefined): DnsFailureCode {
  return codeByError[errorCode ?? ''] ?? 'PROBE_DNS'
}

/** True when the resolver answers a question that any resolver can answer: the name servers of the root. */
function askAnything(limitMs: number): Promise<boolean> {
  return new Promise((settle) => {
    const resolver = new dns.Resolver({ timeout: Math.max(1, Math.floor(limitMs)), tries: 1 })
    resolver.resolveNs('.', (error) => settle(!error || isAnswer(error.code)))
  })
}

function isAnswer(errorCode: string | undefined): boolean {
  return dnsFailureCode(errorCode) !== 'PROBE_DNS'
}
