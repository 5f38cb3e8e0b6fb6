import type { CheckSpec } from '@repo/contracts/check-spec'
import { websiteSpec } from '@repo/contracts/specs/http'
import type { Check } from '@repo/domain/check'
import { parseRegion } from '@repo/domain/region'
import { makeMonitorId, makeWorkspaceId, noonMs } from '@repo/domain/testing'
import type { Stream } from '@repo/streams/stream'
import { run } from '@repo/streams/testing/eventually'
import type { PlannedMonitor } from '../src/schedule.ts'

/** Checked every second from one region, since the day before. */
export function makePlanned(changed: Partial<PlannedMonitor> = {}): PlannedMonitor {
  return {
    monitorKey: 1,
    id: makeMonitorId(),
    workspaceId: makeWorkspaceId(),
    spec: websiteSpec('https://example.com/'),
    intervalMs: 1_000,
    regions: [parseRegion('a')],
    scheduleFromMs: noonMs - 86_400_000,
    updatedAtMs: noonMs,
    ...changed,
  }
}

/** Takes everything out of a stream of checks as it comes. */
export function collect(checks: Stream<Check<CheckSpec>>) {
  const taken: Check<CheckSpec>[] = []
  const subscription = { group: 'test', consumer: 'test', batchSize: 1_000, reclaimAfterMs: 60_000 }
  const reading = run((signal) => checks.consume(subscription, async (batch) => void taken.push(...batch), signal))
  return { taken, slots: () => taken.map((check) => check.scheduledAtMs), stop: () => reading.stop() }
}
