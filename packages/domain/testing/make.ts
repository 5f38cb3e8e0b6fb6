import type { CheckResult, Tick } from '../src/check.ts'
import {
  type MonitorId,
  parseMonitorId,
  parseUserId,
  parseWorkspaceId,
  type UserId,
  type WorkspaceId,
} from '../src/ids.ts'
import { noPhases, type Outcome, type OutcomeCode, type OutcomeVerdict, passingMessage } from '../src/outcome.ts'
import { parseRegion } from '../src/region.ts'
import type { RegionView } from '../src/verdict.ts'

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
    phases: { ...noPhases, connectUs: 345, firstByteUs: 12_000, totalUs: verdict === 'unknown' ? 0 : 12_345 },
    address: verdict === 'unknown' ? null : '192.0.2.1',
    status: verdict === 'up' ? 200 : null,
    redirects: 0,
    certificateExpiresAtMs: null,
    ...changed,
  }
}

export function makeTick(region: string, scheduledAtMs: number, verdict: OutcomeVerdict): Tick {
  return { region: parseRegion(region), scheduledAtMs, startedAtMs: scheduledAtMs + 3, outcome: makeOutcome(verdict) }
}

export interface Watched {
  readonly id: MonitorId
  readonly monitorKey: number
}

export function makeResult({ id, monitorKey }: Watched, tick: Tick): CheckResult {
  return { monitorId: id, monitorKey, ...tick }
}

export function makeView(region: string, verdict: OutcomeVerdict, sinceMs: number): RegionView {
  const { code, message } = makeOutcome(verdict)
  return { region: parseRegion(region), verdict, sinceMs, scheduledAtMs: sinceMs, code, message }
}
