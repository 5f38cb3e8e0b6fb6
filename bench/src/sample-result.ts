import type { CheckResult, Slot } from '@repo/domain/check'
import type { OutcomeVerdict } from '@repo/domain/outcome'

/** A result as an https monitor makes it, with every phase. */
export function makeResult(slot: Slot & { monitorKey: number }, verdict: OutcomeVerdict = 'up'): CheckResult {
  const isUp = verdict === 'up'
  const { monitorId, monitorKey, region, scheduledAtMs } = slot
  return {
    monitorId,
    monitorKey,
    region,
    scheduledAtMs,
    startedAtMs: scheduledAtMs + 1,
    outcome: {
      verdict,
      code: isUp ? 'OK' : 'UNEXPECTED_STATUS',
      message: isUp ? 'answered 200 in 48 ms' : 'Response: answered 500, expected 200-299',
      phases: {
        dnsUs: 1_200,
        connectUs: 8_000,
        tlsUs: 14_000,
        firstByteUs: 22_000,
        transferUs: 3_000,
        totalUs: 48_200,
      },
      address: '203.0.113.9',
      status: isUp ? 200 : 500,
      redirects: 0,
      certificateExpiresAtMs: 1_805_000_000_000,
    },
  }
}
