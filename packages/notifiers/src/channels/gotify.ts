import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { messageOf, shortened, type Tone } from '../message.ts'

const priorities: Record<Tone, number> = { bad: 8, warning: 6, good: 4, neutral: 4 }

/** https://gotify.net/docs/pushmsg */
export function createGotify(send: SendRequest): Channel<SettingsOf<'gotify'>> {
  return httpChannel('gotify', send, (alert, { server, token }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)]
    const ways = links.map(({ label, url }) => `${label}: ${url}`)
    const [open] = links
    return {
      url: `${server}/message`,
      headers: { 'X-Gotify-Key': token },
      body: {
        title: subject,
        message: shortened([...told, ...ways].join('\n') || subject, 4_000),
        priority: priorities[tone],
        extras: {
          'client::display': { contentType: 'text/plain' },
          ...(open && { 'client::notification': { click: { url: open.url } } }),
        },
      },
      secrets: [token],
    }
  })
}
