import type { PingSpec } from '@repo/contracts/specs/socket'
import type { Facts, Outcome } from '@repo/domain/outcome'
import { carryOut, type Found } from '../engine/carry-out.ts'
import { type Failure, isFailure } from '../engine/failure.ts'
import { findAddresses } from '../engine/place.ts'
import { readableMs } from '../engine/readable.ts'
import type { ProbeRun } from '../engine/run.ts'
import { sendEcho } from '../ping/echo.ts'
import { type RoundTrips, roundTrips } from '../ping/round-trips.ts'
import { systemPing } from '../ping/system-ping.ts'
import type { ProbeDeps } from '../probe-deps.ts'

/** Sends ICMP echo requests and counts what comes back. A machine that may not send any knows nothing of the target. */
export function probePing(spec: PingSpec, deps: ProbeDeps, signal: AbortSignal): Promise<Outcome> {
  return carryOut(spec, signal, (run) => look(spec, deps, run))
}

async function look(spec: PingSpec, deps: ProbeDeps, run: ProbeRun): Promise<Found> {
  const passing = `${spec.host} answered`
  const target = { protocol: 'icmp:', hostname: spec.host, port: '' }
  const addresses = await findAddresses(target, spec, { deps, run })
  if (isFailure(addresses)) return { passing, finding: addresses }
  const [address = ''] = addresses
  const trips = await ping(spec, address, run)
  if (isFailure(trips)) return { passing, finding: trips, address }
  return {
    passing: `${passing} ${summary(trips)}`,
    finding: judge(spec, address, trips),
    address,
    facts: factsOf(trips),
  }
}

async function ping(spec: PingSpec, address: string, run: ProbeRun): Promise<RoundTrips | Failure> {
  const family = address.includes(':') ? 6 : 4
  const giveUps: (() => void)[] = []
  run.waitIn('answer', () => {
    for (const giveUp of giveUps) giveUp()
  })
  try {
    const sent = []
    for (let sequence = 1; sequence <= spec.count && !run.isOver; sequence += 1) {
      if (sequence > 1) await pause(spec.intervalMs, giveUps)
      if (run.isOver) break
      const one = sendEcho({ family, address, sequence })
      if (!one) return systemPing(spec, address, { run, giveUps })
      giveUps.push(one.giveUp)
      sent.push(one.echo)
    }
    return roundTrips(await Promise.all(sent), address)
  } finally {
    run.doneWaiting()
  }
}

/** Ends early where the run does. */
function pause(ms: number, giveUps: (() => void)[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  giveUps.push(() => {
    clearTimeout(timer)
    resolve()
  })
  return promise
}

function judge({ maxLossPercent, slowAfterMs }: PingSpec, address: string, trips: RoundTrips): Failure | null {
  const { sent, received, lossPercent, avgMs } = trips
  if (received === 0) return { code: 'PING_NO_REPLY', text: `Ping: ${address} answered none of ${sent} echo requests` }
  if (lossPercent > maxLossPercent) {
    return {
      code: 'PING_LOSS',
      text: `Ping: ${address} answered ${received} of ${sent} echo requests (${lossPercent} % loss)`,
    }
  }
  if (slowAfterMs === undefined || (avgMs ?? 0) <= slowAfterMs) return null
  return {
    code: 'SLOW_RESPONSE',
    text: `Ping: ${address} took ${readableMs(avgMs ?? 0)}, more than ${readableMs(slowAfterMs)}`,
  }
}

function summary({ received, sent, avgMs }: RoundTrips): string {
  return `${received} of ${sent} echo requests (${(avgMs ?? 0).toFixed(1)} ms each)`
}

function factsOf({ sent, received, lossPercent, minMs, avgMs, maxMs, jitterMs }: RoundTrips): Facts {
  return { sent, received, lossPercent, minMs, avgMs, maxMs, jitterMs }
}
