import type { SettingsOf } from '@repo/contracts/channels'
import type { AlertEvent } from '../alert.ts'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { messageOf, shortened, type Tone } from '../message.ts'

const severities: Record<Tone, string> = { bad: 'critical', warning: 'warning', good: 'info', neutral: 'info' }
const over: ReadonlySet<AlertEvent> = new Set(['recovered', 'was_down'])

/** Events API v2: https://developer.pagerduty.com/docs/send-alert-event */
export function createPagerduty(send: SendRequest): Channel<SettingsOf<'pagerduty'>> {
  return httpChannel('pagerduty', send, (alert, { routingKey, server }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const action = over.has(alert.event) ? 'resolve' : alert.event === 'acknowledged' ? 'acknowledge' : 'trigger'
    const url = `${server}/v2/enqueue`
    const body = {
      routing_key: routingKey,
      event_action: action,
      dedup_key: shortened(alert.dedupKey, 255),
      client: 'BetterUptime',
      ...(alert.links.open && { client_url: alert.links.open }),
      links: links.map((link) => ({ href: link.url, text: link.label })),
      payload: {
        summary: shortened(subject, 1_024),
        source: shortened(alert.subject?.target ?? alert.subject?.name ?? alert.workspaceName, 255),
        severity: severities[tone],
        timestamp: new Date(alert.sinceMs).toISOString(),
        custom_details: { told: lines, ...Object.fromEntries(facts.map(({ name, value }) => [name, value])) },
      },
    }
    // A test pages whoever is on call, and leaves nothing behind.
    const afterwards = alert.event === 'test' ? { url, body: { ...body, event_action: 'resolve' } } : undefined
    return { url, body, afterwards, secrets: [routingKey] }
  })
}
