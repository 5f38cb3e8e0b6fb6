import type { CheckSpec } from '@repo/contracts/check-spec'
import type { ConsumerSeen } from '@repo/contracts/consumer-seen'
import type { LiveBatch } from '@repo/contracts/live'
import type { MonitorChanged } from '@repo/contracts/monitor-changed'
import type { Revoked } from '@repo/contracts/revoked'
import type { TestRunSeen } from '@repo/contracts/test-run'
import type { Watching } from '@repo/contracts/watching'
import type { Check, CheckResult } from '@repo/domain/check'
import type { Region } from '@repo/domain/region'
import type { Lease, LeaseOptions } from './lease.ts'
import type { LiveBus } from './live-bus.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Stream } from './stream.ts'

/** All that the services pass to each other, over one kind of transport. */
export interface Backend {
  checksOf(region: Region): Stream<Check<CheckSpec>>
  /** Checks that somebody waits for: of the same group, and served before the others. */
  urgentOf(region: Region): Stream<Check<CheckSpec>>
  readonly results: Stream<CheckResult>
  openLease(options: LeaseOptions): Lease
  readonly changes: LiveBus<MonitorChanged>
  readonly live: LiveBus<LiveBatch>
  readonly watching: LiveBus<Watching>
  readonly consumers: LiveBus<ConsumerSeen>
  /** Whoever ended a session, a key or what a person may do → whoever keeps sockets open by it. */
  readonly revocations: LiveBus<Revoked>
  /** Consumers → API: what test runs saw. */
  readonly testRuns: LiveBus<TestRunSeen>
  readonly rateLimits: RateLimits
}

export const names = {
  checks: (region: Region) => `betterstack:website:${region}`,
  // A region has no colon, so this is no other region's.
  urgent: (region: Region) => `betterstack:website:${region}:urgent`,
  results: 'betterstack:db',
  changes: 'betterstack:monitor-changes',
  live: 'betterstack:live',
  watching: 'betterstack:watching',
  consumers: 'betterstack:consumers',
  revocations: 'betterstack:revocations',
  testRuns: 'betterstack:test-runs',
  rateLimits: 'betterstack:rate',
} as const

/** A function that makes each region's stream once. */
export function oncePerRegion<Made>(make: (region: Region) => Made): (region: Region) => Made {
  const made = new Map<Region, Made>()
  return (region) => {
    const known = made.get(region)
    if (known) return known
    const fresh = make(region)
    made.set(region, fresh)
    return fresh
  }
}
