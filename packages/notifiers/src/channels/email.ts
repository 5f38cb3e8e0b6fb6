import type { SettingsOf } from '@repo/contracts/channels'
import { alertMail } from '../alert-mail.tsx'
import type { Channel } from '../channel.ts'
import type { Mailer } from '../mailer.ts'
import { messageOf, plainText } from '../message.ts'
import { messageIdOf, sendMail, unsubscribeHeaders } from '../sent-mail.ts'

export interface EmailDeps {
  /** Undefined where the instance was given no way to send mail. */
  readonly mailer: Mailer | undefined
}

const noServer = 'this instance was not told how to send mail: set SMTP_URL and MAIL_FROM'

/** Mail with HTML and a text that says the same. All that is told of an incident is one thread. */
export function createEmail({ mailer }: EmailDeps): Channel<SettingsOf<'email'>> {
  if (!mailer) {
    const refused = { kind: 'refused', reason: noServer, answer: '' } as const
    return { kind: 'email', unusable: noServer, deliver: async () => refused }
  }
  return {
    kind: 'email',
    async deliver(alert, { to }, { signal }) {
      const message = messageOf(alert)
      const { unsubscribe } = alert.links
      const html = await alertMail(message, unsubscribe)
      const mail = {
        ...{ to, subject: message.subject, text: plainText(message), html },
        // Its own even for the first of an incident: whoever is reminded of it would have the second dropped as a copy.
        messageId: messageIdOf(alert.deliveryKey),
        inReplyTo: messageIdOf(alert.dedupKey),
        headers: {
          'X-Dedup-Key': alert.dedupKey,
          ...(unsubscribe !== null && unsubscribeHeaders(unsubscribe)),
        },
      }
      return sendMail(mailer, mail, signal)
    },
  }
}
