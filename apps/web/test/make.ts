import type { Monitor } from '@repo/contracts/monitors'
import type { Tick, TickMark } from '@repo/contracts/ticks'

export function makeMonitor(changes: Partial<Monitor> = {}): Monitor {
  const name = changes.name ?? 'www'
  return {
    id: name,
    name,
    spec: {
      kind: 'http',
      url: `https://${name}.example/`,
      timeoutMs: 10_000,
      maxRedirects: 10,
      expectedStatus: [{ from: 200, to: 299 }],
    },
    intervalSeconds: 60,
    regions: ['eu'],
    tags: [],
    policy: { quorum: { kind: 'majority' }, failures: null, recoveries: 2, degradedIsIncident: false },
    mutedRegions: [],
    version: 1,
    status: 'up',
    since: null,
    cause: null,
    agreement: { failing: 0, reporting: 1, configured: 1 },
    last: null,
    recent: [],
    figures: { uptimePercent24h: null, uptimePercent30d: null, p95Ms: null },
    nextCheckAt: null,
    createdAt: '2026-11-24T00:00:00.000Z',
    ...changes,
  }
}

export function makeTick(second: number, verdict: Tick['verdict'] = 'up'): Tick {
  const at = `2026-11-24T00:00:${String(second).padStart(2, '0')}.000Z`
  return {
    region: 'eu',
    scheduledAt: at,
    startedAt: at,
    verdict,
    code: verdict === 'up' ? 'OK' : 'TCP_REFUSED',
    message: '',
    status: null,
    address: null,
    redirects: 0,
    certificateExpiresAt: null,
    phases: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, transferMs: null, totalMs: 12 },
  }
}

export function makeMark(second: number): TickMark {
  const { region, scheduledAt, verdict, phases } = makeTick(second)
  return { region, scheduledAt, verdict, responseTimeMs: phases.totalMs }
}
