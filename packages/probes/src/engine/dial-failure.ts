import type { OutcomeCode } from '@repo/domain/outcome'
import type { DialFailure } from './dial.ts'
import type { Failure } from './failure.ts'
import { escaped, readableEndpoint } from './readable.ts'

/** What it means that no address could be connected to. The most telling failure speaks; the first one is named too. */
export function explainDial(failures: readonly DialFailure[], port: number): Failure {
  const judged = failures.map((failure) => ({ failure, code: dialCode(failure) }))
  const telling = judged.find(({ code }) => !isOurs(code)) ?? judged[0]
  if (!telling) return { code: 'PROBE_ERROR', text: 'TCP: no address to connect to' }
  const [first] = failures
  const others = first && first !== telling.failure ? `; before that, ${cause(first, port)}` : ''
  const count = failures.length > 1 ? ` (none of ${failures.length} addresses connected${others})` : ''
  return { code: telling.code, text: `TCP: ${cause(telling.failure, port)}${count}` }
}

function dialCode({ errorCode, address }: DialFailure): OutcomeCode {
  switch (errorCode) {
    case 'ECONNREFUSED':
      return 'TCP_REFUSED'
    case 'ETIMEDOUT':
      return 'TCP_TIMEOUT'
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return 'TCP_UNREACHABLE'
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'TCP_RESET'
    // Our own kernel knows no way out: for IPv6 that is a region without it, for IPv4 a machine without a network.
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EAFNOSUPPORT':
      return address.includes(':') ? 'NO_ROUTE_V6' : 'SELF_OFFLINE'
    // Without an IPv6 address of its own to send from, or, for IPv4, without a port that is free.
    case 'EADDRNOTAVAIL':
      return address.includes(':') ? 'NO_ROUTE_V6' : 'PROBE_ERROR'
    case 'EMFILE':
    case 'ENFILE':
      return 'OUT_OF_DESCRIPTORS'
    default:
      return 'PROBE_ERROR'
  }
}

function isOurs(code: OutcomeCode): boolean {
  return code === 'NO_ROUTE_V6' || code === 'SELF_OFFLINE' || code === 'PROBE_ERROR' || code === 'OUT_OF_DESCRIPTORS'
}

function cause(failure: DialFailure, port: number): string {
  const endpoint = readableEndpoint(failure.address, port)
  switch (dialCode(failure)) {
    case 'TCP_REFUSED':
      return `${endpoint} refused the connection`
    case 'TCP_TIMEOUT':
      return `${endpoint} did not answer`
    case 'TCP_UNREACHABLE':
      return `${endpoint} is unreachable`
    case 'TCP_RESET':
      return `${endpoint} reset the connection`
    case 'NO_ROUTE_V6':
      return `this region has no IPv6 (${endpoint})`
    case 'SELF_OFFLINE':
      return `this region has no network (${endpoint})`
    case 'OUT_OF_DESCRIPTORS':
      return `this probe has no free descriptors, so ${endpoint} was not checked`
    default:
      return `could not connect to ${endpoint} (${escaped(failure.errorCode)})`
  }
}
