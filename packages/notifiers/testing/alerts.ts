import { type Alert, type AlertEvent, alertEvents, noLinks } from '../src/alert.ts'

const sinceMs = Date.UTC(2026, 5, 1, 12)

/** An alert of a shop that is down, where nothing else is said. */
export function makeAlert(changed: Partial<Alert> = {}): Alert {
  return {
    event: 'down',
    workspaceName: 'Acme',
    subject: { kind: 'monitor', id: '0190', name: 'shop.example', target: 'https://shop.example/' },
    sinceMs,
    durationMs: null,
    cause: { code: 'CERT_EXPIRED', message: 'TLS certificate expired' },
    regions: { failing: ['eu', 'us'], total: 3 },
    evidence: 'the certificate ended on 30 May 2026',
    tickLine: '▁▁▂▁✕✕✕',
    storm: null,
    links: {
      open: 'https://up.example/incidents/1?a=b&c=d',
      acknowledge: 'https://up.example/act#ack-token',
      pause: 'https://up.example/act#pause-token',
      unsubscribe: 'https://up.example/unsubscribe?token=end-token',
    },
    policyName: 'Everyone',
    dedupKey: 'incident-1',
    deliveryKey: 'event-7-channel-3',
    ...changed,
  }
}

/** One of each event, as the engine makes them. */
export function everyAlert(): Alert[] {
  const over = { durationMs: 720_000, regions: null, evidence: null }
  const nothing = { subject: null, cause: null, regions: null, evidence: null, tickLine: null, policyName: null }
  const special: Partial<Record<AlertEvent, Partial<Alert>>> = {
    recovered: over,
    was_down: over,
    // As the engine tells of one: about no monitor alone.
    storm: {
      ...{ subject: null, regions: null, evidence: null, tickLine: null },
      storm: { trait: 'address 192.0.2.1', members: Array.from({ length: 30 }, (_, n) => `shop ${n}`), count: 30 },
    },
    digest: { ...nothing, links: noLinks },
    test: { ...nothing, links: noLinks },
  }
  return alertEvents.map((event) => makeAlert({ event, ...special[event] }))
}

/** Names that people, or targets, may give things. */
export const hostileNames = [
  '<script>alert(1)</script>',
  '<!channel> <@U123> <https://evil.example|click>',
  '@everyone @here @channel',
  '*bold* _it_ ~no~ `code` ```block``` > quote # head',
  '[click](https://evil.example) ![x](https://evil.example/p.png)',
  '"\\{{link}}$' + '{x}<%= y %>{% z %}',
  'a\r\nBcc: eve@evil.example\r\n\r\nbody',
  'tab\tnull\0bell\u0007 \u2028\u2029',
  '\u202egnp.exe\u2066 مرحبا',
  '🧑‍🚀'.repeat(200),
  'x'.repeat(10_240),
  '漢'.repeat(10_240),
  '*_|'.repeat(3_400),
  '&amp; &lt;b&gt; &#64;everyone',
]
