import { createHmac } from 'node:crypto'
import { fillTemplate, type Placeholder } from '@repo/contracts/alert-template'
import type { SettingsOf } from '@repo/contracts/channels'
import type { Alert } from '../alert.ts'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { lasting, messageOf } from '../message.ts'

/** The alert as JSON, or what a person made of it, signed as Standard Webhooks says: https://www.standardwebhooks.com/ */
export function createWebhook(send: SendRequest): Channel<SettingsOf<'webhook'>> {
  return httpChannel('webhook', send, (alert, { url, signingSecret, headers = [], body: template }, { nowMs }) => {
    const body =
      template === undefined ? JSON.stringify(bodyOf(alert)) : fillTemplate(template, (name) => told(alert, name))
    const own = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
    const signed =
      signingSecret === undefined ? {} : webhookSignature(alert.deliveryKey, body, { signingSecret, nowMs })
    return {
      url,
      body,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': alert.deliveryKey, ...own, ...signed },
      secrets: [signingSecret ?? '', ...headers.map(({ value }) => value)],
    }
  })
}

/** The fields by which a receiver knows that a body is ours, and that it has not had it yet. */
export function webhookSignature(
  id: string,
  body: string,
  { signingSecret, nowMs }: { signingSecret: string; nowMs: number },
) {
  const seconds = String(Math.floor(nowMs / 1_000))
  const key = Buffer.from(signingSecret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` }
}

/** What a webhook gets; `version` changes where a receiver would have to. */
function bodyOf(alert: Alert) {
  const { subject } = messageOf(alert)
  const { workspaceName: workspace, subject: about, sinceMs, links, ...rest } = alert
  const { open, acknowledge, pause } = links
  const told = { workspace, title: subject, about, since: new Date(sinceMs).toISOString(), ...rest }
  return { version: 1, ...told, links: { open, acknowledge, pause } }
}

function told(alert: Alert, name: Placeholder): string {
  const { subject, cause, regions, durationMs } = alert
  const values: Record<Placeholder, string | null | undefined> = {
    event: alert.event,
    subject: messageOf(alert).subject,
    workspace: alert.workspaceName,
    name: subject?.name,
    id: subject?.id,
    target: subject?.target,
    cause: cause?.message,
    code: cause?.code,
    regions: regions?.failing.join(', '),
    evidence: alert.evidence,
    since: new Date(alert.sinceMs).toISOString(),
    duration: durationMs === null ? null : lasting(durationMs),
    link: alert.links.open,
    acknowledgeLink: alert.links.acknowledge,
    pauseLink: alert.links.pause,
    policy: alert.policyName,
    dedupKey: alert.dedupKey,
    deliveryKey: alert.deliveryKey,
  }
  return values[name] ?? ''
}
