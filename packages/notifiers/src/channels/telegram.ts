import type { SettingsOf } from '@repo/contracts/channels'
import type { Channel } from '../channel.ts'
import { httpChannel, jsonOf, type SendRequest } from '../http-channel.ts'
import { glyphs, messageOf, shortened } from '../message.ts'

/** The bots of Telegram: https://core.telegram.org/bots/api#sendmessage */
export function createTelegram(send: SendRequest): Channel<SettingsOf<'telegram'>> {
  return httpChannel('telegram', send, (alert, { botToken, chatId, server }) => {
    const { subject, lines, facts, links, tone } = messageOf(alert)
    const told = [...lines, ...facts.map(({ name, value }) => `${name}: ${value}`)]
    const buttons = links.filter(isForButton)
    const written = links.filter((link) => !isForButton(link)).map(({ label, url }) => `\n${label}: ${escaped(url)}`)
    // Cut before it is escaped: a reference that is cut is refused.
    const text = `<b>${escaped(`${glyphs[tone]} ${subject}`)}</b>\n${escaped(shortened(told.join('\n'), 700))}${written.join('')}`
    return {
      url: `${server}/bot${botToken}/sendMessage`,
      body: {
        chat_id: chatId,
        text,
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...(buttons.length > 0 && {
          reply_markup: { inline_keyboard: [buttons.map(({ label, url }) => ({ text: label, url }))] },
        }),
      },
      secrets: [botToken],
      judge(answer) {
        const { ok, description, parameters } = jsonOf(answer)
        const { retry_after: seconds } = (parameters ?? {}) as { retry_after?: unknown }
        if (typeof seconds === 'number')
          return { kind: 'retry', reason: `answered ${answer.status}`, afterMs: Math.ceil(seconds * 1_000) }
        if (ok === false) return { kind: 'refused', reason: `answered ${answer.status}: ${description}` }
        return undefined
      },
    }
  })
}

/** A message with a button to a name of the local network is refused as a whole. */
function isForButton({ url }: { readonly url: string }): boolean {
  return URL.parse(url)?.hostname.includes('.') ?? false
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
