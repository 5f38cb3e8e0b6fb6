import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, jsonOf, type Prepared, type SendRequest } from '../http-channel.ts'
import { glyphs, type Message, messageOf, shortened, type Tone, withWays } from '../message.ts'

const colours: Record<Tone, number> = { bad: 0xd93025, warning: 0xf29900, good: 0x188038, neutral: 0x1a73e8 }

/** Webhooks of Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook */
export function createDiscord(send: SendRequest): Channel<SettingsOf<'discord'>> {
  return httpChannel('discord', send, (alert, { url }) => discordHook(url, messageOf(alert)))
}

/** Posts a message to a webhook of a channel. */
export function discordHook(url: string, { subject, lines, facts, links, tone }: Message): Prepared {
  const ways = links.map((link) => `[${link.label}](${link.url})`).join(' · ')
  const told = withWays(lines.map(escaped), ways ? [ways] : [], 4_000)
  const fields = facts.map(({ name, value }) => ({ name, value: shortened(escaped(value), 1_000), inline: true }))
  return {
    url,
    body: {
      content: shortened(`${glyphs[tone]} ${escaped(subject)}`, 2_000),
      // One with nothing in it is refused.
      embeds: told.length + fields.length > 0 ? [{ color: colours[tone], description: told, fields }] : [],
      // Nobody is called by what a monitor is named.
      allowed_mentions: { parse: [] },
    },
    secrets: [],
    judge(answer) {
      const { retry_after: seconds } = jsonOf(answer)
      if (answer.status !== 429 || typeof seconds !== 'number') return undefined
      return { kind: 'retry', reason: 'answered 429', afterMs: Math.ceil(seconds * 1_000) }
    },
  }
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\*_~`|>#()[\]<@-]/g, '\\$&')
}
