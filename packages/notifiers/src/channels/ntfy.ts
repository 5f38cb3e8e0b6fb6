import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { messageOf, shortened, type Tone } from '../message.ts'

const priorities: Record<Tone, number> = { bad: 5, warning: 4, good: 3, neutral: 3 }
const tags: Record<Tone, string> = {
  bad: 'red_circle',
  warning: 'orange_circle',
  good: 'green_circle',
  neutral: 'blue_circle',
}

/** It takes 4,096 bytes, and a character is three of them at most. */
const longest = 1_300

/** https://docs.ntfy.sh/publish/#publish-as-json */
export function createNtfy(send: SendRequest): Channel<SettingsOf<'ntfy'>> {
  return httpChannel('ntfy', send, (alert, { server, topic, token }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].join('\n')
    const [open] = links
    return {
      url: server,
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      body: {
        topic,
        title: subject,
        message: shortened(told || subject, longest),
        priority: priorities[tone],
        tags: [tags[tone]],
        ...(open && { click: open.url }),
        actions: links.slice(0, 3).map(({ label, url }) => ({ action: 'view', label, url })),
      },
      secrets: [token ?? ''],
    }
  })
}
