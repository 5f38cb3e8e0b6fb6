import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type Prepared, type SendRequest } from '../http-channel.ts'
import { glyphs, type Message, messageOf, shortened } from '../message.ts'

/** Incoming webhooks of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function createSlack(send: SendRequest): Channel<SettingsOf<'slack'>> {
  return httpChannel('slack', send, (alert, { url }) => slackHook(url, messageOf(alert)))
}

/** Posts a message to an incoming webhook. */
export function slackHook(url: string, { subject, lines, facts, links, tone }: Message): Prepared {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: shortened(text, 3_000) } })
  const told = [...lines.map(escaped), ...facts.map(({ name, value }) => `*${escaped(name)}:* ${escaped(value)}`)]
  return {
    url,
    body: {
      text: escaped(`${glyphs[tone]} ${subject}`),
      blocks: [
        section(`${glyphs[tone]} *${escaped(subject)}*`),
        ...(told.length > 0 ? [section(told.join('\n'))] : []),
        ...(links.length > 0 ? [{ type: 'actions', elements: links.map(button) }] : []),
      ],
    },
    secrets: [],
    // It answers in words where something is wrong with the channel: `no_service`, `channel_is_archived`.
    judge: ({ status, body }) =>
      status >= 400 ? { kind: 'refused', reason: `answered ${status}: ${body.slice(0, 100)}` } : undefined,
  }
}

/** Three characters have a meaning, and with them go mentions and links; what emphasises is left without effect by a joiner. */
export function escaped(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return safe.replaceAll(/[*_~`]/g, '$&\u2060')
}

function button({ label, url }: { label: string; url: string }) {
  return { type: 'button', text: { type: 'plain_text', text: label }, url }
}
