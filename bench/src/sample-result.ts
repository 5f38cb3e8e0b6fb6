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
        dns: 1_200,
        connect: 8_000,
        tls: 14_000,
        firstByte: 22_000,
        transfer: 3_000,
        total: 48_200,
      },
      address: '203.0.113.9',
      status: isUp ? 200 : 500,
      hops: [{ url: 'https://shop.example/', address: '192.0.2.1', status: 200, total: 15_000 }],
      httpVersion: '1.1',
      bodyBytes: 5_120,
      certificate: {
        subject: 'CN=shop.example',
        names: ['shop.example', 'www.shop.example'],
        issuer: 'C=US, O=Authority, CN=R11',
        notBefore: '2026-12-14T09:20:00.000Z',
        notAfter: '2027-03-14T09:20:00.000Z',
        key: 'EC prime256v1',
        signature: 'ECDSA-SHA384',
        fingerprint: '',
        chain: [],
        protocol: 'TLSv1.3',
        cipher: 'TLS_AES_128_GCM_SHA256',
      },
      facts: {},
      evidence: null,
    },
  }
}
