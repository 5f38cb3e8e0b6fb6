import type { SettingsOf } from '@repo/contracts/channels'
import type { AlertEvent } from '../alert.ts'
import type { Channel } from '../channel.ts'
import { httpChannel, jsonOf, type SendRequest } from '../http-channel.ts'
import { messageOf, shortened } from '../message.ts'

const over: ReadonlySet<AlertEvent> = new Set(['recovered', 'was_down', 'acknowledged'])

/** https://pushover.net/api: what is down is said again every minute for an hour, until somebody has seen it or it is over. */
export function createPushover(send: SendRequest): Channel<SettingsOf<'pushover'>> {
  return httpChannel('pushover', send, (alert, { server, userKey, apiToken }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].join('\n')
    const [open] = links
    const isUrgent = tone === 'bad'
    return {
      url: `${server}/1/messages.json`,
      body: {
        token: apiToken,
        user: userKey,
        title: shortened(subject, 250),
        message: shortened(told || subject, 1_024),
        priority: isUrgent ? 2 : 0,
        ...(isUrgent && { retry: 60, expire: 3_600, tags: alert.dedupKey }),
        timestamp: Math.floor(alert.sinceMs / 1_000),
        ...(open && open.url.length <= 512 && { url: open.url, url_title: open.label }),
      },
      secrets: [userKey, apiToken],
      afterwards: over.has(alert.event)
        ? {
            url: `${server}/1/receipts/cancel_by_tag/${encodeURIComponent(alert.dedupKey)}.json`,
            body: { token: apiToken },
          }
        : undefined,
      judge(answer) {
        const { status, errors } = jsonOf(answer)
        if (status === 1) return undefined
        const why = Array.isArray(errors) ? errors.join(', ') : `answered ${answer.status}`
        return { kind: 'refused', reason: why }
      },
    }
  })
}
