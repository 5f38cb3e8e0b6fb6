import { existsSync } from 'node:fs'
import type { PingSpec } from '@repo/contracts/specs/socket'
import type { Failure } from '../engine/failure.ts'
import type { ProbeRun } from '../engine/run.ts'
import { type RoundTrips, summed } from './round-trips.ts'

const PLACES = ['/usr/bin/ping', '/bin/ping', '/sbin/ping']

const UNAVAILABLE: Failure = {
  code: 'PING_UNAVAILABLE',
  text: 'Ping: this probe may not send ICMP (net.ipv4.ping_group_range is closed to it, and there is no ping program)',
}

/**
 * The last resort: the ping of the system, which has the rights that this process lacks. It is given a numeric address that
 * was judged, and no shell.
 */
export async function systemPing(
  { count, intervalMs }: PingSpec,
  address: string,
  { run, giveUps }: { run: ProbeRun; giveUps: (() => void)[] },
): Promise<RoundTrips | Failure> {
  const path = PLACES.find((place) => existsSync(place))
  if (!path) return UNAVAILABLE
  // Others than root may not ask more often than this.
  const everySeconds = Math.max(0.2, intervalMs / 1_000)
  const command = [
    path,
    '-n',
    '-c',
    String(count),
    '-i',
    String(everySeconds),
    '-W',
    String(Math.ceil(run.remainingMs() / 1_000)),
    '--',
    address,
  ]
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore', env: { LC_ALL: 'C' } })
  giveUps.push(() => child.kill())
  const printed = await new Response(child.stdout).text()
  return readPrinted(printed, count) ?? UNAVAILABLE
}

/** Undefined where the program did not get as far as sending. */
export function readPrinted(printed: string, count: number): RoundTrips | undefined {
  const rttsMs = [...printed.matchAll(/time[=<]([\d.]+) ?ms/g)].map(([, ms]) => Number(ms))
  return /^PING /m.test(printed) ? summed(count, rttsMs) : undefined
}
