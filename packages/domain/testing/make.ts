import type { CheckResult } from '../src/check.ts'
import {
  type MonitorId,
  parseMonitorId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '../src/ids.ts'
import {
  type Certificate,
  noPhases,
  type Outcome,
  type OutcomeCode,
  type OutcomeVerdict,
  passingMessage,
} from '../src/outcome.ts'
import { parseRegion } from '../src/region.ts'
import { nextView, type Look as RegionLook, type RegionView } from '../src/region-view.ts'

/** Values for tests: whole and valid, with only what a test is about spelled out. */

/** A Monday noon, far from any border of a day. */
export const noonMs = Date.UTC(2026, 5, 1, 12)

export const makeMonitorId = (): MonitorId => parseMonitorId(crypto.randomUUID())
export const makeWorkspaceId = (): WorkspaceId => parseWorkspaceId(crypto.randomUUID())
export const makeUserId = (): UserId => parseUserId(crypto.randomUUID())

const codes: Record<OutcomeVerdict, OutcomeCode> = {
  up: 'OK',
  degraded: 'RATE_LIMITED',
  down: 'TCP_REFUSED',
  unknown: 'EXPIRED',
}

export function makeOutcome(verdict: OutcomeVerdict, changed: Partial<Outcome> = {}): Outcome {
  return {
    verdict,
    code: codes[verdict],
    message: verdict === 'up' ? passingMessage(200, 12_345) : `it is ${verdict}`,
    phases: { ...noPhases, connect: 345, firstByte: 12_000, total: verdict === 'unknown' ? 0 : 12_345 },
    address: verdict === 'unknown' ? null : '192.0.2.1',
    status: verdict === 'up' ? 200 : null,
    hops: [],
    httpVersion: null,
    bodyBytes: null,
    certificate: null,
    facts: {},
    evidence: null,
    ...changed,
  }
}

/** An outcome of so many redirects over a certificate that ends then. */
export function makeHops(redirects: number): Outcome['hops'] {
  return Array.from({ length: redirects + 1 }, (_, index) => ({
    url: `https://shop.example/${index}`,
    address: '192.0.2.1',
    status: index === redirects ? 200 : 302,
    total: 1_000,
  }))
}

export function makeCertificateFacts(notAfterMs: number): Certificate {
  return {
    subject: 'CN=shop.example',
    names: ['shop.example'],
    issuer: 'CN=Test Authority',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: new Date(notAfterMs).toISOString(),
    key: 'EC prime256v1',
    signature: 'ECDSA-SHA256',
    fingerprint: 'ab'.repeat(32),
    chain: [],
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
  }
}

/** What a region saw at an instant, before it is anybody's result. */
export type Look = Omit<CheckResult, 'monitorId' | 'monitorKey'>

export function makeTick(region: string, scheduledAtMs: number, verdict: OutcomeVerdict): Look {
  return { region: parseRegion(region), scheduledAtMs, startedAtMs: scheduledAtMs + 3, outcome: makeOutcome(verdict) }
}

export interface Watched {
  readonly id: MonitorId
  readonly monitorKey: number
}

export function makeResult({ id, monitorKey }: Watched, tick: Look): CheckResult {
  return { monitorId: id, monitorKey, ...tick }
}

/** What a region says that has been voting so since then. */
export function makeView(region: string, verdict: OutcomeVerdict, sinceMs: number): RegionView {
  const { code, message } = makeOutcome(verdict)
  const look: RegionLook = { region: parseRegion(region), verdict, scheduledAtMs: sinceMs, code, message }
  return nextView(undefined, look, { failures: 1, recoveries: 1 })
}
