import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { glyphs, messageOf, withWays } from '../message.ts'

/** Incoming webhooks of Mattermost: https://developers.mattermost.com/integrate/webhooks/incoming/ */
export function createMattermost(send: SendRequest): Channel<SettingsOf<'mattermost'>> {
  return httpChannel('mattermost', send, (alert, { url }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].map(escaped)
    const ways = links.map(({ label, url: to }) => `[${label}](${to})`).join(' · ')
    const text = withWays([`${glyphs[tone]} **${escaped(subject)}**`, ...told], ways ? [ways] : [], 16_000)
    return { url, body: { text }, secrets: [] }
  })
}

/** Markdown, and `@all`: a joiner after the sign keeps it from calling anybody. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\*_~`#|[\]()<>-]/g, '\\$&').replaceAll('@', '@\u2060')
}
