import type { DnsFailureCode, Resolution, Resolve } from '../dns/resolve.ts'
import type { Failure } from './failure.ts'
import { limits } from './limits.ts'
import { escaped } from './readable.ts'
import type { ProbeRun } from './run.ts'
import { timeoutFailure } from './timeout.ts'

/** Leaves the resolver a moment to say more than "no answer" before the probe's own limit ends the look-up. */
const RESERVE_MS = 50

export type LookUp =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** The addresses of a host within the limits of the run, or why there are none. */
export function lookUp(host: string, resolve: Resolve, run: ProbeRun): Promise<LookUp> {
  const limitMs = Math.min(limits.dnsMs, run.remainingMs())
  return new Promise((settle, reject) => {
    const finish = (found: LookUp) => {
      run.doneWaiting()
      settle(found)
    }
    const fail = (failure: Failure) => finish({ kind: 'failed', failure })
    run.waitIn('dns', () => fail(timeoutFailure(run, host)))
    resolve(host, { limitMs: limitMs - Math.min(RESERVE_MS, limitMs / 4) }).then((resolution) => {
      // Whoever stood still until long after the limit has heard nothing, whatever was answered.
      run.stalledMs = Math.max(run.stalledMs, run.waitedMs() - limitMs)
      if (resolution.kind === 'failed') fail(failureOf(resolution, host, run))
      else if (resolution.addresses.length === 0) fail(dnsFailure('DNS_NO_ADDRESS', host))
      else finish(resolution)
    }, reject)
  })
}

function failureOf({ code, alias }: Extract<Resolution, { kind: 'failed' }>, host: string, run: ProbeRun): Failure {
  return code === 'DNS_TIMEOUT' ? timeoutFailure(run, host) : dnsFailure(code, host, alias)
}

export function dnsFailure(code: DnsFailureCode, host: string, alias?: string): Failure {
  const blamed = alias === undefined ? host : `${host} leads to ${escaped(alias, 100)}, and ${escaped(alias, 100)}`
  return { code, text: `DNS: ${dnsCause(code, blamed)}` }
}

function dnsCause(code: DnsFailureCode, host: string): string {
  switch (code) {
    case 'DNS_NXDOMAIN':
      return `${host} does not exist (NXDOMAIN)`
    case 'DNS_SERVFAIL':
      return `the name servers of ${host} failed (SERVFAIL)`
    case 'DNS_REFUSED':
      return `the name servers refused to answer about ${host}`
    case 'DNS_NO_ADDRESS':
      return `${host} exists but has no address`
    case 'DNS_MALFORMED':
      return `the answer about ${host} could not be read`
    case 'DNS_CNAME_LOOP':
      return `the aliases of ${host} lead in a circle`
    case 'DNS_VALUE':
      return `the records of ${host} are not the expected ones`
    case 'DNS_TIMEOUT':
      return `no answer about ${host} in time`
    case 'PROBE_DNS':
      return `this region's resolver is unavailable, so ${host} was not checked`
  }
}
