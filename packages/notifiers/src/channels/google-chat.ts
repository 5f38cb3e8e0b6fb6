import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, type SendRequest } from '../http-channel.ts'
import { glyphs, messageOf, withWays } from '../message.ts'

/** Incoming webhooks of Google Chat: https://developers.google.com/workspace/chat/quickstart/webhooks */
export function createGoogleChat(send: SendRequest): Channel<SettingsOf<'google_chat'>> {
  return httpChannel('google_chat', send, (alert, { url }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)].map(escaped)
    const ways = links.map(({ label, url: to }) => `<${to}|${label}>`)
    const text = withWays([`${glyphs[tone]} *${escaped(subject)}*`, ...told], ways, 4_000)
    const to = new URL(url)
    // All that is told of an incident stands in one thread.
    to.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD')
    return {
      url: to.href,
      body: { text, thread: { threadKey: alert.dedupKey } },
      secrets: [url],
    }
  })
}

/** `<users/all>` would call everybody; a joiner leaves what emphasises without effect. */
export function escaped(text: string): string {
  return text
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/[*_~`]/g, '$&\u2060')
}
