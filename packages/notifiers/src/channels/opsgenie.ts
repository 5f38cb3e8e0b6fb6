import type { SettingsOf } from '@repo/contracts/channels'
import type { AlertEvent } from '../alert.ts'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { messageOf, plainText, shortened, type Tone } from '../message.ts'

const priorities: Record<Tone, string> = { bad: 'P1', warning: 'P3', good: 'P5', neutral: 'P5' }
const over: ReadonlySet<AlertEvent> = new Set(['recovered', 'was_down'])

/** https://docs.opsgenie.com/docs/alert-api: the alias makes one alert of all that is told of an incident. */
export function createOpsgenie(send: SendRequest): Channel<SettingsOf<'opsgenie'>> {
  return httpChannel('opsgenie', send, (alert, { apiKey, server }) => {
    const message = messageOf(alert)
    const alias = shortened(alert.dedupKey, 512)
    const named = `${server}/v2/alerts/${encodeURIComponent(alias)}`
    const shared = { headers: { Authorization: `GenieKey ${apiKey}` }, secrets: [apiKey] }
    const note = shortened(plainText(message), 15_000)
    const close = { url: `${named}/close?identifierType=alias`, body: { note } }
    if (over.has(alert.event)) return { ...shared, ...close }
    if (alert.event === 'acknowledged')
      return { ...shared, url: `${named}/acknowledge?identifierType=alias`, body: { note } }
    return {
      ...shared,
      // A test alerts whoever is on call, and leaves nothing behind.
      afterwards: alert.event === 'test' ? close : undefined,
      url: `${server}/v2/alerts`,
      body: {
        alias,
        message: shortened(message.subject, 130),
        description: note,
        priority: priorities[message.tone],
        source: 'BetterUptime',
        entity: shortened(alert.subject?.name ?? alert.workspaceName, 512),
        details: Object.fromEntries(message.facts.map(({ name, value }) => [name, value])),
      },
    }
  })
}
