import { parseMonitorId } from '../src/ids.ts'
import type { MonitorStand } from '../src/monitor-move.ts'
import { defaultPolicy } from '../src/policy.ts'
import { parseRegion } from '../src/region.ts'
import { makeView } from './make.ts'

/** A monitor of one minute, whose grid begins at 1,000 ms and goes on every `intervalMs`; its regions have looked at nothing yet. */
export function makeStand(regions: string, changed: Partial<MonitorStand> = {}): MonitorStand {
  const named = regions === '' ? [] : regions.split(' ').map(parseRegion)
  return {
    id: parseMonitorId('00000000-0000-4000-8000-000000000001'),
    intervalMs: 60_000,
    policy: defaultPolicy,
    regions: named,
    voiceless: [],
    configured: named.length,
    paused: false,
    scheduleFromMs: 1_000,
    status: 'unknown',
    sinceMs: null,
    views: [],
    recoveries: [],
    ...changed,
  }
}

/** All of its regions have been content since its schedule began. */
export function contentStand(regions: string, changed: Partial<MonitorStand> = {}): MonitorStand {
  const views = regions.split(' ').map((region) => makeView(region, 'up', 1_000))
  return makeStand(regions, { status: 'up', sinceMs: 1_000, views, ...changed })
}
