import type { Failure } from '../engine/failure.ts'
import type { Echo } from './echo.ts'

/** Times in milliseconds, to the microsecond; null where nothing came back. */
export interface RoundTrips {
  readonly sent: number
  readonly received: number
  readonly lossPercent: number
  readonly minMs: number | null
  readonly avgMs: number | null
  readonly maxMs: number | null
  /** The mean difference between one round trip and the next (RFC 3550 section 6.4.1, without its smoothing). */
  readonly jitterMs: number | null
}

/** A request that this machine could not even send says nothing about the other side. */
export function roundTrips(echoes: readonly Echo[], address: string): RoundTrips | Failure {
  const unsent = echoes.find((echo) => echo.kind === 'not-sent')
  if (unsent) return notSent(unsent.errno, address)
  return summed(
    echoes.length,
    echoes.flatMap((echo) => (echo.kind === 'reply' ? [echo.rttMs] : [])),
  )
}

export function summed(sent: number, rttsMs: readonly number[]): RoundTrips {
  const lossPercent = sent === 0 ? 100 : round((100 * (sent - rttsMs.length)) / sent, 1)
  if (rttsMs.length === 0) {
    return { sent, received: 0, lossPercent, minMs: null, avgMs: null, maxMs: null, jitterMs: null }
  }
  const steps = rttsMs.slice(1).map((rttMs, index) => Math.abs(rttMs - (rttsMs[index] ?? rttMs)))
  return {
    sent,
    received: rttsMs.length,
    lossPercent,
    minMs: round(Math.min(...rttsMs), 3),
    avgMs: round(mean(rttsMs), 3),
    maxMs: round(Math.max(...rttsMs), 3),
    jitterMs: steps.length === 0 ? 0 : round(mean(steps), 3),
  }
}

const EPERM = 1
const EACCES = 13
const ENETUNREACH = 101
const EHOSTUNREACH = 113

function notSent(errno: number, address: string): Failure {
  if (errno === EHOSTUNREACH) return { code: 'TCP_UNREACHABLE', text: `Ping: ${address} is unreachable` }
  if (errno === ENETUNREACH) {
    const code = address.includes(':') ? 'NO_ROUTE_V6' : 'SELF_OFFLINE'
    return { code, text: `Ping: this region has no ${address.includes(':') ? 'IPv6' : 'network'} (${address})` }
  }
  const why = errno === EPERM || errno === EACCES ? 'this machine lets nobody send' : `sending failed (error ${errno})`
  return { code: 'PING_UNAVAILABLE', text: `Ping: ${why} to ${address}` }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
